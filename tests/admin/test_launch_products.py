"""Products without a garment: one is made from their own picture, if staff say so."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from django_tryon.models import Garment, Person, TryOnJob
from tests.admin.conftest import change, page, wish
from tests.conftest import picture
from tests.shop.models import Design, Product


def test_a_garment_is_made_from_the_products_picture(
    admin: Client, bare_product: Product, person: Person
) -> None:
    url = page(ids=[bare_product])
    card = admin.get(url).context["products"][0]
    assert card.form["description"].value() == "wide sand trousers"
    assert (card.form["make"].value(), card.form["category"].value()) == (True, "")
    prefix = f"make-{bare_product.pk}"
    made = {
        f"{prefix}-make": "on",
        f"{prefix}-category": "lower",
        f"{prefix}-description": "sand trousers",
    }
    check = admin.post(url, wish([], [person], check="1") | made)
    assert check.context["estimate"].count == 1
    assert not Garment.objects.exists()
    admin.post(url, wish([], [person]) | made)
    garment = Garment.objects.get()
    assert (garment.product, garment.category, garment.name, garment.description) == (
        bare_product,
        "lower",
        "Sand trousers",
        "sand trousers",
    )
    assert not garment.image
    assert list(TryOnJob.objects.get().garments.all()) == [garment]
    assert admin.get(url).context["products"] == []


def test_its_category_is_asked_for(admin: Client, bare_product: Product, person: Person) -> None:
    prefix = f"make-{bare_product.pk}"
    data = wish([], [person]) | {f"{prefix}-make": "on", f"{prefix}-category": ""}
    response = admin.post(page(ids=[bare_product]), data)
    assert "Say what it is" in response.content.decode()
    assert not Garment.objects.exists()


def test_beyond_a_handful_they_are_folded_and_sent_all_the_same(
    admin: Client, person: Person
) -> None:
    """Those that wait for an answer stand first, and what was refused is not folded away."""
    product = ContentFile(picture(), name="tee.jpg")
    bare = [Product.objects.create(name=f"Tee {number}", image=product) for number in range(6)]
    text = admin.get(page(ids=bare)).content.decode()
    shown, folded = text.split("Show all 6 products")
    assert (shown.count("data-make"), folded.count("data-make")) == (4, 2)
    data = wish([], [person])
    for each in bare:
        data |= {f"make-{each.pk}-make": "on", f"make-{each.pk}-category": "upper"}
    gone = data | {f"make-{bare[-1].pk}-category": ""}
    refused = admin.post(page(ids=bare), gone)
    assert refused.context["shown_products"][0].product == bare[-1]
    both = gone | {f"make-{each.pk}-category": "" for each in bare}
    assert '<details class="tryon-rest" open>' in admin.post(page(ids=bare), both).content.decode()
    admin.post(page(ids=bare), data)
    assert Garment.objects.count() == TryOnJob.objects.count() == 6


def test_what_the_shop_says_of_the_category_is_taken(
    admin: Client, bare_product: Product, settings: Any
) -> None:
    adapter = {"image": "image", "title": "name", "category": "description"}
    Product.objects.update(description="dress")
    settings.TRYON = settings.TRYON | {"PRODUCTS": {"shop.Product": adapter}}
    form = admin.get(page(ids=[bare_product])).context["products"][0].form
    assert (form["make"].value(), form["category"].value()) == (True, "dress")


def test_nothing_is_left_behind_where_nothing_was_launched(
    admin: Client, bare_product: Product, person: Person, settings: Any
) -> None:
    settings.TRYON = settings.TRYON | {"API_KEY": ""}
    prefix = f"make-{bare_product.pk}"
    data = wish([], [person]) | {f"{prefix}-make": "on", f"{prefix}-category": "lower"}
    admin.post(page(ids=[bare_product]), data)
    assert not Garment.objects.exists()


def test_what_cannot_be_made_says_why(as_staff: Any, bare_product: Product) -> None:
    design = Design.objects.create(title="Lace")
    client = as_staff("launch_tryonjob", "view_product", "view_design")
    [card] = client.get(page(ids=[bare_product])).context["products"]
    assert (card.form, "permission to add garments" in card.why) == (None, True)
    response = client.get(page(ids=[design]))
    assert "It has no picture and no garment." in response.context["products"][0].why
    assert change(design) in response.content.decode()


def test_a_product_that_has_no_page_in_the_admin_has_no_link(
    admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.urls import NoReverseMatch

    def no_such_page(*args: Any, **kwargs: Any) -> str:
        raise NoReverseMatch

    monkeypatch.setattr("django_tryon.admin.shop_products.reverse", no_such_page)
    response = admin.get(page(ids=[Design.objects.create(title="Lace")]))
    assert response.context["products"][0].change_url == ""


def test_keys_that_are_none_are_passed_over(admin: Client, product: Product) -> None:
    url = reverse("admin:shop_product_tryon_launch")
    response = admin.get(f"{url}?ids=x,{product.pk},999")
    assert [card.product for card in response.context["products"]] == [product]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("admin:shop_product_tryon_launch?ids=abc,999", "None of the chosen products exists"),
        ("admin:django_tryon_tryonjob_launch?garments=999", "None of the chosen garments exists"),
    ],
)
def test_where_all_that_was_chosen_is_gone_nothing_else_is_offered(
    admin: Client, garment: Garment, url: str, said: str
) -> None:
    name, _mark, query = url.partition("?")
    response = admin.get(f"{reverse(name)}?{query}")
    text = response.content.decode()
    assert f"{said} any more." in text
    assert (response.context["garments"], response.context["products"]) == ([], [])
    assert "There is no garment yet." not in text
    assert ("Choose others" in text) == ("products" in said)
