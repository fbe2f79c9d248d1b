"""Advance: do the due step of many jobs at once."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from django_tryon.conf import conf
from django_tryon.exceptions import AnswerLost
from django_tryon.models import Status, TryOnJob
from django_tryon.models.transitions import begin_submit, claim_due, next_due_at
from django_tryon.segmind.loop import network
from django_tryon.services import fetch, isolated, poll, submit
from django_tryon.services.step import Step
from django_tryon.services.wake import wake

PLANS: dict[Status, Callable[[TryOnJob], Step | None]] = {
    Status.SUBMITTING: submit.lost,  # its worker died in the middle of it
    Status.RUNNING: poll.plan,
    Status.FETCHING: fetch.plan,
}
"""What to do next, by status."""


def drive(*, now: datetime | None = None, limit: int | None = None) -> int:
    """Claim the jobs that are due, advance them, and have the next ones waked for.

    Returns how many jobs were claimed. ``now`` lets a test look ahead.
    """
    jobs = claim_due(now=now or timezone.now(), lease=conf.LEASE, limit=limit or conf.BATCH_SIZE)
    try:
        if jobs:
            wake_for_next(besides=jobs[0].claim)  # others need not wait for this batch
            advance(jobs)
    finally:
        wake_for_next()
    return len(jobs)


def wake_for_next(*, besides: str = "") -> None:
    """Set the alarm for whatever is due next, the jobs of one claim left out."""
    at = next_due_at(besides=besides)
    if at is not None:
        wake(at)


def advance(jobs: Iterable[TryOnJob]) -> None:
    """Do the due step of claimed jobs: the network side by side, each outcome as it arrives.

    A fault of one job is that job's alone: the others go on.
    """
    queued: list[TryOnJob] = []
    rest: list[TryOnJob] = []
    for job in jobs:
        (queued if job.status == Status.QUEUED else rest).append(job)
    steps = [isolated.plan(PLANS[Status(job.status)], job) for job in rest]
    steps += [isolated.plan(submit.plan, job) for job in begin_submit(queued)]
    _run([step for step in steps if step is not None])


def _run(steps: Iterable[Step]) -> None:
    arrived: queue.SimpleQueue[tuple[Step, Any]] = queue.SimpleQueue()
    waiting = 0

    def begin(step: Step) -> None:
        network.start(step.call).add_done_callback(lambda done: arrived.put((step, said_by(done))))

    for step in steps:
        begin(step)
        waiting += 1
    while waiting:
        step, said = arrived.get()
        waiting -= 1
        following = isolated.record(step, said)
        if following is not None:
            begin(following)
            waiting += 1


def said_by(done: Future[Any]) -> Any:
    """Return what a network step came to: its value, or the exception that it raised."""
    if done.cancelled():
        return AnswerLost("The request was interrupted.")
    return done.exception() or done.result()


def drive_until_idle(*, ahead: timedelta = timedelta(days=1), rounds: int = 1000) -> None:
    """Drive until nothing is left to do, without waiting for due times; for tests and demos.

    ``rounds`` bounds it where the provider never finishes.
    """
    for _round in range(rounds):
        if not drive(now=timezone.now() + ahead):
            return
