"""The Celery tasks; a shop's Celery app finds them by ``autodiscover_tasks()``."""

from __future__ import annotations

from datetime import datetime

from celery import shared_task
from django.utils import timezone

from django_tryon import services
from django_tryon.models import Alarm
from django_tryon.runners.celery import DRIVE
from django_tryon.services.purge import purge as services_purge

# A shop's own limits are for its own tasks: ours would be killed in the middle of a paid request.
LIMIT = 3600


@shared_task(name=DRIVE, ignore_result=True, time_limit=LIMIT, soft_time_limit=LIMIT)
def drive(at: str | None = None) -> int:
    """Advance whatever is due. ``at``: the moment for which this wake-up was asked."""
    Alarm.rang(datetime.fromisoformat(at) if at else None)
    return services.drive()


@shared_task(name="django_tryon.sweep", ignore_result=True, time_limit=LIMIT, soft_time_limit=LIMIT)
def sweep() -> int:
    """Find what came due and was not waked for; put it into the beat schedule, say every minute."""
    Alarm.rang()  # should its message be lost, the next one is not
    return services.sweep()


@shared_task(name="django_tryon.purge", ignore_result=True)
def purge() -> None:
    """Delete what has outlived its day; put it into the beat schedule, say every quarter hour."""
    services_purge(now=timezone.now())
