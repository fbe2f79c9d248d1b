"""Decide: what is said of a first frame counts once, whoever else says it at the same time."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from django_tryon.models import WaitingClip


def decide(waiting: WaitingClip, state: str, *, by: Any, **fields: Any) -> bool:
    """Say so of a frame that still waits; False if somebody else was first."""
    fields |= {"state": state, "decided_by": by, "decided_at": timezone.now(), "open_wish": None}
    rows = WaitingClip.objects.filter(pk=waiting.pk, state=WaitingClip.State.WAITING)
    won = rows.update(**fields) == 1
    if won:
        for name, value in fields.items():
            setattr(waiting, name, value)
    return won
