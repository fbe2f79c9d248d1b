"""The Celery tasks; a shop's Celery app finds them by ``autodiscover_tasks()``."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from django_tryon import services
from django_tryon.models import Alarm
from django_tryon.runners.bell import rang
from django_tryon.runners.celery import DRIVE
from django_tryon.services.prewarm import prewarm as services_prewarm
from django_tryon.services.shoppers.purge import purge as services_purge

# A shop's own limits are for its own tasks: ours would be killed in the middle of a paid request.
LIMIT = 3600


@shared_task(name=DRIVE, ignore_result=True, time_limit=LIMIT, soft_time_limit=LIMIT)
def drive(at: str | None = None) -> int:
    """Do whatever is due, and keep the watch while more is due soon.

    ``at``: the moment for which this wake-up was asked.
    """
    rang(at)
    return services.watch()


@shared_task(name="django_tryon.sweep", ignore_result=True, time_limit=LIMIT, soft_time_limit=LIMIT)
def sweep() -> int:
    """Find what came due and was not waked for; put it into the beat schedule, say every minute."""
    Alarm.rang()  # should its message be lost, the next one is not
    return services.sweep()


@shared_task(name="django_tryon.purge", ignore_result=True)
def purge() -> None:
    """Delete what has outlived its day; put it into the beat schedule, say every quarter hour."""
    services_purge(now=timezone.now())


@shared_task(
    name="django_tryon.prewarm", ignore_result=True, time_limit=LIMIT, soft_time_limit=LIMIT
)
def prewarm() -> None:
    """Dress new and changed products; put it into the beat schedule, nightly."""
    services_prewarm()
