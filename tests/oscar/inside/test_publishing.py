"""Published results: on the product's page, and among oscar's own pictures."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from django_tryon import products, services
from django_tryon.models import Garment, Person, Placement, TryOnJob, TryOnResult
from tests.oscar.inside.conftest import dress, picture, stock, variant

pytestmark = pytest.mark.django_db


def result_of(garment: Garment, person: Person) -> TryOnResult:
    """Return a try-on of a garment that Ana is through with."""
    job = TryOnJob.objects.create(engine="idm-vton", person=person, status="succeeded")
    job.garments.set([garment])
    return TryOnResult.objects.create(job=job, kind="image", file=picture("gold"))


def shown(product: Any) -> list[tuple[int, str]]:
    """Return oscar's own pictures of a product, as its page shows them."""
    return [(image.display_order, image.caption) for image in product.get_all_images()]


@pytest.mark.django_db(transaction=True)  # files go once a transaction is final
def test_a_result_joins_oscars_pictures_and_leaves_them_as_they_were(
    shirt: Any, person: Person, sandbox: Any, client: Client
) -> None:
    shirt.images.create(original=picture("salmon"), caption="back", display_order=1)
    before = [(0, "Dummy Caption"), (1, "back")]
    assert shown(shirt) == before
    services.launch(garments=[Garment.objects.get()], person=person, engine="idm-vton")
    services.drive_until_idle()
    result = TryOnResult.objects.get()
    services.publish(result, to="images", position=1)
    caption = "Linen shirt worn by Ana, AI-generated"
    assert shown(shirt) == [(0, "Dummy Caption"), (1, caption), (2, "back")]
    added = shirt.images.get(display_order=1)
    assert added.original.storage.exists(added.original.name)
    assert "tryon-results" not in client.get(shirt.get_absolute_url()).content.decode()
    services.unpublish(result)
    assert shown(shirt) == before
    assert not added.original.storage.exists(added.original.name)


def test_it_may_be_put_first_and_staff_may_have_deleted_it(shirt: Any, person: Person) -> None:
    garment = Garment.objects.get()
    result = result_of(garment, person)
    services.publish(result, to="images", position=0)
    first = shirt.primary_image()
    assert first.caption.startswith("Linen shirt worn by Ana")
    own = shirt.images.get(display_order=1)
    assert products.picture_of(Garment.objects.get()) == own.original  # not what a model wears
    own.delete()
    assert products.picture_of(Garment.objects.get(pk=garment.pk)) is None
    first.delete()  # as oscar's dashboard does
    services.unpublish(result)
    assert shown(shirt) == []
    assert not Placement.objects.exists()


def test_the_pictures_of_a_variant_without_any_are_its_parents(
    coat: SimpleNamespace, person: Person
) -> None:
    result = result_of(dress(coat.grey), person)
    services.publish(result, to="images")
    assert not coat.grey.images.exists()
    assert len(shown(coat.parent)) == len(shown(coat.grey)) == 2
    coat.grey.delete()
    assert len(shown(coat.parent)) == 1  # it was a picture of the variant


def test_a_variant_with_pictures_keeps_its_own(coat: SimpleNamespace, person: Person) -> None:
    result = result_of(dress(coat.blue), person)
    services.publish(result, to="images")
    assert [len(shown(one)) for one in (coat.blue, coat.parent)] == [2, 1]
    assert json.loads(Placement.objects.get().reference)["row"]


def test_what_is_published_stands_on_oscars_page(
    coat: SimpleNamespace, person: Person, client: Client
) -> None:
    services.publish(result_of(dress(coat.parent), person), to="gallery")
    for product in (coat.parent, coat.grey):
        html = client.get(product.get_absolute_url()).content.decode()
        assert "AI-generated" in html
        assert html.index("AI-generated") < html.index("Product Information")
    mug = stock("Mug")
    assert "AI-generated" not in client.get(mug.get_absolute_url()).content.decode()
    assert "AI-generated" not in client.get(variant(mug, "Red").get_absolute_url()).content.decode()
