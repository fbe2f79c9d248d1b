"""Returns, by the statuses that the shop gives its orders and their lines."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.checks import run_checks
from django.db import transaction
from django.test import Client
from django.utils import timezone
from oscar.core.loading import get_class, get_model
from oscar.test.factories import create_basket, create_order

from django_tryon.contrib.oscar.orders import count
from django_tryon.models import CountedOrder, EventCount
from tests.oscar.inside.conftest import dress

Order, Line = get_model("order", "Order"), get_model("order", "Line")
Capture = Any


@pytest.fixture(autouse=True)
def statuses(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """A shop's statuses, two of which it names. Oscar reads its own settings only once."""
    pipeline = {
        "Sent": ("Returned", "Came in", "Lost"),
        "Returned": ("Sent",),
        "Came in": (),
        "Lost": (),
    }
    monkeypatch.setattr(Order, "pipeline", pipeline)
    monkeypatch.setattr(Line, "pipeline", pipeline)
    monkeypatch.setattr(Order, "cascade", {"Returned": "Returned"})
    settings.TRYON = settings.TRYON | {"EVENTS": True, "OSCAR_RETURNED": ["Returned", "Came in"]}


@pytest.fixture
def order(coat: SimpleNamespace, shirt: Any, django_capture_on_commit_callbacks: Capture) -> Any:
    """An order of both coats and the shirt, which was sent, and counted when it was placed."""
    dress(coat.parent)
    basket = create_basket(empty=True)
    basket.strategy = get_class("partner.strategy", "Selector")().strategy()
    for product in (coat.blue, coat.grey, shirt):
        basket.add_product(product)
    sent = create_order(number="100", basket=basket, status="Sent")
    sent.lines.update(status="Sent")
    with django_capture_on_commit_callbacks(execute=True):
        count(None, sent)
    return sent


def back() -> Counter[str]:
    """Return how often each product was counted as sent back."""
    rows = EventCount.objects.filter(kind="returned")
    return Counter({row.product: row.count for row in rows})


def named(*products: Any) -> Counter[str]:
    return Counter(f"catalogue.product:{one.pk}" for one in products)


def is_back() -> bool:
    return CountedOrder.objects.get().returned_on == timezone.localdate()


def test_an_order_that_came_back_counts_once(
    order: Any, coat: Any, shirt: Any, django_capture_on_commit_callbacks: Capture
) -> None:
    for status in ("Returned", "Sent", "Returned"):  # once more, by mistake
        with django_capture_on_commit_callbacks(execute=True):
            order.set_status(status)
    assert is_back()
    assert back() == named(coat.parent, shirt)  # both coats are tried on with their parent's


def test_lines_that_came_back_count_together(
    order: Any,
    shirt: Any,
    coat: Any,
    client: Client,
    staff: Any,
    django_capture_on_commit_callbacks: Capture,
) -> None:
    client.force_login(staff)
    form = {"line_action": "change_line_statuses", "new_status": "Came in"}
    kept, *returned = order.lines.order_by("pk")
    chosen = {f"selected_line_qty_{line.pk}": 1 for line in returned}
    chosen["selected_line"] = [line.pk for line in returned]
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/dashboard/orders/{order.number}/", form | chosen)
    assert set(order.lines.values_list("status", flat=True)) == {"Sent", "Came in"}
    assert is_back()
    assert back() == named(coat.parent, shirt)
    with django_capture_on_commit_callbacks(execute=True):
        kept.set_status("Returned")  # the order has counted
    assert back() == named(coat.parent, shirt)


def test_a_line_counts_what_it_was_worn_with(
    order: Any, coat: Any, django_capture_on_commit_callbacks: Capture
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        order.lines.get(product=coat.blue).set_status("Returned")
    assert back() == named(coat.parent)


def test_a_return_of_what_is_no_longer_sold_counts_for_the_order(
    order: Any, shirt: Any, django_capture_on_commit_callbacks: Capture
) -> None:
    order.lines.update(product=None)
    with django_capture_on_commit_callbacks(execute=True):
        order.set_status("Returned")
    assert is_back()
    assert not back()


def test_other_statuses_are_no_returns(
    order: Any, django_capture_on_commit_callbacks: Capture
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        order.lines.first().set_status("Lost")
        order.set_status("Lost")
    assert not back()
    assert not CountedOrder.objects.exclude(returned_on=None).exists()


@pytest.mark.parametrize("off", [{"OSCAR_RETURNED": []}, {"EVENTS": False}])
def test_nothing_is_counted_unless_the_shop_says_so(
    order: Any, settings: Any, off: dict[str, Any], django_capture_on_commit_callbacks: Capture
) -> None:
    settings.TRYON = settings.TRYON | off
    with django_capture_on_commit_callbacks() as waiting:
        order.lines.first().set_status("Returned")
        order.set_status("Returned")
    assert waiting == []
    assert not back()


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_did_not_come_back(order: Any) -> None:
    with transaction.atomic():
        order.set_status("Returned")
        order.lines.first().set_status("Sent")
        order.lines.first().set_status("Came in")
        transaction.set_rollback(True)
    assert not back()


def test_the_check_knows_the_shops_statuses(settings: Any) -> None:
    assert run_checks(tags=["django_tryon"]) == []
    settings.TRYON = settings.TRYON | {"OSCAR_RETURNED": ["Returned", "Sent back"]}
    [said] = run_checks(tags=["django_tryon"])
    assert said.id == "django_tryon_oscar.W003"
    assert "'Sent back'" in said.msg
    assert said.hint == "The statuses that there are: Came in, Lost, Returned, Sent."
    settings.TRYON = settings.TRYON | {"OSCAR_RETURNED": "Returned"}
    [said] = run_checks(tags=["django_tryon"])
    assert "'OSCAR_RETURNED'] must be a list" in said.msg
