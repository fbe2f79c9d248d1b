"""Sweep: find whatever came due and was not waked for."""

from __future__ import annotations

from collections.abc import Callable

from django_tryon.models import Status, TryOnJob
from django_tryon.models.transitions import FINISHED
from django_tryon.services.advance import drive
from django_tryon.services.outcome import fail, settle_followers


def sweep(*, is_stopped: Callable[[], bool] = lambda: False) -> int:
    """Settle what waits for an ended job, then drive all that is due; return how many were due.

    ``is_stopped`` is asked between the batches.
    """
    waiting = TryOnJob.objects.filter(
        status=Status.QUEUED, next_step_at=None, previous__status__in=FINISHED
    )
    ended = TryOnJob.objects.filter(pk__in=waiting.values("previous"))
    for job in ended.order_by("created_at"):
        settle_followers(job)
    orphans = TryOnJob.objects.filter(status=Status.QUEUED, next_step_at=None, previous=None)
    for job in orphans:
        fail(job, "previous_gone", "The try-on before this one was deleted.")
    total = 0
    while not is_stopped() and (claimed := drive()):
        total += claimed
    return total
