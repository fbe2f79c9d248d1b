"""A product whose adapter raises, or whose model is no longer allowed, takes no page down."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from django_tryon import products
from django_tryon.models import Batch, Garment, Person, TryOnJob
from django_tryon.products import ProductAdapter
from tests.admin.conftest import change, changelist, page, said, wish
from tests.shop.models import Product

METHODS = ("image", "title", "description", "category", "url", "is_public")


class Broken(ProductAdapter):
    """Raises for everything but the sand trousers."""


def _breaks(name: str) -> Any:
    def method(self: Any, product: Any) -> Any:
        if product.name != "Sand trousers":
            raise RuntimeError("/srv/secret")
        return product.image if name == "image" else ""

    return method


for _name in METHODS:
    setattr(Broken, _name, _breaks(_name))


@pytest.fixture
def broken(settings: Any, garment: Garment) -> Garment:
    """A garment without a picture of its own, of a product whose adapter raises."""
    Garment.objects.filter(pk=garment.pk).update(image="")
    settings.TRYON = settings.TRYON | {"PRODUCTS": {"shop.Product": f"{__name__}.Broken"}}
    garment.refresh_from_db()
    return garment


PICTURE = "cannot be read: image() of its adapter in TRYON['PRODUCTS'] failed, which was logged."


def test_the_launch_page_names_product_and_method(
    admin: Client, broken: Garment, bare_product: Product, person: Person, caplog: Any
) -> None:
    trousers = Garment.objects.create(product=bare_product, category="upper", name="Trousers")
    both = [broken, trousers]
    card = admin.get(page(garments=both)).context["garments"][0]
    number = broken.product_id
    assert card.instead == f"The picture of “shop.Product {number}” {PICTURE}"
    assert f"shop.product:{number}: image() of its adapter failed" in caplog.text
    assert "secret" not in caplog.text
    texts = said(admin.post(page(garments=both), wish(both, [person]), follow=True))
    assert texts[0] == "1 try-on is launched."
    assert PICTURE in texts[1]
    assert TryOnJob.objects.get().garments.get() == trousers


def test_a_product_without_a_garment_says_why(
    admin: Client, broken: Garment, product: Product
) -> None:
    Garment.objects.all().delete()
    url = reverse("admin:shop_product_tryon_launch")
    card = admin.get(f"{url}?ids={product.pk}").context["products"][0]
    assert PICTURE in card.why
    assert card.form is None


def test_every_page_bears_it(
    admin: Client, broken: Garment, batch: Batch, make_job: Any, make_result: Any
) -> None:
    make_result(make_job(batch=batch, status="succeeded"))
    result = make_result(make_job(status="succeeded"))
    dashboard = reverse("admin:django_tryon_dashboard_changelist")
    board = reverse("admin:django_tryon_tryonresult_review")
    lists = [changelist(name) for name in ("garment", "tryonjob", "tryonresult", "batch")]
    rows = [change(row) for row in (broken, batch, result, result.job, broken.product)]
    for url in (*lists, *rows, dashboard, board, reverse("admin:shop_product_changelist")):
        assert admin.get(url).status_code == 200, url


def test_every_page_bears_a_model_that_is_no_longer_allowed(
    admin: Client, garment: Garment, batch: Batch, make_job: Any, make_result: Any, settings: Any
) -> None:
    Garment.objects.update(image="")
    make_result(make_job(batch=batch, status="succeeded"))
    settings.TRYON = settings.TRYON | {"PRODUCTS": {}}
    dashboard = reverse("admin:django_tryon_dashboard_changelist")
    board = reverse("admin:django_tryon_tryonresult_review")
    for url in (change(batch), dashboard, board, page(garments=[garment]), changelist("garment")):
        assert admin.get(url).status_code == 200, url


def test_there_is_something_to_go_on_with(broken: Garment, product: Product) -> None:
    adapter = products.adapter_for(product)
    name = f"shop.Product {product.pk}"
    assert (adapter.title(product), adapter.description(product)) == (name, name)
    assert (adapter.category(product), adapter.url(product)) == ("", "")
    assert adapter.is_public(product) is False


@pytest.mark.parametrize("method", ["image", "title"])
def test_the_databases_faults_are_no_adapters(
    broken: Garment, product: Product, monkeypatch: Any, method: str
) -> None:
    def away(*_given: Any) -> None:
        raise OperationalError

    monkeypatch.setattr(Broken, method, away)
    with pytest.raises(OperationalError):
        getattr(products.adapter_for(product), method)(product)


def test_the_api_gives_no_picture(client: Client, broken: Garment, monkeypatch: Any) -> None:
    monkeypatch.setattr(Broken, "is_public", lambda *_given: True)
    answer = client.get(f"/tryon/api/garments/?product=shop.product:{broken.product_id}")
    assert answer.json()["results"][0]["image"] is None
