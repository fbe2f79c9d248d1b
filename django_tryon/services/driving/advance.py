"""Advance: claim what is due, and do its steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from django_tryon import products
from django_tryon.conf import conf
from django_tryon.models import Status, TryOnJob
from django_tryon.models.transitions import begin_submit, claim_due, rows
from django_tryon.models.transitions import next_due_at as next_job_due_at
from django_tryon.services import outcome
from django_tryon.services.announcing import deliver
from django_tryon.services.clips import prepare
from django_tryon.services.driving import gates, isolated
from django_tryon.services.driving.step import Step
from django_tryon.services.driving.wake import wake
from django_tryon.services.driving.work import Work
from django_tryon.services.judging import judge
from django_tryon.services.orders.launches import launches
from django_tryon.services.orders.retries import retries
from django_tryon.services.steps import (
    fetch,
    look,
    poll,
    resolve,
    submit,
)

PLANS: dict[Status, Callable[[TryOnJob], Step | None]] = {
    Status.SUBMITTING: submit.lost,  # its worker died in the middle of it
    Status.RUNNING: poll.plan,
    Status.FETCHING: fetch.plan,
    Status.UNCERTAIN: resolve.plan,
    # Its worker died before everybody was told.
    Status.SUCCEEDED: outcome.tell,
    Status.FAILED: outcome.tell,
    Status.CANCELLED: outcome.tell,
    Status.EXPIRED: outcome.tell,
}
"""What to do next, by status. A queued job is submitted, together with others."""

OTHERS = (deliver, prepare)
"""What else comes due, besides jobs: each with ``claim`` and ``next_due_at``."""

AT_LEISURE = (judge,)
"""The same, while no job is due: it takes a processor, and whoever waits has their result."""


ORDERS = (launches, retries)
"""What staff ordered more of than one request can do."""


def claim(work: Work, *, now: datetime | None = None, limit: int | None = None) -> int:
    """Claim what is due, as much as there is room for, and begin its steps; return how much."""
    now = now or timezone.now()
    ordered = sum(orders.do_due(now) for orders in ORDERS)
    jobs = claim_due(
        now=now,
        lease=conf.LEASE,
        limit=min(work.room, limit or conf.BATCH_SIZE),
        besides=work.besides,
    )
    work.begin(steps_of(jobs, now))
    claimed = ordered + len(jobs)
    for other in (*OTHERS, *AT_LEISURE):
        waits = jobs and other in AT_LEISURE  # but in a busy shop some job always is due
        steps = other.claim(now=now - judge.PATIENCE if waits else now, limit=work.room)
        work.begin(steps)
        claimed += len(steps)
    return claimed


def next_due_at() -> datetime | None:
    """Return when the next step of anything is due, or None if nothing is left to do."""
    moments = [
        next_job_due_at(),
        *(other.next_due_at() for other in (*ORDERS, *OTHERS, *AT_LEISURE)),
    ]
    return min((at for at in moments if at is not None), default=None)


def is_idle() -> bool:
    """Tell whether nothing is left that goes on by itself soon.

    Who waits for credits, a key or a person, or for the history's late rows, may wait for days.
    """
    for_somebody = Q(status=Status.QUEUED, error_code__in=gates.WAITS_FOR_SOMEBODY)
    for_history = Q(status=Status.UNCERTAIN, attempts__gt=1)
    left = rows().filter(next_step_at__isnull=False).exclude(for_somebody | for_history)
    others = all(other.next_due_at() is None for other in OTHERS)
    ordered = all(source.is_idle() for source in (*ORDERS, *AT_LEISURE))
    return ordered and others and not left.exists()


def steps_of(jobs: Sequence[TryOnJob], now: datetime) -> list[Step]:
    """Return the due steps of claimed jobs. A fault of one is that job's alone."""
    queued = [job for job in jobs if job.status == Status.QUEUED]
    may = gates.hold(queued, now=now)
    # Before anything says “submitting”: the database may fail here.
    products.read_all(one for job in may for one in job.garments.all() if not one.image)
    rest = [job for job in jobs if job.status != Status.QUEUED]
    planned = [isolated.plan(PLANS[Status(job.status)], job) for job in rest]
    planned += [isolated.plan(submit.plan, job) for job in begin_submit(may)]
    if len(may) < len(queued):  # somebody waits at a gate, so it is worth while to look
        planned += look.claim(now=now)
    return [step for step in planned if step is not None]


def drive(*, now: datetime | None = None, limit: int | None = None) -> int:
    """Claim the jobs that are due, advance them, and have the workers woken for what comes next.

    Returns how many jobs were claimed. ``now`` lets a test look ahead.
    """
    work, begun = Work(), timezone.now()
    try:
        claimed = claim(work, now=now, limit=limit)
        wake_for_next(before=begun + conf.LEASE)  # others need not wait for what was claimed here
        work.finish()
    finally:
        wake_for_next()
    return claimed


def wake_for_next(*, before: datetime | None = None) -> None:
    """Have the workers woken for whatever is due next, if that is before this moment."""
    at = next_due_at()
    if at is not None and (before is None or at < before):
        wake(at)


def drive_until_idle(*, ahead: timedelta = timedelta(days=1), rounds: int = 1000) -> None:
    """Drive until nothing is left to do, without waiting for due times; for tests and demos.

    ``rounds`` bounds it where the provider never finishes.
    """
    for _round in range(rounds):
        if not drive(now=timezone.now() + ahead):
            return
