"""Looks: what makes one, and which are offered to shoppers."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile

from django_tryon.engines import get_engine
from django_tryon.exceptions import LaunchRefused, WrongState
from django_tryon.models import Garment, Look, LookGarment
from django_tryon.services.looks.build import build
from django_tryon.services.looks.offered import as_offered, looks_for
from tests.conftest import picture
from tests.shop.models import Product

pytestmark = pytest.mark.django_db


def make(category: str, name: str = "", product: Product | None = None) -> Garment:
    """Return a garment with a picture, on a product of its own."""
    name = name or category
    product = product or Product.objects.create(name=f"The {name}")
    image = ContentFile(picture(), name="garment.jpg")
    return Garment.objects.create(product=product, category=category, name=name, image=image)


@pytest.fixture
def garments(db: None) -> list[Garment]:
    """A jacket, a shirt and trousers, in no order."""
    return [make("outer", "jacket"), make("upper", "shirt"), make("lower", "trousers")]


@pytest.fixture
def look(garments: list[Garment], staff: Any) -> Look:
    """All of it, offered."""
    made = build("Office", garments, note="For Mondays.", by=staff)
    Look.objects.update(is_offered=True)
    return made


def names(look: Look) -> list[str]:
    return [garment.name for garment in look.garments]


def test_it_keeps_its_garments_as_they_are_put_on(
    look: Look, garments: list[Garment], staff: Any
) -> None:
    assert str(look) == "Office"
    assert (look.note, look.created_by) == ("For Mondays.", staff)
    assert names(look) == ["trousers", "shirt", "jacket"]
    assert str(look.parts.first()) == "trousers"
    again = build("Office 2", garments[:2], look=look)
    assert (again.pk, again.name, again.note, names(again)) == (
        *(look.pk, "Office 2", ""),
        ["shirt", "jacket"],
    )
    assert Look.objects.get().created_by == staff


@pytest.mark.parametrize(
    ("categories", "code", "said"),
    [
        (["dress", "dress"], "garments_clash", "Nobody wears two dresses: “dress1”, “dress2”"),
        (["lower", "dress"], "garments_clash", "Leave out “lower1”, or the dress"),
        (["upper"], "too_few_garments", "two garments or more"),
        (["upper"] * 12, "too_many_garments", "12 garments at once. Leave some out"),
    ],
)
def test_what_cannot_be_worn_is_refused(categories: list[str], code: str, said: str) -> None:
    chosen = [make(part, f"{part}{n}") for n, part in enumerate(categories, start=1)]
    with pytest.raises(LaunchRefused, match=said) as refused:
        build("No", chosen)
    assert (refused.value.code, refused.value.field) == (code, "garments")
    assert not Look.objects.exists()


def test_one_garment_twice_is_no_look(garments: list[Garment]) -> None:
    with pytest.raises(LaunchRefused, match="each once"):
        build("No", [garments[0], garments[0], garments[1]])


def test_shirt_and_pullover_go_where_an_engine_takes_both(settings: Any) -> None:
    both = [make("upper", "shirt"), make("upper", "pullover")]
    look = build("Layers", both)
    Look.objects.update(is_offered=True)
    (found,) = looks_for([both[0].product], get_engine("idm-vton"))
    assert (found.look, found.engine.slug) == (look, "p-image-try-on")
    assert [garment.name for garment in found.garments] == ["shirt", "pullover"]
    settings.TRYON = settings.TRYON | {"STOREFRONT_ENGINES": ["idm-vton", "video-tryon-v2"]}
    assert looks_for([both[0].product]) == []


def test_an_engine_that_lacks_a_category_leaves_it_to_another() -> None:
    both = [make("dress"), make("outer")]
    build("Evening", both)
    Look.objects.update(is_offered=True)
    (found,) = looks_for([both[0].product], get_engine("fashion-ai"))
    assert found.engine.slug == "try-on-diffusion"
    assert looks_for([both[0].product], get_engine("video-tryon-v2")) == [found]
    LookGarment.objects.all().delete()
    assert as_offered(Look.objects.whole().get()) is None


def test_other_garments_go_into_no_published_look(look: Look, garments: list[Garment]) -> None:
    Look.objects.update(published_at=look.created_at)
    with pytest.raises(WrongState, match="Unpublish it"):
        build("Office", garments[:2], look=look)
    assert build("Renamed", garments, look=look).published_at is not None


def test_it_is_offered_with_each_of_its_products(look: Look, garments: list[Garment]) -> None:
    for garment in garments:
        (found,) = looks_for([garment.product], get_engine("idm-vton"))
        assert (found.look, found.engine.slug, found.picture) == (look, "idm-vton", None)
        assert [one.name for one in found.garments] == ["trousers", "shirt", "jacket"]
        assert all(products_of_it.product for products_of_it in found.garments)
    assert looks_for([Product.objects.create(name="Other")]) == []
    assert looks_for([]) == []


def test_the_look_with_more_of_the_basket_comes_first(
    look: Look, garments: list[Garment], django_assert_num_queries: Any
) -> None:
    other = build("Newer", [garments[0], make("dress")])
    Look.objects.update(is_offered=True)
    jacket, shirt, _trousers = (garment.product for garment in garments)
    with django_assert_num_queries(3):
        found = looks_for([jacket])
    assert [one.look for one in found] == [other, look]
    assert [one.look for one in looks_for([jacket, shirt])] == [look, other]


def test_nothing_offered_asks_once(garments: list[Garment], django_assert_num_queries: Any) -> None:
    build("Not offered", garments)
    with django_assert_num_queries(1):
        assert looks_for([garments[0].product]) == []


def test_it_is_offered_only_whole(look: Look, garments: list[Garment]) -> None:
    jacket, shirt, _trousers = garments
    jacket.delete()
    assert looks_for([shirt.product]) == []
    assert LookGarment.objects.get(garment=None).name == "jacket"


@pytest.mark.parametrize("what", ["product", "picture", "dress", "row"])
def test_it_is_not_offered_as_it_stands_now(what: str, look: Look, garments: list[Garment]) -> None:
    jacket, shirt, _trousers = garments
    if what == "product":
        jacket.product.delete()
    elif what == "picture":
        Garment.objects.filter(pk=jacket.pk).update(image="")
    elif what == "dress":
        Garment.objects.filter(pk=jacket.pk).update(category="dress")
    else:  # an older worker deletes it, who knows no looks
        Garment.objects.filter(pk=jacket.pk)._raw_delete("default")
    assert looks_for([shirt.product]) == []


def test_it_is_not_offered_while_a_product_is_hidden(
    look: Look, garments: list[Garment], settings: Any
) -> None:
    shop = settings.TRYON["PRODUCTS"]["shop.Product"] | {"is_public": "description"}
    settings.TRYON = settings.TRYON | {"PRODUCTS": {"shop.Product": shop}}
    assert looks_for([garments[0].product]) == []
    Product.objects.update(description="shown")
    assert len(looks_for([garments[0].product])) == 1
    settings.TRYON = settings.TRYON | {"PRODUCTS": {}}
    assert looks_for([garments[0].product]) == []
