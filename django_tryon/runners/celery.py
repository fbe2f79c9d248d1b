"""Celery: one message wakes a worker for all jobs that are due."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from django_tryon.exceptions import MissingExtra
from django_tryon.models import Alarm

try:
    from celery import current_app
except ImportError as error:  # pragma: no cover - seen by the job that installs no extra
    raise MissingExtra("The Celery runner", "celery") from error

DRIVE = "django_tryon.drive"


def wake(at: datetime) -> None:
    """Send a message for that moment, unless one is on its way that comes early enough."""
    now = timezone.now()
    if Alarm.arm(at, now=now):
        try:
            current_app.send_task(
                DRIVE, kwargs={"at": at.isoformat()}, eta=at if at > now else None
            )
        except BaseException:
            Alarm.rang(at)  # it never will: let the next who asks try again
            raise
