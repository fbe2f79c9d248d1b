"""When a job is likely to be done, told honestly: late is said to be late."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django_tryon.conf import conf
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
    def minutes_left(self) -> int:
        """Whole minutes until then, where seconds would say too much: 0 below two minutes."""
        return self.seconds_left // 60 if self.seconds_left >= 120 else 0

    @property
    def is_late(self) -> bool:
        """Whether it takes longer than it usually does."""
        return self.eta_at is not None and self.seconds_left == 0


AT_ONCE = 5
"""How many try-ons we reckon with at a time where nothing is known. Segmind prints no limit; keys
of the free plan and the rate of five requests a minute make more a lucky guess."""


@dataclass(frozen=True)
class Work:
    """What one engine is to do."""

    tries: int
    """How many try-ons."""
    runs: int
    """How many runs that takes: of an outfit several, one after another."""
    seconds: float
    """What one try-on takes by itself."""
    per_second: float
    """How many runs a second it was seen to end; 0 where that is not known."""


@dataclass(frozen=True)
class Span:
    """How long it takes until the last of many is done."""

    seconds: float
    is_most: bool = False
    """Whether that is the most it takes, by a guess, rather than about what it will."""


def span_of(works: Sequence[Work]) -> Span:
    """Estimate how long all of this takes, by what was seen before; 0 seconds for nothing."""
    tries = sum(work.tries for work in works)
    if not tries:
        return Span(0.0)
    usual = sum(work.tries * work.seconds for work in works) / tries
    guess = math.ceil(tries / AT_ONCE) * usual
    seen = max(
        work.seconds + (work.runs - 1) / work.per_second if work.per_second else math.inf
        for work in works
    )
    # No more than so many are sent in a minute, whatever the engines could do.
    runs, turns = sum(work.runs for work in works), conf.SUBMITS_PER_MINUTE
    least = (runs - 1) // turns * 60 + usual if turns else 0.0
    is_guess = tries > AT_ONCE and guess <= seen and guess > least
    return Span(max(min(guess, seen), least), is_most=is_guess)


def outlook(job: TryOnJob, now: datetime) -> Outlook:
    """Estimate when a job will be done, from what its engine usually takes."""
    # Of an uncertain one nobody knows when, or whether, it will be told.
    if job.status in FINISHED or status_of(job) == Status.UNCERTAIN:
        return Outlook(None, 1.0, 0, 0)
    first, *rest = [*waits_for(job), job]
    usual, further = _usual(first), sum(map(_usual, rest), timedelta(0))
    begun = first.submitted_at or first.created_at
    if first.submitted_at is None:
        # Later, where others are sent before it; what is claimed is being sent.
        turn = now if first.claim or first.next_step_at is None else first.next_step_at
        if turn > now or now - begun > usual:
            begun = max(turn, now)  # it has waited all the while: the run itself is still to come
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
