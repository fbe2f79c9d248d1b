"""Events: count what a page view's button tells."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django_tryon.conf import conf
from django_tryon.models import EventCount
from django_tryon.services.analytics.visits import STEP
from django_tryon.services.days import today


def count_events(events: Iterable[tuple[str, str]]) -> None:
    """Count one of each kind and product (``app.model:key``); the same twice is one.

    The share of page views that tell is the setting of now: what a page says of it is not asked.
    """
    sampled, day = Decimal(str(conf.EVENTS_SHARE)).quantize(STEP), today()
    for kind, product in sorted(set(events)):
        EventCount.add(kind, day=day, product=product, sampled=sampled)
