"""Take times so that they can be compared: in turns, so that the machine's load hits all alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import perf_counter, process_time
from typing import Any


@dataclass
class Times:
    """How long one thing took, each time, in ms: by the clock, and of this process's own work."""

    clock: list[float] = field(default_factory=list)
    work: list[float] = field(default_factory=list)


def in_turns(
    things: Mapping[str, Callable[[int], Any]], *, rounds: int, warm_up: int
) -> dict[str, Times]:
    """Do each thing once per round, in this order, and return how long each took."""
    taken = {name: Times() for name in things}
    for number in range(warm_up + rounds):
        for name, do in things.items():
            begun, worked = perf_counter(), process_time()
            do(number)
            ended, done = perf_counter(), process_time()
            if number >= warm_up:
                taken[name].clock.append((ended - begun) * 1000)
                taken[name].work.append((done - worked) * 1000)
    return taken


def percentile(times: list[float], share: float) -> float:
    """Return what this share of the times stayed below."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
