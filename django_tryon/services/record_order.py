"""Record an order: that somebody of this group bought, and which products."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from django.db import models
from django.http import HttpRequest

from django_tryon.conf import conf
from django_tryon.models import CountedOrder, EventCount
from django_tryon.models.event import NONE, Group, Kind
from django_tryon.products import references_of
from django_tryon.services.analytics.later import later
from django_tryon.services.analytics.marks import marks
from django_tryon.services.analytics.visits import Visit, read, visit_of
from django_tryon.services.days import today


def record_order(
    visitor: HttpRequest | str, *, order: object, products: Iterable[models.Model]
) -> None:
    """Count an order once it is committed; the same order again changes nothing.

    ``visitor`` is the request of whoever ordered, or what ``visit_of(request)`` returned while
    there was one. ``order`` is the shop's number of it, of which a hash is kept for
    ``RETURNS_LIFETIME``. Products whose model ``TRYON["PRODUCTS"]`` does not name are left out, and
    an order of nothing else is not counted. Raises ValueError for an order without a number. Does
    nothing while neither ``EVENTS`` nor ``HOLDOUT`` is set.
    """
    number = number_of(order)
    bought = references_of(products)
    if bought and is_on():
        said = visitor if isinstance(visitor, str) else visit_of(visitor)
        later(partial(_count, read(said), number, bought))


def is_on() -> bool:
    """Tell whether orders and returns are counted."""
    return bool(conf.EVENTS or conf.HOLDOUT)


def number_of(order: object) -> str:
    """Return the number of an order as text. Raises ValueError for none."""
    number = "" if order is None else str(order).strip()
    if not number:
        raise ValueError("The order has no number: all orders would be one. Give it after saving.")
    return number


def _count(visit: Visit | None, number: str, bought: list[str]) -> None:
    day = today()
    known = marks("order", number, day=day)
    if CountedOrder.objects.filter(mark__in=known[1:]).exists():  # of a month before
        return
    group = visit.group if visit else Group.OUTSIDE
    holdout = visit.holdout if visit else NONE
    visits = marks("visit", visit.number, day=day) if visit else []
    is_first = bool(visit) and not CountedOrder.objects.filter(visit__in=visits).exists()
    of = {"day": day, "group": group, "holdout": holdout, "visit": visits[0] if visits else None}
    # Of all who tell of the same order, at the same moment or later, one counts it.
    if not CountedOrder.objects.get_or_create(mark=known[0], defaults=of)[1]:
        return
    if is_first and visit:
        # Of the day on which the visitor came: so there are never more buyers than visitors.
        EventCount.add(Kind.BUYER, day=visit.day, group=group, holdout=holdout)
    for product in bought:
        EventCount.add(Kind.ORDERED, day=day, product=product, group=group, holdout=holdout)
