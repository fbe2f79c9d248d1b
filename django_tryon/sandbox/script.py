"""Which fault happens when: `name@step[:n|:share]`, and the mixes that have a name.

reset@status            every time
500@submit:2            the first two times
cut@output:0.05         one time in twenty
503@any:0.02            at every step at which it can happen
"""

from __future__ import annotations

import difflib
import random
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .faults import Step
from .known_faults import KNOWN, Fault

ANY = "any"

PROFILES: Mapping[str, tuple[str, ...]] = {
    "flaky": (
        "429+reset@submit:0.01",
        "503@submit:0.02",
        "reset@submit:0.01",
        "reset@accepted:0.01",
        "502@accepted:0.01",
        "fails@run:0.02",
        "blocked@run:0.01",
        "reset@status:0.03",
        "hang@status:0.005",
        "502@status:0.03",
        "429@status:0.01",
        "html@status:0.01",
        "500@result:0.03",
        "cut@result:0.02",
        "reset@output:0.03",
        "cut@output:0.05",
        "503@output:0.03",
        "500@history:0.05",
    ),
}
"""Mixes by name."""


@dataclass
class Order:
    """One fault at one step."""

    fault: Fault
    step: Step
    times: int | None = None
    """So often, and then never again; None for always."""
    share: float | None = None
    """In this share of all cases; None for all."""

    def __str__(self) -> str:
        bound = self.times if self.share is None else self.share
        return f"{self.fault.name}@{self.step.value}" + ("" if bound is None else f":{bound}")


def read_orders(text: str) -> list[Order]:
    """Return what `name@step[:n|:share]` asks for; raises ValueError saying what is wrong."""
    what, _, bound = text.partition(":")
    name, at, place = what.partition("@")
    fault = KNOWN.get(name)
    if fault is None:
        near = difflib.get_close_matches(name, KNOWN, n=3)
        hint = f"did you mean {' or '.join(near)}?" if near else f"there are: {', '.join(KNOWN)}"
        raise ValueError(f"{text}: no fault is called “{name}”; {hint}")
    steps = [step for step in Step if step in fault.steps]
    wanted = [step for step in steps if place in {step.value, ANY}]
    if not at or not wanted:
        what = f"does not happen at “{place}”; name" if place else "needs"
        possible = ", ".join(steps)
        raise ValueError(f"{text}: {name} {what} a step: {name}@{ANY}, or one of {possible}")
    times, share = _bound(text, bound)
    return [Order(fault, step, times, share) for step in wanted]


def _bound(text: str, bound: str) -> tuple[int | None, float | None]:
    try:
        times = int(bound) if bound and "." not in bound else None
        share = float(bound) if "." in bound else None
    except ValueError:
        times, share = 0, None
    if times == 0 or (times or 1) < 1 or not 0 <= (share or 0) <= 1:
        raise ValueError(
            f"{text}: after the colon stands a number of times (3) or a share (0.05), from 0.0 "
            "to 1.0"
        )
    return times, share


class Script:
    """A hook that plays what was ordered; of several orders at a step, the first that is due.

    Safe to use from several threads.
    """

    def __init__(self, wanted: Iterable[str] = (), *, seed: int | None = None) -> None:
        self.orders: list[Order] = []
        self._random = random.Random(seed)  # noqa: S311
        self._lock = threading.Lock()
        self.add(wanted)

    def add(self, wanted: Iterable[str], *, anew: bool = False) -> None:
        """Add orders, or have these alone; raises ValueError, and then nothing changes."""
        orders = [order for text in wanted for order in read_orders(text)]
        with self._lock:
            self.orders = orders if anew else self.orders + orders

    def clear(self) -> None:
        """Let everything go well from now on."""
        self.add([], anew=True)

    def due(self, step: Step) -> Fault | None:
        """Return the fault that happens at this step now, and count it."""
        with self._lock:
            for order in self.orders:
                if order.step is not step or order.times == 0:
                    continue
                if order.share is not None and self._random.random() >= order.share:
                    continue
                if order.times is not None:
                    order.times -= 1
                return order.fault
        return None
