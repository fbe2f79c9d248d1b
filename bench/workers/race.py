"""One contender's run: so many jobs at once, and what they cost."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from math import nan
from typing import Any

from bench.timing import percentile
from bench.workers.arena import Arena, Ring, enter, until, worker
from bench.workers.contenders import Contender
from bench.workers.meters import Reading, largest_memory, read

WARM_UP = 20
"""Jobs that ours has done before, as it always has: it learns from them when to ask."""
PATIENCE = 45.0
"""Seconds for which a contender without slots for all jobs is looked at."""
STALLED = 45.0
"""Seconds without a picture, besides the length of a run, after which the rest are lost."""
LONGEST = 60.0
"""Seconds that a bare loop is given, besides the length of a run; what is not done then is lost."""


@dataclass(frozen=True)
class Run:
    """What one contender did with its jobs."""

    contender: Contender
    jobs: int
    in_flight: int
    lags: list[float]
    """Seconds from ready to stored, in no order."""
    wall: float
    memory: float
    """MiB."""
    spent: Reading

    @property
    def lost(self) -> int:
        """How many results were never stored."""
        return self.jobs - len(self.lags)

    def lag(self, share: float) -> float:
        """Return what this share of the lags stayed below, in seconds."""
        return percentile(self.lags, share) if self.lags else nan

    def each(self, figure: str) -> float:
        """Return how much of it one job took."""
        return float(getattr(self.spent, figure)) / self.jobs


def run(arena: Arena, who: Contender, jobs: int, *, seconds: float, jitter: float) -> Run:
    """Let a contender do so many jobs of so many seconds."""
    with enter(arena, seconds=seconds, jitter=jitter, celery=who.uses_celery) as ring:
        if who.bare:
            return _run_bare(ring, who, jobs, seconds)
        with worker(ring, *who.worker) as pid:
            if who.is_ours:
                _launch_and_wait(ring, who, WARM_UP, 0, seconds)
            before = read(ring, pid, celery=who.uses_celery)
            known = WARM_UP if who.is_ours else 0
            begun = _launch_and_wait(ring, who, jobs, known, seconds)
            spent = read(ring, pid, celery=who.uses_celery).since(before)
            memory = largest_memory(pid)
        stored = {name: float(at) for name, at in ring.ask(who.stored)}
        return _look_back(ring, who, jobs, begun, stored, memory, spent)


def share_of(who: Contender, jobs: int, seconds: float) -> int:
    """Return how many of these jobs a contender is given, so that it is done before long."""
    if who.slots is None:
        return jobs
    return min(jobs, who.slots * max(2, int(PATIENCE / (seconds + 1))))


def _launch_and_wait(ring: Ring, who: Contender, jobs: int, known: int, seconds: float) -> float:
    """Launch, and return when the first could be begun once all have ended."""
    begun = float(ring.run("bench.workers.launching", who.launches, str(jobs)))

    def is_done() -> tuple[bool, int]:
        ended: int = ring.ask(who.ended)[0][0]
        return ended >= jobs + known, ended

    until(is_done, seconds=seconds + STALLED)
    return begun


def _run_bare(ring: Ring, who: Contender, jobs: int, seconds: float) -> Run:
    before = read(ring, None, celery=False)
    said = json.loads(
        ring.run("bench.workers.bare", who.bare, ring.sandbox, str(jobs), str(seconds + LONGEST))
    )
    seen = read(ring, None, celery=False).since(before)
    spent = Reading(**vars(seen) | {"worker": said["worker"]})
    return _look_back(ring, who, jobs, said["begun"], said["stored"], said["memory"], spent)


def _look_back(
    ring: Ring,
    who: Contender,
    jobs: int,
    begun: float,
    stored: dict[str, float],
    memory: float,
    spent: Reading,
) -> Run:
    """Compare what is stored with the sandbox's own ledger."""
    rows = [row for row in ring.ledger()["requests"] if _moment(row["accepted_at"]) >= begun]
    lags = [
        stored[row["request_id"]] - _moment(row["ready_at"])
        for row in rows
        if row["request_id"] in stored
    ]
    ended = [at for at in stored.values() if at >= begun]
    return Run(
        contender=who,
        jobs=jobs,
        in_flight=most_at_once(rows),
        lags=lags,
        wall=max(ended, default=begun) - begun,
        memory=memory,
        spent=spent,
    )


def most_at_once(rows: Iterable[dict[str, Any]]) -> int:
    """Return how many requests were in flight at most: accepted, and not ready yet."""
    moves = [(_moment(row["accepted_at"]), 1) for row in rows]
    moves += [(_moment(row["ready_at"]), -1) for row in rows]
    most = now = 0
    for _at, move in sorted(moves):
        now += move
        most = max(most, now)
    return most


def _moment(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
