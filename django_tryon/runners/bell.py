"""The bell: what runners with a queue have in common. One message serves all who ask for one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.utils import timezone

from django_tryon.models import Alarm

Send = Callable[[datetime, datetime | None], bool | None]
"""Sends a message that names the first moment, to be taken from the queue at the second, or at once
if that is None; False if this queue cannot hold one for later."""


def ring(at: datetime, send: Send) -> None:
    """Have a message sent for that moment, unless one is on its way that comes early enough."""
    now = timezone.now()
    rings_at = Alarm.arm(at, now=now)
    if rings_at is None:
        return
    sent: bool | None = False
    try:
        sent = send(rings_at, rings_at if rings_at > now else None)
    finally:
        if sent is False:
            Alarm.rang(rings_at)  # it never will: let the next who asks try again


def rang(at: str | None) -> None:
    """Say that the message came that was sent for that moment (ISO 8601)."""
    Alarm.rang(datetime.fromisoformat(at) if at else None)
