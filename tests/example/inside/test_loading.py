"""Filling the shop."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.files.storage import default_storage
from django.core.management import call_command

from django_tryon.models import Garment, Look, LookGarment, Person
from django_tryon.products import picture_of
from django_tryon.services.looks.offered import looks_for
from example_project.shop import stock
from example_project.shop.loading import load_shop
from example_project.shop.models import Picture, Product

pytestmark = pytest.mark.django_db


def load() -> str:
    said = io.StringIO()
    call_command("loadshop", stdout=said)
    return said.getvalue()


def everything() -> dict[str, list[Any]]:
    models = (Product, Picture, Garment, Look, LookGarment, Person, get_user_model())
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def test_the_shop_has_all_three_categories_models_and_a_clip() -> None:
    said = load()
    assert "8 products and 6 house models" in said
    assert "as admin, password tryon-demo" in said
    assert set(Product.objects.values_list("category", flat=True)) == {"upper", "lower", "dress"}
    for product in Product.objects.all():
        garments = Garment.objects.for_product(product)
        assert garments.count() == (2 if product.slug == "check-shirt" else 1)  # or in blue
        for garment in garments:
            assert garment.category == product.category
            assert picture_of(garment).storage.exists(picture_of(garment).name)
    assert Person.objects.get(kind="video").seconds == pytest.approx(4.67, abs=0.1)
    assert Picture.objects.count() == 5
    for slug, name in (("teal-skirt", "Harbour day"), ("sand-trousers", "Slow Friday")):
        (offered,) = looks_for([Product.objects.get(slug=slug)])
        assert (offered.look.name, len(offered.garments)) == (name, 2)
    shopper = Person.objects.get(is_house_model=False)
    assert shopper.shopper.user.username == "sam"


def test_twice_is_the_same_as_once() -> None:
    load()
    first = everything()
    load()
    assert everything() == first


def test_what_staff_have_changed_stays() -> None:
    load_shop()
    Product.objects.filter(slug="coral-tee").update(name="Salmon tee", price=1)
    load_shop()
    assert Product.objects.get(slug="coral-tee").name == "Salmon tee"


def test_a_lost_file_comes_back() -> None:
    load_shop()
    name = Product.objects.get(slug="coral-tee").image.name
    default_storage.delete(name)
    ana = Person.objects.get(name="Ana")
    ana.photo.storage.delete(ana.photo.name)
    load_shop()
    assert default_storage.exists(Product.objects.get(slug="coral-tee").image.name)
    ana.refresh_from_db()
    assert ana.photo.storage.exists(ana.photo.name)


def test_a_password_of_ones_own_is_neither_changed_nor_printed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    load_shop()
    admin = get_user_model().objects.get(username="admin")
    admin.set_password("something else")
    admin.save()
    assert "your password" in load()
    admin.refresh_from_db()
    assert admin.check_password("something else")
    monkeypatch.setenv("EXAMPLE_PROJECT_PASSWORD", "something else")
    assert load_shop().admin_password == "something else"


def test_every_item_of_the_stock_has_its_pictures() -> None:
    for item in stock.ITEMS:
        assert item.picture.is_file()
        assert all(item.picture_in(colour).is_file() for colour in item.colours)
        for stem in item.worn_by:
            assert (stock.ART / "worn" / f"{stem}--{item.slug}.jpg").is_file()


def test_a_large_stock_to_practise_with() -> None:
    load_shop(times=3)
    assert Product.objects.count() == 3 * len(stock.ITEMS)
    again = Product.objects.get(slug="breton-top-3")
    assert again.name == "Breton top 3"
    with again.image.open() as copied:
        assert copied.read() == stock.ITEMS[1].picture.read_bytes()
    assert Garment.objects.for_product(again).get().category == "upper"
