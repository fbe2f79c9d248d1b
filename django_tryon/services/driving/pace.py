"""Pace: how long an engine's runs took lately, which decides when the next are asked after."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from django.core.signals import setting_changed

from django_tryon.conf import conf
from django_tryon.engines import find_engine
from django_tryon.exceptions import LaunchRefused
from django_tryon.models import Pace, Status, TryOnJob
from django_tryon.models.pace import WINDOW
from django_tryon.services.driving.schedule import Spread

FEW = 5
"""So many runs tell something; with fewer, the engine's own typical time counts."""
FRESH = 10.0
"""Seconds for which this process believes what it read, and keeps what it saw to itself."""
AT_ONCE = timedelta(seconds=0.5)
"""A row that was not touched for longer than this after its submit was not asked after yet."""

_lock = Lock()
_written_at = 0.0
_known: dict[str, tuple[float, Spread]] = {}
_running: dict[str, float] = {}
_seen: dict[str, list[float]] = defaultdict(list)
_ended: dict[str, deque[float]] = defaultdict(deque)
_busiest: dict[str, int] = {}


def of(engine: str) -> Spread:
    """Return how long the runs of an engine take; at most one query in a while."""
    known = _known.get(engine)
    if known and time.monotonic() - known[0] < FRESH:
        return known[1]
    row = Pace.objects.filter(pk=engine).first()
    return _learn(engine, row.seconds if row else ())


def shortest_gap() -> float:
    """Return how many seconds must pass between two questions after the same run.

    With ``POLLS_PER_MINUTE``, which all workers share, the more runs there are the rarer each is
    asked after; the number of runs is looked up at most once in a while.
    """
    most = conf.POLLS_PER_MINUTE
    if not most:
        return 0.0
    counted = _running.get("at", 0.0)
    if time.monotonic() - counted > FRESH or not _running:
        running = TryOnJob.objects.filter(status=Status.RUNNING).count()
        _running.update(at=time.monotonic(), count=running)
    return 60.0 * _running["count"] / most


def seconds_of(job: TryOnJob, now: datetime) -> float | None:
    """Return how long a run took that was seen to be done now; None where that is not known.

    Ask before the row says so: when it was last touched counts.
    """
    if job.submitted_at is None:
        return None
    took = (now - job.submitted_at).total_seconds()
    if job.updated_at - job.submitted_at < AT_ONCE:
        # Done when it was first asked after: perhaps long before. Let the next be asked sooner, or
        # a pace that has quickened would never be noticed.
        took *= 0.9
    return took


def note(engine: str, seconds: float | None) -> None:
    """Remember how long a run took, where that is known; ``write_down`` keeps it."""
    if seconds is not None:
        with _lock:
            _seen[engine].append(seconds)
            known = _known.get(engine)
            # What ended long ago, while nobody was there to see it, says nothing of how many do at
            # a time.
            if known is None or seconds <= 2 * max(known[1].latest, 1.0):
                _count_end(engine)


def _count_end(engine: str) -> None:
    ended, now = _ended[engine], time.monotonic()
    ended.append(now)
    while now - ended[0] > WINDOW:
        ended.popleft()
    _busiest[engine] = max(_busiest.get(engine, 0), len(ended))


def write_down(*, every: float = 0.0) -> None:
    """Keep what this process has seen since: one row for each engine, every so many seconds."""
    global _written_at
    if time.monotonic() - _written_at < every:
        return
    _written_at = time.monotonic()
    with _lock:
        seen = {engine: list(seconds) for engine, seconds in _seen.items()}
        busiest = dict(_busiest)
        _seen.clear()
        _busiest.clear()
    for engine, seconds in seen.items():
        _learn(engine, Pace.note(engine, seconds, busiest.get(engine, 0)))


def _learn(engine: str, seconds: Sequence[float]) -> Spread:
    spread = spread_of(seconds, typical=typical_seconds(engine))
    _known[engine] = (time.monotonic(), spread)
    return spread


def typical_seconds(engine: str) -> float:
    """Return what an engine says of itself; something usual if the shop took it off its list."""
    try:
        return find_engine(engine).typical_seconds
    except LaunchRefused:
        return 15.0


def minutes_of(seconds: float) -> int:
    """Return whole minutes, at least 1."""
    return max(1, round(seconds / 60))


@dataclass(frozen=True)
class Speed:
    """How fast an engine is, for an estimate."""

    usual: float
    """Seconds that a run usually takes, as measured if it was."""
    per_second: float
    """How many runs a second were seen to end; 0 where too few ever did."""


def speeds() -> Callable[[str], Speed]:
    """Return how to tell how fast an engine is; one query for all of them."""
    rows = Pace.objects.in_bulk()

    def speed_of(engine: str) -> Speed:
        row, typical = rows.get(engine), typical_seconds(engine)
        if row is None:
            return Speed(typical, 0.0)
        usual = spread_of(row.seconds, typical=typical).usual
        return Speed(usual, row.per_second if row.busiest >= FEW else 0.0)

    return speed_of


def spread_of(seconds: Sequence[float], *, typical: float) -> Spread:
    """Return the spread of these run times; around the typical one if they are few."""
    if len(seconds) < FEW:
        return Spread(soonest=0.0, usual=typical, latest=typical)
    ordered = sorted(seconds)
    last = len(ordered) - 1
    return Spread(
        soonest=ordered[round(last * 0.03)] * 0.98,
        usual=ordered[round(last * 0.5)],
        latest=ordered[round(last * 0.95)],
    )


def forget() -> None:
    """Forget what this process has read and seen."""
    with _lock:
        _known.clear()
        _running.clear()
        _seen.clear()
        _ended.clear()
        _busiest.clear()


def _engines_changed(*, setting: str, **kwargs: object) -> None:
    if setting == "TRYON":
        forget()


setting_changed.connect(_engines_changed)
