"""Sweep: find whatever came due and was not waked for."""

from __future__ import annotations

from django_tryon.models import Status, TryOnJob
from django_tryon.models.transitions import FINISHED
from django_tryon.services.advance import drive
from django_tryon.services.outcome import settle_followers


def sweep() -> int:
    """Settle what waits for an ended job, then drive all that is due; return how many were due."""
    waiting = TryOnJob.objects.filter(
        status=Status.QUEUED, next_step_at=None, previous__status__in=FINISHED
    )
    ended = TryOnJob.objects.filter(pk__in=waiting.values("previous"))
    for job in ended.order_by("created_at"):
        settle_followers(job)
    total = 0
    while claimed := drive():
        total += claimed
    return total
