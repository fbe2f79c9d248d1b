"""When the next step of a job is due."""

from __future__ import annotations

import math
import random
from datetime import UTC, datetime, timedelta

from django_tryon.engines import Engine

GRID = timedelta(milliseconds=500)
"""Due times lie on this grid, so that one wake-up serves many jobs."""

PROVIDER_MEMORY = timedelta(hours=1)
"""Segmind keeps a request's status and result this long after the submit (model pages)."""

SETTLING = timedelta(seconds=60)
"""A request that was just submitted may be unknown to the status endpoint for a moment."""


def on_grid(at: datetime) -> datetime:
    """Return the first moment of the grid that is not before this one."""
    grid = GRID.total_seconds()
    return datetime.fromtimestamp(math.ceil(at.timestamp() / grid) * grid, UTC)


def next_poll(engine: type[Engine], submitted_at: datetime, now: datetime) -> datetime:
    """Return when to ask again: soon at first, then at a fifth of the time that has passed.

    The gap stays between the grid's and a twentieth of the engine's typical time (at least a
    second, at most ten), so the lag is a small part of the run.
    """
    passed = (now - submitted_at).total_seconds()
    longest = min(10.0, max(1.0, engine.typical_seconds / 20))
    gap = min(longest, max(GRID.total_seconds(), passed / 5))
    return on_grid(now + timedelta(seconds=gap))


def backoff(attempts: int, now: datetime, *, longest: float = 120) -> datetime:
    """Return when to try again after that many failures: 1 s, 2 s, 4 s, … with jitter."""
    gap = min(longest, 2.0 ** min(attempts - 1, 10)) * random.uniform(0.75, 1.25)  # noqa: S311
    return on_grid(now + timedelta(seconds=gap))
