"""Oscar's products without a picture, by the doors that people use: a sentence, nothing paid."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from django_tryon import services
from django_tryon.exceptions import LaunchRefused
from django_tryon.models import Garment, Person, Shopper, TryOnJob
from django_tryon.services.shoppers import tokens
from tests.oscar.inside.conftest import dress, stock, variant

pytestmark = pytest.mark.django_db


def alone() -> Any:
    """A product that stands alone, of which there is no picture."""
    return stock("Linen shirt")


def child() -> Any:
    """A variant without a picture, whose parent has none, either."""
    parent = stock("Wool coat", structure="parent", price=None, num_in_stock=None)
    return variant(parent, "Wool coat, blue")


BARE = pytest.mark.parametrize("make", [alone, child])


@pytest.fixture(autouse=True)
def _nothing_is_paid(sandbox: Any) -> Any:
    yield
    services.drive_until_idle()
    assert len(sandbox.ledger) == 0
    assert not TryOnJob.objects.exists()


@BARE
def test_staff_are_told_on_the_launch_page(
    make: Callable[[], Any], client: Client, staff: Any, person: Person
) -> None:
    product = make()
    client.force_login(staff)
    page = f"/admin/catalogue/product/launch/?ids={product.pk}"
    html = client.get(page).content.decode()
    assert "It has no picture and no garment. Give it one of them first." in html
    wish = {
        "batch": str(uuid.uuid4()),
        "products": [product.pk],
        "people": [person.pk],
        "engine": "idm-vton",
        "params-idm-vton-seed": "42",
        "params-idm-vton-steps": "30",
        "variations": "1",
        "launch": "1",
    }
    html = client.post(page, wish).content.decode()
    assert "Nothing was launched yet. Please look at what is marked." in html
    assert not Garment.objects.exists()


@BARE
def test_launch_says_which_garment(make: Callable[[], Any], person: Person) -> None:
    garment = dress(make())
    with pytest.raises(LaunchRefused) as refused:
        services.launch(garments=[garment], person=person, engine="idm-vton")
    assert str(refused.value) == (
        f"“{garment}” has no usable picture. Add one to the garment or to its product."
    )


@BARE
def test_a_shopper_is_told_before_giving_a_photo(
    make: Callable[[], Any], client: Client, person: Person
) -> None:
    product = make()
    garment = dress(product)
    shopper = APIClient()
    opened = shopper.get(f"/tryon/api/config/?product=catalogue.product:{product.pk}").json()
    assert (opened["open"], opened["garments"]) == (False, [])
    assert opened["message"] == "There is nothing to try on here yet."
    page = client.get(f"/tryon/try/catalogue.product:{product.pk}/")
    assert "nobody has prepared it for trying on yet" in page.content.decode()
    token = tokens.issue(Shopper.objects.create())[0]
    answer = shopper.post(
        "/tryon/api/jobs/",
        {"garments": [garment.pk], "person": person.pk},
        format="json",
        HTTP_AUTHORIZATION=f"Shopper {token}",
    )
    assert answer.json()["error"] == {
        "code": "no_garment_image",
        "message": "This garment is no longer offered. Choose another one.",
        "field": "garments",
    }
