"""Lapse: forget which orders were counted, and in the end the counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from django_tryon.conf import conf
from django_tryon.models import CountedOrder, EventCount, Salt

LONGEST_MONTH = timedelta(days=31)


@dataclass(frozen=True)
class Lapsed:
    """What has outlived its day."""

    orders: QuerySet[CountedOrder]
    """Of which it is forgotten which they are."""
    salts: QuerySet[Salt]
    old: tuple[QuerySet[Any], ...]
    """Counts and counted orders that go altogether."""

    @property
    def hashes(self) -> int:
        """How many orders are forgotten."""
        return self.orders.count()

    @property
    def counts(self) -> int:
        """How many rows go."""
        return sum(rows.count() for rows in self.old)

    def forget(self) -> None:
        """Do it."""
        self.orders.update(mark=None, visit=None)
        self.salts.delete()
        for rows in self.old:
            rows.delete()


def lapsed(now: datetime) -> Lapsed:
    """Return what has outlived its day by now."""
    returns, kept = _day(now - conf.RETURNS_LIFETIME), _day(now - conf.EVENTS_LIFETIME)
    return Lapsed(
        CountedOrder.objects.filter(day__lt=returns).exclude(Q(mark=None) & Q(visit=None)),
        Salt.objects.filter(month__lt=returns - LONGEST_MONTH),
        (EventCount.objects.filter(day__lt=kept), CountedOrder.objects.filter(day__lt=kept)),
    )


def _day(moment: datetime) -> date:
    return timezone.localdate(moment, timezone=timezone.get_default_timezone())
