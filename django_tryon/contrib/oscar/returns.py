"""Returns: oscar knows none, but its orders and their lines say when their status changes."""

from __future__ import annotations

from functools import partial
from typing import Any

from django_tryon.conf import conf
from django_tryon.contrib.oscar.orders import worn_of
from django_tryon.services import record_return
from django_tryon.services.analytics.later import later
from django_tryon.services.record_order import is_on


def connect() -> None:
    """Listen for new statuses."""
    from oscar.apps.order.signals import order_line_status_changed, order_status_changed

    order_status_changed.connect(whole, dispatch_uid="django_tryon_oscar.returned_order")
    order_line_status_changed.connect(part, dispatch_uid="django_tryon_oscar.returned_line")


def whole(sender: Any, order: Any, new_status: str, **kwargs: Any) -> None:
    """Count an order that came back as a whole."""
    if is_on() and new_status in conf.OSCAR_RETURNED:
        record_return(order=order.number, products=worn_of(order.lines))


def part(sender: Any, line: Any, new_status: str, **kwargs: Any) -> None:
    """Count the order of a line that came back, with the lines that do so in one transaction."""
    if is_on() and new_status in conf.OSCAR_RETURNED:
        # An order counts once, and the dashboard changes one line after the other: so not yet.
        later(partial(_count, line.order))


def _count(order: Any) -> None:
    back = order.lines.filter(status__in=list(conf.OSCAR_RETURNED))
    record_return(order=order.number, products=worn_of(back))
