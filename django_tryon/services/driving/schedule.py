"""When the next step of a job is due."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

GRID = timedelta(milliseconds=100)
"""Due times lie on this grid, so that one look at the rows serves many jobs."""

SHORTEST_GAP = 0.3
LONGEST_GAP = 10.0
"""Seconds between two questions after the same run."""

PROVIDER_MEMORY = timedelta(hours=1)
"""Segmind keeps a request's status and result this long after the submit (model pages)."""

SETTLING = timedelta(seconds=60)
"""A request that was just submitted may be unknown to the status endpoint for a moment."""


def on_grid(at: datetime) -> datetime:
    """Return the first moment of the grid that is not before this one."""
    grid = GRID.total_seconds()
    return datetime.fromtimestamp(math.ceil(at.timestamp() / grid) * grid, UTC)


@dataclass(frozen=True)
class Spread:
    """How long an engine's runs take, in seconds."""

    soonest: float
    """Hardly any is done before this; 0 if nothing is known yet but what the engine's page says."""
    usual: float
    latest: float
    """Hardly any takes longer."""

    def gap(self, passed: float) -> float:
        """Return the seconds between two questions after a run that has gone on for so long.

        A small part of what is not known, and of the whole: neither many questions nor much lag.
        """
        most = self.usual / 20
        if self.soonest:
            gap = min((self.latest - self.soonest) / 6, most) + max(0, passed - self.latest) / 10
        else:
            gap = min(passed / 5, max(1.0, most))
        return min(LONGEST_GAP, max(SHORTEST_GAP, gap))


def next_poll(
    spread: Spread, submitted_at: datetime, now: datetime, *, at_least: float = 0.0
) -> datetime:
    """Return when to ask after a run again: see docs/explanation/polling.

    First when one might be over, then at a steady gap, and ever less often for one that is late;
    never sooner than ``at_least`` seconds from now. With some jitter, so that runs that were begun
    together are not asked after together.
    """
    passed = (now - submitted_at).total_seconds()
    if passed < spread.soonest:
        gap = spread.soonest * _jitter(1.0, 1.02) - passed
    else:
        gap = spread.gap(passed) * _jitter(0.9, 1.1)
    return on_grid(now + timedelta(seconds=max(gap, at_least)))


def _jitter(least: float, most: float) -> float:
    return random.uniform(least, most)  # noqa: S311


def backoff(attempts: int, now: datetime, *, longest: float = 120) -> datetime:
    """Return when to try again after that many failures: 1 s, 2 s, 4 s, … with jitter."""
    gap = min(longest, 2.0 ** min(attempts - 1, 10)) * _jitter(0.75, 1.25)
    return on_grid(now + timedelta(seconds=gap))
