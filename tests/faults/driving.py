"""Drive one job to its end, while the sandbox does one thing wrong, on a clock that leaps."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from django_tryon import services
from django_tryon.engines.idm_vton import IdmVton
from django_tryon.models import Garment, Person, TryOnJob
from django_tryon.sandbox.app import Sandbox
from django_tryon.segmind import client, download
from django_tryon.segmind.loop import network
from django_tryon.services.driving import schedule
from django_tryon.services.driving.advance import next_due_at
from django_tryon.testing import BASE_URL, reset_sandbox

LONGEST = timedelta(hours=26)
"""What is still on its way then waits for ever."""
EXACT = 8
"""So many rounds go from due time to due time; then time leaps ever farther."""
LEAP = timedelta(minutes=10)

PLACES: dict[str, tuple[str, dict[str, Any], tuple[str, ...]]] = {
    # What is asked → the sandbox's step, settings, and what must go wrong before to come there.
    "submit": ("submit", {}, ()),
    "submit v1": ("submit", {}, ()),
    "accepted": ("accepted", {}, ()),
    "accepted v1": ("accepted", {}, ()),
    "run": ("run", {}, ()),
    "run v1": ("run", {}, ()),
    "upload": ("upload", {"INPUTS": "asset-store", "ASSET_URL": f"{BASE_URL}/upload-asset"}, ()),
    "status": ("status", {}, ()),
    "result": ("result", {}, ()),
    "output": ("output", {}, ()),
    "history": ("history", {}, ("reset@accepted:1",)),
    "credits": ("credits", {}, ("401@submit:1",)),
}
"""Where a fault can be met."""


@dataclass
class Clock:
    """A moment that moves only when told."""

    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        return self.at


@dataclass
class Outcome:
    """What became of a job."""

    status: str
    code: str
    asked: Counter[str]
    """How often the provider was asked, by step."""
    billed: int
    """For how many requests it was paid."""
    job: TryOnJob
    sandbox: Sandbox

    def __str__(self) -> str:
        asked = " ".join(f"{step}={count}" for step, count in sorted(self.asked.items()))
        return f"{self.status} {self.code or '-'} billed={self.billed} {asked}"


@contextmanager
def turned(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the app live by this clock, without pauses, chance or large answers."""
    with monkeypatch.context() as patch:
        patch.setattr(timezone, "now", clock)
        patch.setattr(schedule.random, "uniform", lambda least, most: (least + most) / 2)
        patch.setattr(download, "PAUSES", (0, 0, 0))
        patch.setattr(client, "LARGEST_REPLY", 2**17)
        patch.setattr(client, "LARGEST_MEDIA_REPLY", 2**19)
        yield


def befall(
    place: str,
    faults: list[str],
    *,
    garment: Garment,
    person: Person,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> Outcome:
    """Launch a job, let these faults befall it, and return what became of it."""
    _step, wanted, before = PLACES[place]
    settings.TRYON = settings.TRYON | {"MAX_IMAGE_BYTES": 2**20} | wanted
    clock = Clock()
    sandbox = reset_sandbox(
        faults=[*before, *faults], plain=True, clock=clock, seed=1, balance="100"
    )
    network.reset()
    random.seed(1)
    if place.endswith(" v1"):
        monkeypatch.setattr(IdmVton, "api", "v1")
    with turned(clock, monkeypatch):
        job = services.launch(garments=[garment], person=person, engine="idm-vton")
        drive_on(clock)
        job.refresh_from_db()
        asyncio.run(sandbox.settle())
    asked = Counter({str(step): n for step, n in sandbox.asked.items()})
    billed = sum(entry.cost is not None for entry in sandbox.ledger)
    return Outcome(str(job.status), job.error_code, asked, billed, job, sandbox)


def drive_on(clock: Clock) -> None:
    """Drive whatever is due, and let time pass until something is, until nothing ever is."""
    begun = clock.at
    for number in itertools.count():
        at = next_due_at()
        if at is None or at > begun + LONGEST:
            return
        clock.at = max(clock.at + LEAP * max(0, number - EXACT), at)
        services.drive(now=clock.at)
