"""Deliver what is due, as the drive does: claim, call on the network's loop, record here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from django_tryon.segmind.loop import network, said_by
from django_tryon.services.announcing import deliver
from django_tryon.services.driving.step import Step

LONG = 1000


def after(**passed: float) -> datetime:
    """Return a moment that is still to come."""
    return timezone.now() + timedelta(**passed)


def call(steps: Sequence[Step]) -> list[Any]:
    """Send claimed deliveries, all at once, and return what was said."""
    begun = [network.start(step.call) for step in steps]
    for one in begun:
        one.exception(30)
    return [said_by(one) for one in begun]


def deliver_due(now: datetime | None = None) -> int:
    """Send what is due, once, and return how many it was."""
    steps = deliver.claim(now or timezone.now(), LONG)
    for step, said in zip(steps, call(steps), strict=True):
        assert step.record(step.subject, said) is None
    return len(steps)
