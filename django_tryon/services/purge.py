"""Purge: delete what has outlived its day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from django_tryon.conf import conf
from django_tryon.models import Person, Shopper, Tally, TryOnJob, TryOnResult
from django_tryon.models.transitions import STEPS

LONGEST_DAY = timedelta(days=2)
"""After this no allowance of a day is asked for, wherever in the world the day ends."""
LONGEST_MONTH = timedelta(days=33)
NEVER_SEEN_AGAIN = timedelta(days=60)
"""After this a visitor who left nothing behind is forgotten."""


@dataclass(frozen=True)
class Purged:
    """How much went, or would go."""

    photos: int
    results: int
    addresses: int
    """E-mail addresses to which nothing more will be sent."""
    tallies: int
    visitors: int
    """Shoppers who never gave or launched anything."""


def purge(*, now: datetime, dry_run: bool = False) -> Purged:
    """Delete shoppers' photos and results whose day has come, and what nobody needs any more.

    A photo that a job is about to send is left for the lifetime of a link to it, and no longer.
    """
    busy = Q(jobs__status__in=STEPS, delete_at__gt=now - conf.INPUT_URL_LIFETIME)
    people = Person.objects.filter(delete_at__lte=now).exclude(
        pk__in=Person.objects.filter(busy).values("pk")
    )
    results = TryOnResult.objects.filter(delete_at__lte=now, published_at=None)
    addressed = TryOnJob.objects.filter(created_at__lte=now - conf.RESULT_LIFETIME).exclude(
        notify=""
    )
    tallies, visitors = _old_tallies(now), _empty_visitors(now)
    purged = Purged(
        photos=people.count(),
        results=results.count(),
        addresses=addressed.count(),
        tallies=tallies.count(),
        visitors=visitors.count(),
    )
    if not dry_run:
        for row in [*people, *results]:
            row.delete()
        addressed.update(notify="")
        tallies.delete()
        visitors.delete()
    return purged


def _old_tallies(now: datetime) -> QuerySet[Tally]:
    days = Q(touched_at__lte=now - LONGEST_DAY) & ~Q(key__startswith="budget:")
    return Tally.objects.filter(days | Q(touched_at__lte=now - LONGEST_MONTH))


def _empty_visitors(now: datetime) -> QuerySet[Shopper]:
    return Shopper.objects.filter(
        created_at__lte=now - NEVER_SEEN_AGAIN, user=None, consents=None, jobs=None, people=None
    )
