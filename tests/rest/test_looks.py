"""Looks over REST: those that shoppers may try on now."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile

from django_tryon import services
from django_tryon.models import Garment, Look, Person
from django_tryon.services.looks.build import build
from django_tryon.services.looks.offer_look import keep_look, offer_look
from django_tryon.services.looks.publish_look import publish_look
from django_tryon.services.looks.use_picture import use_picture
from tests.conftest import picture
from tests.rest.conftest import Client, finish
from tests.shop.models import Design, Product


@pytest.fixture
def jeans(db: None) -> Garment:
    """Another product's garment."""
    image = ContentFile(picture(colour="navy"), name="jeans.jpg")
    design = Design.objects.create(title="Jeans")
    return Garment.objects.create(product=design, category="lower", name="Jeans", image=image)


@pytest.fixture
def look(garment: Garment, jeans: Garment) -> Look:
    """Both, offered."""
    return offer_look(build("Weekend", [garment, jeans], note="For the market."))


def ask(client: Client, *products: Any) -> Any:
    named = ",".join(f"{one._meta.label_lower}:{one.pk}" for one in products)
    return client.get(f"looks/?product={named}")


def test_a_look_is_told_with_all_that_it_takes(
    nobody: Client, look: Look, garment: Garment, jeans: Garment
) -> None:
    response = ask(nobody, garment.product)
    assert response.headers["Cache-Control"] == "public, max-age=60"
    (told,) = response.json()["results"]
    assert [each["id"] for each in told.pop("garments")] == [jeans.pk, garment.pk]
    assert told == {
        "id": look.pk,
        "name": "Weekend",
        "note": "For the market.",
        "engine": "try-on-diffusion",
        "picture": None,
    }
    assert ask(nobody, jeans.product, garment.product).json()["results"][0]["id"] == look.pk


def test_its_picture_is_the_published_one(
    nobody: Client, look: Look, garment: Garment, jeans: Garment, person: Person, sandbox: Any
) -> None:
    job = services.launch(garments=[garment, jeans], person=person, engine="p-image-try-on")
    result = services.approve(finish(job))
    use_picture(look, result)
    assert ask(nobody, jeans.product).json()["results"][0]["picture"] is None
    publish_look(look)
    result.refresh_from_db()
    assert ask(nobody, jeans.product).json()["results"][0]["picture"] == {
        "result": str(result.pk),
        "url": f"http://testserver{result.published_file.url}",
        "width": result.width,
        "height": result.height,
        "ai_generated": True,
    }


def test_what_is_not_offered_is_not_told(
    nobody: Client, look: Look, garment: Garment, jeans: Garment, product: Product
) -> None:
    keep_look(look)
    assert ask(nobody, product).json() == {"results": []}
    offer_look(look)
    jeans.product.delete()
    assert ask(nobody, product).json() == {"results": []}
    assert nobody.get("looks/?product=shop.product:0").status_code == 404
    assert nobody.get("looks/").json()["error"]["field"] == "product"


def test_many_looks_take_no_more_queries_than_one(
    nobody: Client, garment: Garment, jeans: Garment, django_assert_num_queries: Any
) -> None:
    for number in range(3):
        offer_look(build(f"Look {number}", [garment, jeans]))
        with django_assert_num_queries(5):  # the product, looks, parts, products of two models
            assert len(ask(nobody, garment.product).json()["results"]) == number + 1
