"""What is read of oscar's products."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.utils.module_loading import import_string
from oscar.apps.catalogue.categories import create_from_breadcrumbs

import django_tryon.contrib.oscar
from django_tryon import services
from django_tryon.contrib.oscar import ProductAdapter
from django_tryon.exceptions import LaunchRefused
from django_tryon.models import Person, TryOnJob
from tests.oscar.inside.conftest import Product, dress, stock, variant


@pytest.fixture
def adapter() -> ProductAdapter:
    """The adapter that the shop's settings name."""
    found = import_string(settings.TRYON["PRODUCTS"]["catalogue.Product"])(Product)
    assert isinstance(found, ProductAdapter)
    return found


def test_a_product_that_stands_alone(shirt: Any, adapter: ProductAdapter) -> None:
    assert adapter.title(shirt) == "Linen shirt"
    assert adapter.description(shirt) == "plain coral shirt"
    assert adapter.image(shirt).name == shirt.images.get().original.name
    assert adapter.url(shirt) == f"/catalogue/linen-shirt_{shirt.pk}/"


def test_a_child_says_for_itself_what_it_can(
    coat: SimpleNamespace, adapter: ProductAdapter
) -> None:
    assert adapter.title(coat.blue) == "Wool coat, blue"
    assert adapter.image(coat.blue) == coat.blue.images.get().original


def test_the_rest_its_parent_says(coat: SimpleNamespace, adapter: ProductAdapter) -> None:
    Product.objects.filter(pk=coat.parent.pk).update(description="<p>a warm coat</p>")
    grey = Product.objects.get(pk=coat.grey.pk)
    assert adapter.title(grey) == "Wool coat"
    assert adapter.description(grey) == "a warm coat"
    assert adapter.image(grey) == coat.parent.images.get().original


def test_a_product_without_words_is_described_by_its_title(
    coat: SimpleNamespace, adapter: ProductAdapter
) -> None:
    assert adapter.description(coat.grey) == "Wool coat"


def test_the_placeholder_is_no_picture(adapter: ProductAdapter, db: None) -> None:
    bare = stock("Bare", structure="parent", price=None, num_in_stock=None)
    assert bare.primary_image()["is_missing"]
    assert adapter.image(bare) is None
    assert adapter.image(variant(bare, "Bare, red")) is None


def test_shoppers_see_what_oscar_shows_them(coat: SimpleNamespace, adapter: ProductAdapter) -> None:
    assert adapter.is_public(coat.blue)
    coat.blue.is_public = False
    assert not adapter.is_public(coat.blue)
    assert adapter.is_public(coat.grey)
    coat.grey.parent.is_public = False
    assert not adapter.is_public(coat.grey)


@pytest.mark.parametrize(
    ("kind", "trail", "category"),
    [
        ("Clothes", "", ""),
        ("Shirts", "", "upper"),
        ("Clothes", "Women > Dresses", "dress"),
        ("Clothes", "Men > Jeans & Chinos", "lower"),
        ("Shirts", "Summer > Shorts", ""),  # it may be either
        ("Topics", "Skirting boards", ""),  # only whole words count
    ],
)
def test_where_it_is_worn_is_guessed_from_plain_words_only(
    kind: str, trail: str, category: str, adapter: ProductAdapter, db: None
) -> None:
    product = stock("A", product_class=kind, structure="parent", price=None, num_in_stock=None)
    child = variant(product, "B")
    if trail:
        product.categories.add(create_from_breadcrumbs(trail))
    assert adapter.category(product) == category
    assert adapter.category(child) == category


def test_a_product_of_no_class_is_read_by_its_categories(adapter: ProductAdapter, db: None) -> None:
    product = stock("A", structure="parent", price=None, num_in_stock=None)
    product.categories.add(create_from_breadcrumbs("Skirts"))
    product.product_class = None
    assert adapter.category(product) == "lower"


@pytest.mark.parametrize("is_child", [False, True])
def test_without_a_picture_nothing_is_paid(
    is_child: bool, person: Person, sandbox: Any, db: None
) -> None:
    bare = stock("Bare", structure="parent", price=None, num_in_stock=None)
    product = variant(bare, "Bare, red") if is_child else bare
    with pytest.raises(LaunchRefused, match="picture"):
        services.launch(garments=[dress(product)], person=person, engine="idm-vton")
    assert not TryOnJob.objects.exists()
    assert len(sandbox.ledger) == 0


def test_the_package_has_no_other_name() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Adapter'"):
        _ = django_tryon.contrib.oscar.Adapter
