"""The report: all that the counts tell, for programs."""

from __future__ import annotations

from datetime import date
from typing import Any

from django_tryon.models import EventCount
from django_tryon.services.analytics import words
from django_tryon.services.analytics.comparison import Comparison, Rates, comparisons_since
from django_tryon.services.analytics.funnel import funnel_since
from django_tryon.services.analytics.intervals import Interval, Part

COLUMNS = ("day", "kind", "product", "group", "holdout", "sampled", "count")


def report_since(first: date) -> dict[str, Any]:
    """Return the funnel and every comparison; rates from 0 to 1, and null where there is none."""
    funnel = funnel_since(first)
    return {
        "since": first.isoformat(),
        "sampled": funnel.is_sampled,
        "steps": funnel.steps,
        "products": [{"product": name} | counts for name, counts in funnel.products],
        "comparisons": [_comparison(one) for one in comparisons_since(first)],
    }


def counts_since(first: date) -> list[tuple[Any, ...]]:
    """Return the counts as they are stored, in the order of ``COLUMNS``."""
    rows = EventCount.objects.filter(day__gte=first).order_by(*COLUMNS)
    return list(rows.values_list(*COLUMNS))


def _comparison(one: Comparison) -> dict[str, Any]:
    return {
        "holdout": float(one.holdout),
        "first": one.first.isoformat(),
        "last": one.last.isoformat(),
        "lopsided": one.is_lopsided,
        "bought": _rates(one.bought),
        "returned": _rates(one.returned),
        "told": words.told(one),
    }


def _rates(rates: Rates) -> dict[str, Any]:
    return {
        "button": _part(rates.button),
        "held": _part(rates.held),
        "difference": rates.difference,
        **_ends(rates.interval),
        "distinguishable": rates.is_told,
        "missing": rates.missing,
    }


def _part(part: Part) -> dict[str, Any]:
    return {"count": part.count, "of": part.of, "rate": part.rate, **_ends(part.interval)}


def _ends(interval: Interval | None) -> dict[str, float | None]:
    low, high = interval or (None, None)
    return {"low": low, "high": high}
