"""Orders of oscar's own checkout, as they are counted."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from oscar.core.loading import get_model
from oscar.test.factories import create_order

from django_tryon.contrib.oscar.orders import count
from django_tryon.models import CountedOrder, EventCount
from tests.oscar.inside.conftest import dress

pytestmark = pytest.mark.django_db
Capture = Any


@pytest.fixture
def shopper(client: Client, django_user_model: Any, coat: SimpleNamespace) -> Client:
    """Somebody who is logged in, and has both variants of the coat in the basket."""
    client.force_login(django_user_model.objects.create_user("eva", "eva@shop.example", "pw"))
    get_model("catalogue", "ProductClass").objects.update(requires_shipping=False)
    for product in (coat.blue, coat.grey):
        client.post(f"/basket/add/{product.pk}/", {"quantity": 1})
    return client


def pay(client: Client, capture: Capture) -> None:
    """Go through the checkout, and let be done what waits for the commit."""
    client.get("/checkout/shipping-method/")  # there is only one, so it is taken
    with capture(execute=True):
        response = client.post("/checkout/preview/", {"action": "place_order"})
    assert response["location"] == "/checkout/thank-you/"


def counted() -> dict[str, str]:
    """Return the group in which each product was counted as ordered."""
    rows = EventCount.objects.filter(kind="ordered")
    return {row.product: row.group for row in rows if row.count == 1}


def test_an_order_counts_for_what_its_products_are_tried_on_with(
    shopper: Client,
    coat: SimpleNamespace,
    settings: Any,
    django_capture_on_commit_callbacks: Capture,
) -> None:
    settings.TRYON = settings.TRYON | {"EVENTS": True}
    dress(coat.parent)
    dress(coat.blue)
    pay(shopper, django_capture_on_commit_callbacks)
    blue, both = (f"catalogue.product:{one.pk}" for one in (coat.blue, coat.parent))
    assert counted().keys() == {blue, both}  # grey is tried on with its parent's garments
    assert CountedOrder.objects.count() == 1


def test_it_counts_in_the_group_of_who_ordered(
    shopper: Client,
    coat: SimpleNamespace,
    settings: Any,
    django_capture_on_commit_callbacks: Capture,
) -> None:
    settings.TRYON = settings.TRYON | {"HOLDOUT": 1}
    dress(coat.blue)
    assert "<try-on" not in shopper.get(coat.blue.get_absolute_url()).content.decode()
    pay(shopper, django_capture_on_commit_callbacks)
    assert set(counted().values()) == {"held"}


def test_nothing_is_counted_unless_the_shop_says_so(
    shopper: Client, django_capture_on_commit_callbacks: Capture
) -> None:
    pay(shopper, django_capture_on_commit_callbacks)
    assert not CountedOrder.objects.exists()


@pytest.mark.parametrize("there", [True, False])
def test_an_order_that_no_visitor_placed_counts_outside(
    there: bool, settings: Any, django_capture_on_commit_callbacks: Capture
) -> None:
    settings.TRYON = settings.TRYON | {"EVENTS": True}
    order = create_order(number="100")
    if not there:  # the product was deleted since
        order.lines.update(product=None)
    kept = type(order).objects.get(pk=order.pk)  # read anew: its basket knows no strategy
    with django_capture_on_commit_callbacks(execute=True):
        count(None, kept)
    assert list(counted().values()) == ([""] if there else [])


def test_an_order_may_have_lost_its_basket(
    settings: Any, django_capture_on_commit_callbacks: Capture
) -> None:
    settings.TRYON = settings.TRYON | {"EVENTS": True}
    order = create_order(number="101")
    order.basket = None
    with django_capture_on_commit_callbacks(execute=True):
        count(None, order)
    assert list(counted().values()) == [""]
