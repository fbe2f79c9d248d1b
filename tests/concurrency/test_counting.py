"""Whoever counts in the same moment: nothing is lost, and nothing counts twice."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from django_tryon.models import CountedOrder, EventCount
from django_tryon.services import record_order
from django_tryon.services.days import today
from tests.concurrency.racing import race
from tests.shop.models import Product

pytestmark = pytest.mark.django_db(transaction=True)


def test_twelve_count_at_once_and_each_counts() -> None:
    race(*[partial(EventCount.add, "seen", day=today(), product="shop.product:1")] * 12)
    assert EventCount.objects.get().count == 12


def test_one_order_told_by_many_counts_once(product: Product, settings: Any) -> None:
    settings.TRYON = settings.TRYON | {"EVENTS": True}
    race(*[lambda: record_order("", order="a", products=[product])] * 8)
    assert CountedOrder.objects.count() == 1
    assert EventCount.objects.get().count == 1
