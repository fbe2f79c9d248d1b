"""Products that are gone, alone or with their model, break no page of the admin."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from django_tryon.admin.shop_products import with_products
from django_tryon.models import Garment, Person, TryOnJob
from django_tryon.products import product_of
from tests.admin.conftest import change, changelist, page, wish


@pytest.fixture
def orphan(garment: Garment) -> Garment:
    """A garment whose product's model is no longer in the code."""
    kind = ContentType.objects.create(app_label="shop", model="hat")
    Garment.objects.filter(pk=garment.pk).update(content_type=kind)
    return Garment.objects.get(pk=garment.pk)


def test_it_has_no_product_for_anybody(orphan: Garment) -> None:
    assert product_of(orphan) is None
    assert orphan.product is None


def test_a_new_one_has_none_yet(db: None) -> None:
    assert product_of(Garment()) is None


def test_those_that_have_a_model_get_their_products(orphan: Garment, trousers: Garment) -> None:
    mixed = list(Garment.objects.order_by("pk"))
    with CaptureQueriesContext(connection) as queries:
        assert [each.product for each in with_products(mixed)] == [None, trousers.product]
    assert len(queries) <= 3, [query["sql"] for query in queries]


def test_lists_and_its_own_page_open(admin: Client, orphan: Garment, trousers: Garment) -> None:
    text = admin.get(changelist("garment")).content.decode()
    assert '<td class="field-product_link">Deleted</td>' in text
    assert ">Sand trousers</a>" in text
    assert 'name="of_product"' in admin.get(change(orphan)).content.decode()


def test_those_who_may_look_see_that_it_is_gone(as_staff: Any, orphan: Garment) -> None:
    assert "Deleted" in as_staff("view_garment").get(change(orphan)).content.decode()


def test_its_borrowed_picture_is_gone(admin: Client, orphan: Garment) -> None:
    Garment.objects.update(image="")
    assert "No picture" in admin.get(changelist("garment")).content.decode()


def test_pages_of_its_jobs_and_results_open(
    admin: Client, orphan: Garment, make_result: Any
) -> None:
    result = make_result(published_at=timezone.now())
    assert admin.get(change(result.job)).status_code == 200
    response = admin.get(change(result))
    assert response.context["shop_pages"] == []


def test_it_can_be_given_another_product(admin: Client, orphan: Garment, bare_product: Any) -> None:
    data = {"of_product": f"shop.product:{bare_product.pk}", "category": "lower"}
    assert admin.post(change(orphan), data).status_code == 302
    assert Garment.objects.get(pk=orphan.pk).product == bare_product


def test_it_is_offered_and_refused_with_a_reason(
    admin: Client, orphan: Garment, person: Person, trousers: Garment
) -> None:
    url = page(garments=[orphan, trousers])
    products = {card.garment: card.facts for card in admin.get(url).context["garments"]}
    assert products == {
        orphan: "Upper body · Deleted",
        trousers: "Lower body · Sand trousers",
    }
    assert admin.get(reverse("admin:django_tryon_tryonjob_launch")).status_code == 200
    response = admin.post(url, wish([orphan, trousers], [person], check="1"))
    assert response.context["reasons"] == [("The product of “Coral tee” was deleted.", 1)]
    admin.post(url, wish([orphan, trousers], [person]))
    assert list(TryOnJob.objects.get().garments.all()) == [trousers]
