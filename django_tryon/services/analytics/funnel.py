"""The funnel: how many page views came how far, in all and by product."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from django_tryon import products
from django_tryon.models import EventCount
from django_tryon.models.event import BROWSER, Kind

MOST = 20
"""How many products are told, those with the most events first."""
STEPS = BROWSER
"""Of page views."""
OF_PRODUCTS = (*BROWSER, Kind.ORDERED, Kind.RETURNED)
Counts = dict[str, int]
"""By kind. Where page views are sampled, an estimate: what was counted, multiplied."""


@dataclass(frozen=True)
class Funnel:
    """What happened since a day."""

    steps: Counts
    products: list[tuple[str, Counts]] = field(default_factory=list)
    """By the products' names."""
    is_sampled: bool = False


def funnel_since(first: date) -> Funnel:
    """Sum up, in three queries and one for each of the shop's product models."""
    rows = EventCount.objects.filter(day__gte=first, kind__in=OF_PRODUCTS)
    counted = list(rows.values_list("kind", "sampled").annotate(all=Sum("count")))
    steps = _sums(counted)
    busiest = [
        product
        for product, _count in rows.values_list("product")
        .annotate(all=Sum("count"))
        .order_by("-all", "product")[:MOST]
    ]
    found: dict[str, list[Any]] = defaultdict(list)
    of_them = rows.filter(product__in=busiest).values_list("product", "kind", "sampled")
    for product, *row in of_them.annotate(all=Sum("count")):
        found[product].append(row)
    titles = {
        products.reference_to(product): products.title_of(product)
        for product in products.find_all(busiest)
    }
    return Funnel(
        {kind.value: steps[kind] for kind in STEPS},
        [(titles.get(product, product), _sums(found[product])) for product in busiest],
        any(sampled < 1 for _kind, sampled, _count in counted),
    )


def _sums(rows: Iterable[Any]) -> Counts:
    """Add up what each count stands for, and round at the end."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for kind, sampled, count in rows:
        sums[kind] += Decimal(count) / sampled
    return {kind.value: round(sums[kind]) for kind in OF_PRODUCTS}
