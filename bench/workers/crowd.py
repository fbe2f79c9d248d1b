"""As many jobs in flight as one process can carry: long runs, all begun at once."""

from __future__ import annotations

from bench.storefront import say
from bench.workers import report
from bench.workers.arena import Arena
from bench.workers.contenders import OURS_EMBEDDED
from bench.workers.race import run

SECONDS = 60.0
LAG = 0.05
"""Share of the run time."""
MEMORY = 300
"""MiB."""


def measure(arena: Arena, jobs: int, seconds: float = SECONDS) -> None:
    """Print what one `tryon_worker` makes of it."""
    say(f"\n### {jobs:,} jobs of {seconds:g} s in one process\n", report.HEAD)
    seen = run(arena, OURS_EMBEDDED, jobs, seconds=seconds, jitter=1)
    say(report.line(seen))
    say(
        "",
        "| figure | aim | embedded |",
        "| --- | --- | ---: |",
        f"| in flight at once | {jobs:,} | {seen.in_flight:,} |",
        f"| lag p95, share of the run time | under {LAG:g} | {seen.lag(0.95) / seconds:.3f} |",
        f"| memory, MiB | under {MEMORY} | {seen.memory:.0f} |",
        f"| results lost | 0 | {seen.lost} |",
    )
