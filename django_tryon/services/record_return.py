"""Record a return: that an order came back, in whole or in part."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from django.db import models

from django_tryon.models import CountedOrder, EventCount
from django_tryon.models.event import Kind
from django_tryon.products import references_of
from django_tryon.services.analytics.later import later
from django_tryon.services.analytics.marks import marks
from django_tryon.services.days import today
from django_tryon.services.record_order import is_on, number_of


def record_return(*, order: object, products: Iterable[models.Model] = ()) -> None:
    """Count the return of an order, once: whatever else of it comes back later adds nothing.

    ``order`` is the number that ``record_order`` was given; ``products`` are those that came back,
    if the shop knows. An order that was not counted, or longer than ``RETURNS_LIFETIME`` ago,
    changes nothing. Raises ValueError for an order without a number.
    """
    number = number_of(order)
    if is_on():
        later(partial(_count, number, references_of(products)))


def _count(number: str, sent_back: list[str]) -> None:
    day = today()
    known = CountedOrder.objects.filter(mark__in=marks("order", number, day=day))
    found = known.first()
    if found is None or not known.filter(returned_on=None).update(returned_on=day):
        return
    for product in sent_back:
        EventCount.add(
            Kind.RETURNED, day=day, product=product, group=found.group, holdout=found.holdout
        )
