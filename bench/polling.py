"""Lag against polls: `python -m bench.polling`.

Plays thousands of runs of known length through the rule that decides when to ask, and through a
question every so many seconds. Nothing is sent and nothing waits: a question is only counted. What
requests, queues and databases add to the lag is not in these figures.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

import django

from bench.timing import percentile

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django_tryon.models.pace import KEPT  # noqa: E402
from django_tryon.services.driving.pace import spread_of  # noqa: E402
from django_tryon.services.driving.schedule import Spread, next_poll  # noqa: E402

RUNS = 4000
BEGUN = datetime(2026, 1, 1, tzinfo=UTC)
Rule = Callable[[float], float]
"""From the seconds that have passed since the submit to those at which it is asked next."""

LENGTHS: dict[str, tuple[float, Callable[[random.Random], float]]] = {
    "10 ± 1 s": (10.7, lambda chance: chance.uniform(9, 11)),
    "10 s, some 30 s (cold starts)": (
        10.7,
        lambda chance: chance.uniform(28, 34) if chance.random() < 0.1 else chance.uniform(8, 12),
    ),
    "64 ± 20 s": (64, lambda chance: max(5, chance.gauss(64, 10))),
    "546 ± 120 s": (546, lambda chance: max(60, chance.gauss(546, 60))),
}
"""How long runs take: the engine's typical seconds, and one run of many."""


def ours(spread: Spread) -> Rule:
    """Return the rule of the app, for an engine of this spread."""

    def after(passed: float) -> float:
        now = BEGUN + timedelta(seconds=passed)
        return (next_poll(spread, BEGUN, now) - BEGUN).total_seconds()

    return after


def every(seconds: float) -> Rule:
    """Return the usual rule."""
    return lambda passed: passed + seconds


def play(rule: Rule, lengths: list[float]) -> tuple[float, float, float]:
    """Return the questions per run, and the lag at the median and at the 95th percentile, s."""
    asked, lags = 0, []
    for length in lengths:
        at = 0.0
        for number in count(1):
            at = rule(at)
            if at >= length:
                asked += number
                lags.append(at - length)
                break
    return asked / len(lengths), percentile(lags, 0.5), percentile(lags, 0.95)


def main() -> None:
    """Print a table for each kind of run."""
    for name, (typical, draw) in LENGTHS.items():
        chance = random.Random(1)
        lengths = [draw(chance) for _ in range(RUNS)]
        known = [draw(chance) for _ in range(KEPT)]
        rules = {
            "ours": ours(spread_of(known, typical=typical)),
            "ours, nothing known yet": ours(spread_of([], typical=typical)),
        } | {f"every {gap:g} s": every(gap) for gap in (0.25, 0.5, 1, 2, 5)}
        print(f"\nRuns of {name}\n")
        print(f"| {'asked':24} | questions a run | lag p50, s | lag p95, s |")
        print(f"| {'-' * 24} | --------------: | ---------: | ---------: |")
        for said, rule in rules.items():
            polls, half, most = play(rule, lengths)
            print(f"| {said:24} | {polls:15.1f} | {half:10.2f} | {most:10.2f} |")


if __name__ == "__main__":
    main()
