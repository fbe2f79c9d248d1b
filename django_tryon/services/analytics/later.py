"""Later: count once the shop's own work is written, and never in its way."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.db import DatabaseError, router, transaction

from django_tryon import logs
from django_tryon.models import EventCount


def later(count: Callable[[], None]) -> None:
    """Count after the commit of whatever goes on, or at once if nothing does.

    What is rolled back is not counted; the row of a count, for which all others wait, is not held
    for as long as a checkout takes; and a count that cannot be written spoils no page and no order.
    """
    using = router.db_for_write(EventCount)
    transaction.on_commit(partial(_quietly, count), using=using)


def _quietly(count: Callable[[], None]) -> None:
    try:
        count()
    except DatabaseError as error:
        logs.warning("analytics.lost", "a count could not be written", error=error)
