"""Looks without JavaScript: a link beside what is worn, and all of it at once."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile

from django_tryon import services
from django_tryon.models import Garment, Look, Person, TryOnJob
from django_tryon.services.looks.build import build
from django_tryon.services.looks.offer_look import keep_look, offer_look
from django_tryon.services.looks.publish_look import publish_look
from django_tryon.services.looks.use_picture import use_picture
from tests.conftest import picture
from tests.shop.models import Design, Product
from tests.widget.conftest import Browser, path_to

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def look(garment: Garment) -> Look:
    """The shirt with trousers of another product."""
    image = ContentFile(picture(), name="j.jpg")
    design = Design.objects.create(title="Navy jeans")
    jeans = Garment.objects.create(product=design, category="lower", name="Jeans", image=image)
    return offer_look(build("Weekend", [garment, jeans], note="For the market."))


def test_one_link_leads_to_all_of_it(
    ada: Browser, product: Product, look: Look, person: Person, sandbox: Any
) -> None:
    path = path_to(product)
    page = ada.read(path)
    link = f"{path}?look={look.pk}"
    assert "Complete the look" in page
    assert f'href="{link}"' in page
    assert "Jeans" not in page

    page = ada.read(link)
    assert "Try it on: Weekend" in page
    assert "For the market." in page
    assert f'href="{path}">Choose again' in page
    assert "Complete the look" not in page
    keys = [str(one.pk) for one in look.garments]
    answer = ada.send(link, page, "model", person=str(person.pk), garment=keys)
    job = TryOnJob.objects.get(outfit=None)
    assert answer["Location"] == f"/tryon/try/job/{job.pk}/"
    assert [str(one.pk) for one in job.garments.order_by("-pk")] == keys
    services.drive_until_idle()
    assert "Complete the look" not in ada.read(answer["Location"])  # it is complete


def test_beside_a_result_there_is_what_completes_it(
    ada: Browser, product: Product, look: Look, person: Person, sandbox: Any
) -> None:
    page = ada.read(path_to(product))
    answer = ada.send(path_to(product), page, "model", person=str(person.pk))
    services.drive_until_idle()
    assert f'href="{path_to(product)}?look={look.pk}"' in ada.read(answer["Location"])
    product.delete()
    assert "Complete the look" not in ada.read(answer["Location"])


def test_a_picture_of_it_is_marked(
    ada: Browser, product: Product, look: Look, person: Person, sandbox: Any
) -> None:
    assert "AI-generated" not in ada.read(path_to(product))
    job = services.launch(garments=look.garments, person=person, engine="p-image-try-on")
    services.drive_until_idle()
    result = services.approve(job.results.get())
    use_picture(look, result)
    publish_look(look)
    result.refresh_from_db()
    page = ada.read(path_to(product))
    assert f'<img src="{result.url}" alt=""><span>Weekend</span>' in page
    assert "AI-generated" in page


@pytest.mark.parametrize("key", ["x", "", "999"])
def test_an_unknown_look_leaves_the_product(
    ada: Browser, product: Product, look: Look, key: str
) -> None:
    page = ada.read(f"{path_to(product)}?look={key}")
    assert "Try it on: Coral tee" in page


def test_one_that_is_no_longer_offered_leaves_the_product(
    ada: Browser, product: Product, look: Look
) -> None:
    keep_look(look)
    page = ada.read(f"{path_to(product)}?look={look.pk}")
    assert "Try it on: Coral tee" in page
    assert "Weekend" not in page
