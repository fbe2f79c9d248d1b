"""Garments: their product is typed by name, their pictures are checked on the field."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.storage import Storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import NoReverseMatch, reverse

from django_tryon.admin.drawing.pictures import is_missing
from django_tryon.models import Garment
from django_tryon.products import reference_to
from tests.admin.conftest import act, change, changelist
from tests.conftest import picture
from tests.shop.models import Design, Product

ADD = "admin:django_tryon_garment_add"


def test_a_garment_is_added_to_a_product_of_any_model(admin: Client, bare_product: Product) -> None:
    for number, product in enumerate((bare_product, Design.objects.create(title="Lace")), 1):
        response = admin.post(
            reverse(ADD),
            {
                "of_product": reference_to(product),
                "category": "lower",
                "name": "Trousers",
                "description": "sand trousers",
                "image": SimpleUploadedFile("t.jpg", picture(), "image/jpeg"),
            },
        )
        assert response.status_code == 302
        assert Garment.objects.count() == number
        garment = Garment.objects.for_product(product).get()
        assert (garment.width, garment.height) == (384, 512)


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"of_product": ""}, ("of_product", "This field is required.")),
        (
            {"of_product": "shop.product:999"},
            ("of_product", "This product no longer exists. Choose another one."),
        ),
        (
            {"of_product": "auth.user:1"},
            ("of_product", "This product no longer exists. Choose another one."),
        ),
        ({"category": "hat"}, ("category", None)),
    ],
)
def test_what_is_wrong_is_said_on_the_field(
    admin: Client, product: Product, given: dict[str, str], error: tuple[str, str | None]
) -> None:
    data = {"of_product": reference_to(product), "category": "upper"} | given
    response = admin.post(reverse(ADD), data)
    errors = response.context["adminform"].form.errors
    assert list(errors) == [error[0]]
    assert error[1] is None or errors[error[0]] == [error[1]]
    assert not Garment.objects.exists()


def test_an_unusable_upload_is_refused_on_the_field(admin: Client, garment: Garment) -> None:
    data = {
        "of_product": reference_to(garment.product),
        "category": "upper",
        "image": SimpleUploadedFile("t.jpg", b"no picture", "image/jpeg"),
    }
    response = admin.post(change(garment), data)
    errors = response.context["adminform"].form.errors
    assert list(errors) == ["image"]
    assert errors["image"][0]
    before = garment.image.name
    garment.refresh_from_db()
    assert garment.image.name == before


def test_a_garment_moves_to_another_product(
    admin: Client, garment: Garment, bare_product: Product
) -> None:
    page = admin.get(change(garment)).content.decode()
    assert f'<option value="{reference_to(garment.product)}" selected>Coral tee</option>' in page
    admin.post(change(garment), {"of_product": reference_to(bare_product), "category": "lower"})
    garment.refresh_from_db()
    assert garment.product == bare_product


def test_the_page_says_whose_picture_is_used(
    admin: Client, garment: Garment, trousers: Garment
) -> None:
    own, borrowed = (admin.get(change(item)).content.decode() for item in (garment, trousers))
    assert garment.image.url in own
    assert "The product&#x27;s own picture" not in own
    assert trousers.product.image.url in borrowed
    assert "The product&#x27;s own picture" in borrowed
    Product.objects.update(image="")
    assert "No picture" in admin.get(change(trousers)).content.decode()
    assert "Picture in use" not in admin.get(reverse(ADD)).content.decode()


def test_a_garment_without_words_and_file_is_called_by_its_product(
    admin: Client, garment: Garment, make_job: Any
) -> None:
    job = make_job()
    Garment.objects.update(name="", description="")
    garment.image.storage.delete(garment.image.name)
    for url in (changelist("garment"), change(garment), change(job)):
        page = admin.get(url).content.decode()
        assert "Coral tee · Upper body" in page
        assert "The picture&#x27;s file is missing" in page


def test_a_storage_elsewhere_is_not_asked_for_each_row() -> None:
    stored = SimpleNamespace(name="tee.jpg", storage=Storage())
    assert not is_missing(stored)


def test_the_list_links_to_products(admin: Client, garment: Garment, settings: Any) -> None:
    page = admin.get(changelist("garment")).content.decode()
    assert f'<a href="{change(garment.product)}">Coral tee</a>' in page
    settings.TRYON = settings.TRYON | {"PRODUCTS": {}}
    page = admin.get(changelist("garment")).content.decode()
    assert f'<a href="{change(garment.product)}">Coral tee</a>' in page


def test_the_list_bears_products_that_are_gone_or_not_in_the_admin(
    admin: Client, garment: Garment, trousers: Garment, monkeypatch: pytest.MonkeyPatch
) -> None:
    Garment.objects.filter(pk=garment.pk).update(product_id="999")

    def no_such_page(*args: Any, **kwargs: Any) -> str:
        raise NoReverseMatch

    monkeypatch.setattr("django_tryon.admin.shop_products.reverse", no_such_page)
    page = admin.get(changelist("garment")).content.decode()
    assert '<td class="field-product_link">Deleted</td>' in page
    assert "Sand trousers</td>" in page


def test_those_who_may_look_see_product_and_picture(as_staff: Any, garment: Garment) -> None:
    page = as_staff("view_garment").get(change(garment)).content.decode()
    assert garment.image.url in page
    assert change(garment.product) in page


def test_chosen_garments_lead_to_the_launch_page(
    admin: Client, garment: Garment, trousers: Garment
) -> None:
    response = act(admin, "garment", "launch_tryons", [garment, trousers])
    assert [card.garment for card in response.context["garments"]] == [garment, trousers]
    assert all(card.checked for card in response.context["garments"])
