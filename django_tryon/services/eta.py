"""When a job is likely to be done, told honestly: late is said to be late."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from django_tryon.models import Status, TryOnJob
from django_tryon.models.transitions import FINISHED
from django_tryon.services.driving.pace import typical_seconds
from django_tryon.services.outfits.seen import status_of, waits_for

AROUND = timedelta(seconds=3)
"""What submit, fetch and store add to the provider's own time."""


@dataclass(frozen=True)
class Outlook:
    """How far a job has come."""

    eta_at: datetime | None
    """When it is likely to be done (aware); None for one that has ended."""
    progress: float
    """From 0 to 1; below 1 until it has ended."""
    seconds_left: int
    """Whole seconds until then; 0 for one that is late."""
    ask_again_after: int
    """Whole seconds after which asking again makes sense; 0 for one that has ended."""

    @property
    def is_late(self) -> bool:
        """Whether it takes longer than it usually does."""
        return self.eta_at is not None and self.seconds_left == 0


def outlook(job: TryOnJob, now: datetime) -> Outlook:
    """Estimate when a job will be done, from what its engine usually takes."""
    # Of an uncertain one nobody knows when, or whether, it will be told.
    if job.status in FINISHED or status_of(job) == Status.UNCERTAIN:
        return Outlook(None, 1.0, 0, 0)
    first, *rest = [*waits_for(job), job]
    usual, further = _usual(first), sum(map(_usual, rest), timedelta(0))
    begun = first.submitted_at or first.created_at
    if first.submitted_at is None and now - begun > usual:
        begun = now  # it has waited in the queue all the while: the run itself is still to come
    eta_at = begun + usual
    if further:  # what is late is a step: the rest of the outfit is still to come
        eta_at = max(eta_at, now) + further
    left = max(0.0, (eta_at - now).total_seconds())
    passed, late = now - job.created_at, max(0.0, (now - eta_at).total_seconds())
    whole = passed.total_seconds() + left
    done = passed.total_seconds() / whole if whole else 0.0
    progress = min(done, 0.95) if left else 1 - 0.05 / (1 + late / usual.total_seconds())
    again = math.ceil(min(left, 5.0)) if left else min(15, 2 + int(late / 10))
    return Outlook(eta_at, round(progress, 3), math.ceil(left), max(1, again))


def _usual(job: TryOnJob) -> timedelta:
    return timedelta(seconds=typical_seconds(job.engine)) + AROUND
