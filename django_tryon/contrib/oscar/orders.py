"""Orders: counted where the shop counts what the button does to them."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from django_tryon.contrib.oscar.family import dressed_of, wearer_of
from django_tryon.services import record_order
from django_tryon.services.record_order import is_on


def connect() -> None:
    """Listen for oscar's orders."""
    from oscar.apps.order.signals import order_placed

    order_placed.connect(count, dispatch_uid="django_tryon_oscar.orders")


def count(sender: Any, order: Any, **kwargs: Any) -> None:
    """Count an order that was just placed, by what its products are tried on with."""
    if not is_on():
        return
    # Oscar's signal brings no request, but the strategy that the prices came from knows it.
    request = None
    with suppress(RuntimeError):  # the basket has no strategy
        request = getattr(order.basket and order.basket.strategy, "request", None)
    record_order(
        "" if request is None else request, order=order.number, products=worn_of(order.lines)
    )


def worn_of(lines: Any) -> list[Any]:
    """Return what the products of these lines are tried on with: their parents, or themselves.

    A line whose product was deleted since has none.
    """
    found: Iterable[Any] = lines.select_related("product__parent")
    bought = [line.product for line in found if line.product is not None]
    dressed = dressed_of(bought)
    return [wearer_of(one, dressed) or one for one in bought]
