"""The comparison: what those with the button do, and what those without it do."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Max, Min, Q, Sum

from django_tryon.models import CountedOrder, EventCount
from django_tryon.models.event import Group, Kind
from django_tryon.services.analytics.intervals import (
    Interval,
    Part,
    is_lopsided,
    needed,
    newcombe,
)


@dataclass(frozen=True)
class Rates:
    """One thing of both groups: how many of how many."""

    button: Part
    held: Part

    @property
    def difference(self) -> float | None:
        """With the button less without; None where a group is empty."""
        if self.button.rate is None or self.held.rate is None:
            return None
        return self.button.rate - self.held.rate

    @property
    def interval(self) -> Interval | None:
        """Of the difference, for 95 %; None where a group is empty."""
        return newcombe(self.button, self.held) if self.button.of and self.held.of else None

    @property
    def is_told(self) -> bool:
        """Whether there is a difference beyond what chance makes."""
        return self.interval is not None and (self.interval[0] > 0 or self.interval[1] < 0)

    @property
    def missing(self) -> int | None:
        """How many more it takes to tell the difference that shows; None where nobody can say."""
        if self.interval is None or self.is_told:
            return None
        enough = needed(self.button, self.held)
        return None if enough is None else max(1, enough - self.button.of - self.held.of)


@dataclass(frozen=True)
class Comparison:
    """All who were drawn while the same part of visitors was held out."""

    holdout: Decimal
    first: date
    last: date
    bought: Rates
    """Visitors who ordered, of visitors."""
    returned: Rates
    """Orders that came back, of orders."""

    @property
    def is_lopsided(self) -> bool:
        """Whether the groups are of other sizes than they were drawn to be."""
        held, button = self.bought.held.of, self.bought.button.of
        return is_lopsided(held, of=held + button, share=float(self.holdout))


def comparisons_since(first: date) -> list[Comparison]:
    """Return one comparison for each share that was held out since a day, the newest first.

    Those of different shares are not added up: a season in which more were held out would else
    count for more in one group than in the other. In two queries.
    """
    spans: dict[Decimal, list[tuple[date, date]]] = defaultdict(list)
    visitors: dict[tuple[Decimal, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    rows = EventCount.objects.filter(day__gte=first, kind__in=[Kind.VISITOR, Kind.BUYER])
    for share, group, kind, count, begun, ended in rows.values_list(
        "holdout", "group", "kind"
    ).annotate(all=Sum("count"), begun=Min("day"), ended=Max("day")):
        visitors[share, group][kind] = count
        spans[share].append((begun, ended))
    orders = {
        (share, group): Part(back, count)
        for share, group, count, back in CountedOrder.objects.filter(day__gte=first)
        .values_list("holdout", "group")
        .annotate(count=Count("pk"), back=Count("pk", filter=Q(returned_on__isnull=False)))
    }

    def bought(share: Decimal, group: Group) -> Part:
        counts = visitors[share, group]
        # A visitor whose count was lost may still have been seen to buy.
        return Part(min(counts[Kind.BUYER], counts[Kind.VISITOR]), counts[Kind.VISITOR])

    def returned(share: Decimal, group: Group) -> Part:
        return orders.get((share, group), Part(0, 0))

    found = [
        Comparison(
            share,
            min(begun for begun, _ended in days),
            max(ended for _begun, ended in days),
            Rates(bought(share, Group.BUTTON), bought(share, Group.HELD)),
            Rates(returned(share, Group.BUTTON), returned(share, Group.HELD)),
        )
        for share, days in spans.items()
    ]
    return sorted(found, key=lambda one: (one.last, one.first), reverse=True)
