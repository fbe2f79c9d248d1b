"""What the button does in the storefront: from seen to the basket, and with it against without."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from django_tryon.admin.dashboard.figures import since
from django_tryon.admin.dashboard.table import Table
from django_tryon.conf import conf
from django_tryon.models.event import Kind
from django_tryon.services.analytics import words
from django_tryon.services.analytics.comparison import Comparison, Rates, comparisons_since
from django_tryon.services.analytics.funnel import OF_PRODUCTS, STEPS, Funnel, funnel_since
from django_tryon.services.analytics.intervals import Part


@dataclass(frozen=True)
class Storefront:
    """What was counted."""

    funnel: Funnel
    comparisons: list[Comparison]


def storefront_of(days: int) -> Storefront:
    """Look it up."""
    first = since(days).date()
    return Storefront(funnel_since(first), comparisons_since(first))


def steps_of(found: Storefront) -> list[tuple[str, int]]:
    """Return each step of the button, and how many page views came as far."""
    return [(str(Kind(kind).label), count) for kind, count in found.funnel.steps.items()]


def by_product(found: Storefront, sees_money: bool) -> Table:
    """Return what happened to the button of each product; and how it sold, for some only."""
    kinds = OF_PRODUCTS if sees_money else STEPS
    heads = [_("Product"), *(str(kind.label) for kind in kinds)]
    rows = [
        [name, *(str(counts[kind]) for kind in kinds)] for name, counts in found.funnel.products
    ]
    return Table("buttons", _("The button, by product"), heads, rows)


def compared(found: Storefront, sees_money: bool) -> list[dict[str, Any]]:
    """Return each comparison with its sentences; none for those who may not know what is sold."""
    if not sees_money:
        return []
    return [
        {
            "holdout": words.percent(float(one.holdout)),
            "first": one.first,
            "last": one.last,
            "told": words.told(one),
            "table": comparison_table([one]),
        }
        for one in found.comparisons
    ]


def comparison_table(found: list[Comparison]) -> Table:
    """Return both groups and their difference, of orders and of returns."""
    heads = [_("Group"), _("Visitors who ordered"), _("Rate"), _("95 %")]
    heads += [_("Orders sent back"), _("Rate"), _("95 %")]
    rows = []
    for one in found:
        rates = (one.bought, one.returned)
        of = f" ({words.percent(float(one.holdout))})" if len(found) > 1 else ""
        rows.append([_("With the button") + of, *_cells([each.button for each in rates])])
        rows.append([_("Without it") + of, *_cells([each.held for each in rates])])
        rows.append([_("Difference, in points") + of, *_differences(rates)])
    return Table("comparison", _("With the button and without it"), heads, rows)


def _cells(parts: list[Part]) -> list[str]:
    return [
        cell
        for each in parts
        for cell in (words.part(each), words.percent(each.rate), words.between(each.interval))
    ]


def _differences(rates: tuple[Rates, ...]) -> list[str]:
    cells = []
    for each in rates:
        low, high = each.interval or (None, None)
        span = f"{words.points(low)} \N{EN DASH} {words.points(high)}"
        cells += ["", words.points(each.difference), words.NOTHING if low is None else span]
    return cells


def context_of(found: Storefront, sees_money: bool) -> dict[str, Any]:
    """Return what the page shows of it, and what is not set up."""
    return {
        "counts_events": conf.EVENTS,
        "holds_out": bool(conf.HOLDOUT),
        "is_sampled": found.funnel.is_sampled,
        "has_events": any(found.funnel.steps.values()),
        "by_product": by_product(found, sees_money),
        "comparisons": compared(found, sees_money),
    }
