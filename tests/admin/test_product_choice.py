"""The product field looks names up, in all the shop's models, for those who may see them."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin as django_admin
from django.db import models
from django.test import Client
from django.urls import reverse

from django_tryon import products
from tests.shop.models import Design, Product


def found(client: Client, **query: Any) -> list[str]:
    """Return the names that are offered."""
    response = client.get(reverse("admin:django_tryon_garment_products"), query)
    return [item["text"] for item in response.json()["results"]]


@pytest.fixture
def stock(db: None) -> None:
    """Some products of both models."""
    for name in ("Coral tee", "Teal skirt"):
        Product.objects.create(name=name)
    Design.objects.create(title="Teal lace")


def test_names_of_all_models_are_found(admin: Client, stock: None) -> None:
    assert found(admin) == ["Coral tee", "Teal skirt", "Teal lace"]
    assert found(admin, term="teal") == ["Teal skirt", "Teal lace"]
    assert found(admin, term="nothing") == []


def test_what_is_chosen_can_be_sent_back(admin: Client, stock: None) -> None:
    url = reverse("admin:django_tryon_garment_products")
    first = admin.get(url).json()["results"][0]
    assert products.find(first["id"]).name == "Coral tee"


def test_many_names_come_in_pages(admin: Client, db: None) -> None:
    for number in range(25):
        Product.objects.create(name=f"Tee {number:02}")
    url = reverse("admin:django_tryon_garment_products")
    first = admin.get(url, {"page": "1"}).json()
    second = admin.get(url, {"page": "2"}).json()
    assert (len(first["results"]), first["pagination"]["more"]) == (20, True)
    assert (len(second["results"]), second["pagination"]["more"]) == (5, False)
    assert len(found(admin, page="x")) == 20


def test_models_that_one_may_not_see_are_left_out(as_staff: Any, stock: None) -> None:
    client = as_staff("add_garment", "view_design")
    assert found(client) == ["Teal lace"]


def test_models_without_an_admin_need_the_permission_to_view(
    as_staff: Any, stock: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(django_admin.site._registry, Product)
    assert found(as_staff("change_garment", "view_product"), term="tee") == ["Coral tee"]


def test_a_title_that_is_no_column_is_not_searched(
    admin: Client, stock: None, settings: Any
) -> None:
    settings.TRYON = settings.TRYON | {"PRODUCTS": {"shop.Design": {}}}
    assert found(admin, term="nothing like it") == ["Teal lace"]


def test_doubles_of_a_search_are_offered_once(
    admin: Client, stock: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = type(django_admin.site._registry[Product])

    def search(self: Any, request: Any, rows: models.QuerySet[Any], term: str) -> Any:
        return rows.filter(name__startswith="Teal"), True

    monkeypatch.setattr(page, "get_search_results", search)
    assert found(admin, term="x") == ["Teal skirt"]


def test_only_those_who_edit_garments_may_ask(as_staff: Any, stock: None) -> None:
    client = as_staff("view_garment", "view_product")
    response = client.get(reverse("admin:django_tryon_garment_products"))
    assert (response.status_code, response.json()["results"]) == (403, [])


def test_a_choice_that_vanished_is_not_offered_again(admin: Client, stock: None) -> None:
    response = admin.post(
        reverse("admin:django_tryon_garment_add"),
        {"of_product": "shop.product:999", "category": "upper"},
    )
    assert "shop.product:999" not in response.content.decode()
