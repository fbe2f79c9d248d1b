"""Sweep: find whatever came due and was not waked for."""

from __future__ import annotations

from collections.abc import Callable

from django.utils import timezone

from django_tryon.models import Alarm, Status, TryOnJob
from django_tryon.models.transitions import FINISHED
from django_tryon.services.driving import gates, isolated
from django_tryon.services.driving.advance import drive
from django_tryon.services.driving.step import Step
from django_tryon.services.driving.work import Work
from django_tryon.services.outcome import fail, settle_followers
from django_tryon.services.publishing.keep import keep_appointments
from django_tryon.services.steps import earlier


def sweep(*, is_stopped: Callable[[], bool] = lambda: False) -> int:
    """Settle what waits for an ended job, then drive all that is due; return how many were due.

    ``is_stopped`` is asked between the batches.
    """
    work = Work()
    work.begin(settle())
    total = 0
    try:
        while not is_stopped() and (claimed := drive()):
            total += claimed
    finally:
        work.finish()
    return total


def settle() -> list[Step]:
    """End what waits for a job that will never end, and let begin what waits for one that has.

    And publish what was appointed for now.
    Returns the looks at earlier runs whose time has come, for the caller to begin.
    """
    waiting = TryOnJob.objects.filter(status=Status.QUEUED, next_step_at=None)
    ended = TryOnJob.objects.filter(
        pk__in=waiting.filter(previous__status__in=FINISHED).values("previous")
    )
    settle_followers(ended.order_by("created_at"))
    for orphan in waiting.filter(previous=None):
        fail(orphan, "previous_gone", "The try-on before this one was deleted.")
    now = timezone.now()
    gates.open_for_another_key(now)
    with isolated.a_lease_brings_it_back("appointments were not kept"):
        keep_appointments(now)
    Alarm.swept(now)
    return earlier.claim(now=now)
