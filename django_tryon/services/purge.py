"""Purge: delete what has outlived its day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from django_tryon.models import Person, Status, TryOnResult
from django_tryon.models.transitions import STEPS


@dataclass(frozen=True)
class Purged:
    """How much went, or would go."""

    photos: int
    results: int


def purge(*, now: datetime, dry_run: bool = False) -> Purged:
    """Delete shoppers' photos and results whose day has come, and say how many.

    A photo that a job still waits to send is left until the job has ended.
    """
    busy = Q(jobs__status__in=[*STEPS, Status.UNCERTAIN])
    people = Person.objects.filter(delete_at__lte=now).exclude(busy).distinct()
    results = TryOnResult.objects.filter(delete_at__lte=now, published_at=None)
    purged = Purged(photos=people.count(), results=results.count())
    if not dry_run:
        for row in [*people, *results]:
            row.delete()
    return purged
