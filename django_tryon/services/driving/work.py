"""Work: the steps that this process has begun, and what becomes of them."""

from __future__ import annotations

import queue
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.utils import timezone

from django_tryon import telemetry
from django_tryon.conf import conf
from django_tryon.models import ClipUpload, Gate, Status, TryOnJob, TryOnResult
from django_tryon.models.transitions import reschedule_many
from django_tryon.segmind.loop import network
from django_tryon.services import outcome
from django_tryon.services.driving import isolated
from django_tryon.services.driving.schedule import PROVIDER_MEMORY
from django_tryon.services.driving.step import Later, Rest, Step

MOST_SUBMITS = 100
"""Jobs that one process sends at the same time: a crash leaves so many to be looked for."""
MOST_STEPS = 4000
"""Steps of any kind that one process has on their way at the same time."""
MOST_AT_ONCE = 100
"""Answers that are written down in one transaction."""
BREATH = 0.02
"""Seconds to wait for what arrives together with an answer: whoever was asked together answers
together, and one transaction for several costs a fraction of one for each."""
HOLD = 1.0
"""Seconds between two tries to write down what the database would not take."""


NAMES = {
    Status.SUBMITTING: "submit",
    Status.RUNNING: "poll",
    Status.FETCHING: "fetch",
    Status.UNCERTAIN: "resolve",
}
"""What a job's network step is called in traces, by its status."""


def name_of(subject: object) -> str:
    """Return what the network step of this row is called in traces."""
    if isinstance(subject, TryOnJob):
        return NAMES.get(Status(subject.status), "other")
    if isinstance(subject, ClipUpload):
        return "prepare"
    if isinstance(subject, TryOnResult):
        return "judge"
    return "look" if isinstance(subject, Gate) else "deliver"


class Work:
    """Steps on their way. The database is only touched in the thread that calls."""

    def __init__(self) -> None:
        self.on_the_way = 0
        self.submits = 0
        self._arrived: queue.SimpleQueue[tuple[Step, Any]] = queue.SimpleQueue()
        self._later: defaultdict[datetime, list[TryOnJob]] = defaultdict(list)
        self._held: list[tuple[Step, Any, datetime]] = []
        self._tries_at = 0.0

    @property
    def is_going_on(self) -> bool:
        """Whether anything was begun that is not written down yet."""
        return bool(self.on_the_way or self._held)

    @property
    def room(self) -> int:
        """How many more steps may be begun now; none while the database cannot be written to."""
        return 0 if self._held else max(0, min(conf.BATCH_SIZE, MOST_STEPS - self.on_the_way))

    @property
    def besides(self) -> tuple[Status, ...]:
        """The statuses of jobs for which there is no room."""
        return (Status.QUEUED,) if self.submits >= MOST_SUBMITS else ()

    def begin(self, steps: Iterable[Step]) -> None:
        """Send these on their way."""
        for step in steps:
            self.on_the_way += 1
            self.submits += step.costs
            subject = step.subject
            call = telemetry.traced(name_of(subject), step.call, subject)
            network.begin(call, partial(self._arrive, step))

    def finish(self) -> None:
        """Write down all that was begun, however long that takes."""
        while self.is_going_on:
            self.take_in(HOLD)
            if not self.on_the_way:
                time.sleep(max(0.0, self._tries_at - time.monotonic()))

    def take_in(self, seconds: float) -> None:
        """Write down what arrives within that time; return sooner if nothing is on its way."""
        ends = time.monotonic() + seconds
        with isolated.a_lease_brings_it_back("who waits for an ended job"), outcome.together():
            while arrived := self._wait(ends):
                if self._held:
                    self._held += [(step, said, timezone.now()) for step, said in arrived]
                else:
                    self._write_down_all(arrived)
            self._try_held()
        self._write_down_later()

    def _wait(self, ends: float) -> list[tuple[Step, Any]]:
        """Wait until something arrives, and for a breath for what comes along with it."""
        arrived: list[tuple[Step, Any]] = []
        while self.on_the_way and len(arrived) < MOST_AT_ONCE:
            try:
                step, said = self._arrived.get(timeout=max(0.0, ends - time.monotonic()))
            except queue.Empty:
                break
            self.on_the_way -= 1
            self.submits -= step.costs
            if not arrived:
                ends = min(ends, time.monotonic() + BREATH)
            arrived.append((step, said))
        return arrived

    def _arrive(self, step: Step, said: Any) -> None:
        self._arrived.put((step, said))

    def _write_down_all(self, arrived: Sequence[tuple[Step, Any]]) -> None:
        for step, said, rest in isolated.record_all(arrived):
            if self._held:  # since one of them, the database is away
                self._held.append((step, said, timezone.now()))
            else:
                self._write_down(step, said, rest)

    def _write_down(
        self, step: Step, said: Any, rest: Rest | None = None, since: datetime | None = None
    ) -> None:
        try:
            following = isolated.record(step, said, rest)
        except isolated.NotWritten:
            self._held.append((step, said, since or timezone.now()))
            self._tries_at = time.monotonic() + HOLD
            return
        match following:
            case Step():
                self.begin([following])
            case Later(at):
                self._later[at].append(step.subject)

    def _write_down_later(self) -> None:
        """Write down all at once what is to be asked again: nothing is lost with it."""
        due_at, self._later = dict(self._later), defaultdict(list)
        with isolated.a_lease_brings_it_back("what is to be asked again was not written down"):
            reschedule_many(due_at)

    def _try_held(self) -> None:
        """Write down what the database would not take, once it is back.

        What may be asked again is not kept for longer than its lease; what was paid for is, until
        the provider has forgotten it too.
        """
        if time.monotonic() < self._tries_at:
            return
        held, self._held = self._held, []
        for step, said, since in held:
            if self._held:  # still away: one try tells it
                self._held.append((step, said, since))
            elif timezone.now() - since < (PROVIDER_MEMORY if step.costs else conf.LEASE):
                self._write_down(step, said, since=since)
