"""What the button counts on, beyond what every client does."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile

from django_tryon.models import Garment, Shopper, Status, TryOnJob
from django_tryon.models.transitions import move
from tests.conftest import picture
from tests.shop.models import Product


@pytest.mark.parametrize(
    ("code", "next_step"), [("failed_at_provider", "photo"), ("unreachable", "again")]
)
def test_a_failure_says_what_helps_most(ada: Any, job: TryOnJob, code: str, next_step: str) -> None:
    assert move(job, Status.FAILED, error_code=code)
    error = ada.get(f"jobs/{job.pk}/").json()["error"]
    assert (error["code"], error["next"], error["free"]) == (code, next_step, True)


def test_renewing_a_token_counts_as_no_new_shopper(nobody: Any, ada: Any, settings: Any) -> None:
    settings.TRYON = settings.TRYON | {"THROTTLES": {"token": "2/hour"}}
    told = [client.post("shoppers/", {}).status_code for client in (nobody, ada) * 3]
    assert told == [201, 201, 201, 201, 429, 201]


def test_who_logs_out_is_somebody_else(nobody: Any, staff: Any) -> None:
    nobody.force_login(staff)
    known = nobody.post("shoppers/", {}).json()
    assert Shopper.objects.get(pk=known["id"]).user == staff
    nobody.logout()
    renewed = nobody.post("shoppers/", {}, HTTP_AUTHORIZATION=f"Shopper {known['token']}").json()
    assert renewed["id"] != known["id"]
    assert Shopper.objects.get(pk=renewed["id"]).user is None


def other_garment(product: Product, category: str) -> Garment:
    return Garment.objects.create(
        product=product, category=category, image=ContentFile(picture(), name="g.jpg")
    )


def test_a_basket_goes_to_an_engine_that_takes_several(
    nobody: Any, garment: Garment, product: Product, settings: Any
) -> None:
    second = other_garment(product, "upper")
    skirt = other_garment(Product.objects.create(name="Skirt"), "lower")

    def told(*products: Any) -> tuple[str, int, list[int]]:
        query = ",".join(f"shop.product:{one}" for one in products)
        said = nobody.get(f"config/?product={query}").json()
        return said["engine"], said["max_garments"], [one["id"] for one in said["garments"]]

    one = told(product.pk)
    assert one == ("try-on-diffusion", 1, [garment.pk, second.pk])
    both = told(product.pk, skirt.product_id)
    assert both == ("p-image-try-on", 11, [garment.pk, skirt.pk, second.pk])
    settings.TRYON = settings.TRYON | {"STOREFRONT_ENGINES": ["try-on-diffusion", "gone"]}
    assert told(product.pk, skirt.product_id)[0] == "try-on-diffusion"


def test_what_the_engine_cannot_put_on_is_not_offered(
    nobody: Any, garment: Garment, product: Product, settings: Any
) -> None:
    other_garment(product, "dress")
    settings.TRYON = settings.TRYON | {"STOREFRONT_ENGINE": "fashion-ai"}
    told = nobody.get(f"config/?product=shop.product:{product.pk}").json()
    assert [one["id"] for one in told["garments"]] == [garment.pk]


@pytest.mark.parametrize(
    ("asked", "said"),
    [("de-AT,en;q=0.5", "Schließen"), ("xx, fr", "Fermer"), ("*", "Close"), ("", "Close")],
)
def test_it_speaks_the_language_of_the_page(
    nobody: Any, garment: Garment, asked: str, said: str
) -> None:
    path = f"config/?product=shop.product:{garment.product_id}"
    response = nobody.get(path, HTTP_ACCEPT_LANGUAGE=asked)
    assert response.json()["strings"]["close"] == said
    assert "Accept-Language" in response.headers["Vary"]
