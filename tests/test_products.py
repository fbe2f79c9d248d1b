"""The shop's own models."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model

from django_tryon import products
from django_tryon.exceptions import LaunchRefused
from django_tryon.models import Garment
from tests.shop.models import Design, Dress, Product

pytestmark = pytest.mark.django_db


class Picky(products.ProductAdapter):
    """A shop's own adapter."""

    def category(self, product: Any) -> str:
        return "dress"


def test_what_an_adapter_reads(product: Product) -> None:
    adapter = products.adapter_for(product)
    assert adapter.title(product) == "Coral tee"
    assert adapter.description(product) == "plain coral T-shirt"
    assert adapter.image(product) == product.image
    assert adapter.url(product) == f"/products/{product.pk}/"
    assert adapter.category(product) == ""
    assert adapter.is_public(product)


def test_what_a_bare_product_gives() -> None:
    design = Design.objects.create(title="Bare")
    adapter = products.adapter_for(Design)
    assert adapter.image(design) is None
    assert adapter.url(design) == ""
    assert adapter.description(design) == "Bare"


def test_names_may_be_paths_and_callables(product: Product, settings: Any) -> None:
    names = {
        "url": "get_absolute_url",
        "title": "name.upper",
        "is_public": "description",
        "image": "image.original",
    }
    settings.TRYON = settings.TRYON | {"PRODUCTS": {"shop.Product": names}}
    adapter = products.adapter_for(product)
    assert adapter.url(product) == product.get_absolute_url()
    assert adapter.title(product) == "CORAL TEE"
    assert adapter.is_public(product) is True
    assert adapter.is_public(Product()) is False
    assert adapter.image(product) is None


def test_an_adapter_class_of_the_shop(product: Product, settings: Any) -> None:
    settings.TRYON = settings.TRYON | {"PRODUCTS": {"shop.Product": f"{__name__}.Picky"}}
    assert products.adapter_for(product).category(product) == "dress"


@pytest.mark.parametrize("named", ["shop.Product", "shop.Dress"])
def test_a_proxy_stands_for_its_table(named: str, product: Product, settings: Any) -> None:
    settings.TRYON = settings.TRYON | {"PRODUCTS": {named: {"title": "name"}}}
    dress = Dress.objects.get(pk=product.pk)
    for each in (product, dress):
        assert products.adapter_for(each).title(each) == "Coral tee"
    garment = Garment.objects.create(product=dress, category="dress")
    assert list(Garment.objects.for_product(product)) == [garment]
    dress.delete()
    assert not Garment.objects.exists()


def test_a_model_that_is_not_allowed(staff: Any) -> None:
    with pytest.raises(LaunchRefused, match="not one of the shop's products") as caught:
        products.adapter_for(get_user_model())
    assert caught.value.field == "product"


def test_references(product: Product) -> None:
    design = Design.objects.create(title="D")
    for each in (product, design):
        assert products.find(products.reference_to(each)) == each
    assert products.find(f"shop.Product:{product.pk}") == product


def test_many_references_stand_in_their_order_for_what_is_there(product: Product) -> None:
    design, gone = Design.objects.create(title="D"), "shop.product:4711"
    named = [f"shop.design:{design.pk}", gone, f"shop.product:{product.pk}", "shop.design:x"]
    assert products.find_all(named) == [design, product]
    assert products.find_all(named[::-1]) == [product, design]


@pytest.mark.parametrize(
    "reference",
    [
        "",
        "shop.product",
        "shop.product:0",
        "shop.product:x",
        "shop.product:99999999999999999999999999",
        "shop.product:1\x00",
        "shop.design:x",
        "auth.user:1",
    ],
)
def test_references_to_nothing(reference: str) -> None:
    with pytest.raises(LaunchRefused, match="There is no product") as caught:
        products.find(reference)
    assert caught.value.code == "unknown_product"
    assert "shop.product, shop.design" in caught.value.message


def test_many_products_are_read_at_once(product: Product, django_assert_num_queries: Any) -> None:
    designs = [Design.objects.create(title=title) for title in "DE"]
    for each in (product, *designs):
        Garment.objects.create(product=each, category="upper")
    garments = list(Garment.objects.order_by("pk"))
    with django_assert_num_queries(2):  # one for each model
        products.read_all(garments)
    with django_assert_num_queries(0):
        assert [products.product_of(one) for one in garments] == [product, *designs]


def test_a_key_that_no_product_has_spoils_nothing(product: Product) -> None:
    for _number in range(2):
        Garment.objects.create(product=product, category="upper")
    Garment.objects.filter(pk=Garment.objects.latest("pk").pk).update(product_id="no number")
    good, _bad = garments = list(Garment.objects.order_by("pk"))
    products.read_all(garments)
    assert products.product_of(good) == product


def test_garments_go_with_their_product(product: Product, garment: Garment) -> None:
    design = Design.objects.create(title="D")
    kept = Garment.objects.create(product=design, category="upper")
    Product.objects.all().delete()
    assert list(Garment.objects.all()) == [kept]
    design.delete()
    assert not Garment.objects.exists()
