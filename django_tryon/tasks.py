"""The Celery tasks; a shop's Celery app finds them by ``autodiscover_tasks()``."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from django_tryon import services
from django_tryon.models import Alarm
from django_tryon.runners.celery import DRIVE
from django_tryon.services.purge import purge as services_purge


@shared_task(name=DRIVE, ignore_result=True)
def drive() -> int:
    """Advance whatever is due."""
    Alarm.rang()
    return services.drive()


@shared_task(name="django_tryon.sweep", ignore_result=True)
def sweep() -> int:
    """Find what came due and was not waked for; put it into the beat schedule, say every minute."""
    Alarm.rang()  # should its message be lost, the next one is not
    return services.sweep()


@shared_task(name="django_tryon.purge", ignore_result=True)
def purge() -> None:
    """Delete what has outlived its day; put it into the beat schedule, say every quarter hour."""
    services_purge(now=timezone.now())
