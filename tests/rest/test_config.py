"""What a button needs to know, and what there is to choose from."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.utils import translation

from django_tryon.conf import conf
from django_tryon.models import Garment, Gate, Person
from django_tryon.products import ProductAdapter
from django_tryon.services.driving import gates
from django_tryon.services.looks.build import build
from django_tryon.services.looks.offer_look import offer_look
from django_tryon.widget.offering import house_models
from tests.conftest import picture
from tests.rest.conftest import Client, code, read
from tests.shop.models import Design, Product


@pytest.fixture
def reference(garment: Garment) -> str:
    """The product's."""
    return f"shop.product:{garment.product_id}"


def test_one_answer_holds_all_that_a_button_needs(
    nobody: Any, reference: str, garment: Garment, person: Person, settings: Any
) -> None:
    response = nobody.get(f"config/?product={reference}")
    told = response.json()
    assert response.headers["Cache-Control"] == "public, max-age=60"
    assert "Cookie" not in response.headers.get("Vary", "")
    assert (told["open"], told["message"]) == (True, None)
    assert (told["engine"], told["max_garments"]) == ("try-on-diffusion", 1)
    assert told["consent"]["version"] == "1"
    assert told["consent"]["provider"] == "Segmind"
    assert told["upload"]["max_bytes"] == 15 * 2**20
    assert "image/jpeg" in told["upload"]["types"]
    assert told["strings"]["label"] == "Try it on"
    (shown,) = told["garments"]
    assert shown["image"].startswith("http://testserver/media/")
    assert (shown["id"], shown["product"]) == (garment.pk, reference)
    assert [one["id"] for one in told["people"]] == [person.pk]
    assert read(nobody.get(told["people"][0]["photo"]))


def test_who_lacks_a_photo_is_offered_to_nobody(
    nobody: Any, ada: Any, reference: str, person: Person
) -> None:
    seen = [{"id": person.pk}]
    Person.objects.create(name="Bo", is_house_model=True)
    Person.objects.create(name="Cy", is_house_model=True, kind="video")
    told = nobody.get(f"config/?product={reference}").json()
    assert [{"id": one["id"]} for one in told["people"]] == seen
    assert [{"id": one["id"]} for one in ada.get("people/").json()["results"]] == seen
    assert house_models() == [person]


def test_nobodys_photo_is_in_what_all_may_cache(ada: Any, photo: Person, reference: str) -> None:
    assert ada.get(f"config/?product={reference}").json()["people"] == []


class Broken(ProductAdapter):
    """An adapter that cannot read a picture."""

    def image(self, product: Any) -> Any:
        """Fail."""
        raise RuntimeError("no such disk")


@pytest.mark.parametrize("broken", [False, True])
def test_what_has_no_picture_is_not_offered(
    broken: bool, nobody: Any, reference: str, garment: Garment, settings: Any
) -> None:
    Garment.objects.create(product=garment.product, category="upper", name="Its back")
    Product.objects.update(image="")
    if broken:
        here = f"{__name__}.Broken"
        settings.TRYON = settings.TRYON | {"PRODUCTS": {"shop.Product": here}}
    told = nobody.get(f"config/?product={reference}").json()
    assert [one["id"] for one in told["garments"]] == [garment.pk]
    Garment.objects.update(image="")
    told = nobody.get(f"config/?product={reference}").json()
    assert (told["open"], told["message"]) == (False, "There is nothing to try on here yet.")


def test_it_says_why_it_is_closed(nobody: Any, reference: str, settings: Any) -> None:
    def message() -> Any:
        told = nobody.get(f"config/?product={reference}").json()
        assert told["open"] is False
        return told["message"]

    usual = settings.TRYON
    settings.TRYON = usual | {"STOREFRONT_DAILY_BUDGET": Decimal("0.01")}
    assert "tomorrow" in message()
    settings.TRYON = usual | {"API_KEY": ""}
    assert "not available" in message()
    settings.TRYON = usual
    for reason in ("bad_key", "engine_retired"):
        gates.close(conf.STOREFRONT_ENGINE, reason)
        assert "not available" in message()
        Gate.objects.all().delete()
    gates.close(conf.STOREFRONT_ENGINE, "rate_limited")  # that is over in a minute
    assert nobody.get(f"config/?product={reference}").json()["open"] is True
    Garment.objects.all().delete()
    assert "nothing to try on" in message()


def test_heic_is_named_where_it_can_be_read(nobody: Any, reference: str, monkeypatch: Any) -> None:
    def types() -> list[str]:
        told: list[str] = nobody.get(f"config/?product={reference}").json()["upload"]["types"]
        return told

    find = "django_tryon.rest.views.config.find_spec"
    monkeypatch.setattr(find, lambda name: object())
    assert "image/heic" in types()
    monkeypatch.setattr(find, lambda name: None)
    assert "image/heic" not in types()


def test_a_basket_may_be_asked_for_at_once(nobody: Any, garment: Garment, reference: str) -> None:
    design = Design.objects.create(title="Dress")
    dress = Garment.objects.create(
        product=design, category="dress", image=ContentFile(picture(), name="d.jpg")
    )
    both = f"{reference},shop.design:{design.pk},shop.product:4711,nonsense"
    for path, key in (("config", "garments"), ("garments", "results")):
        shown = nobody.get(f"{path}/?product={both}").json()[key]
        assert [one["id"] for one in shown] == [garment.pk, dress.pk]


def test_a_garment_without_a_picture_of_its_own(nobody: Any) -> None:
    bare = Product.objects.create(name="Idea")
    Garment.objects.create(product=bare, category="upper")
    (shown,) = nobody.get(f"garments/?product=shop.product:{bare.pk}").json()["results"]
    assert shown["image"] is None
    assert shown["name"]


def test_a_product_has_to_be_named(nobody: Any) -> None:
    for query in ("", "?product=", "?product=%00"):
        for path in ("config", "garments"):
            response = nobody.get(f"{path}/{query}")
            assert response.status_code == 422
            assert response.json()["error"]["field"] == "product"


def test_engines_say_what_they_can_do(nobody: Any) -> None:
    engines = nobody.get("engines/").json()
    assert engines["count"] == len(engines["results"]) == 5
    idm = nobody.get("engines/idm-vton/").json()
    assert idm in engines["results"]
    assert idm["categories"] == ["upper", "lower", "dress", "outer"]
    assert idm["params"]["properties"]["steps"]["maximum"] == 40
    assert idm["offered"] is True
    assert nobody.get("engines/fashion-ai/").json()["offered"] is False
    assert code(nobody.get("engines/dall-e/")) == (404, "not_found", None)


def test_words_are_in_the_language_that_is_asked_for(nobody: Any) -> None:
    with translation.override("de"):
        said = nobody.get("engines/idm-vton/").json()["good_for"]
    assert said


def test_a_basket_is_closed_by_its_own_price(
    nobody: Any, garment: Garment, reference: str, settings: Any
) -> None:
    design = Design.objects.create(title="Dress")
    Garment.objects.create(
        product=design, category="dress", image=ContentFile(picture(), name="d.jpg")
    )
    both = f"{reference},shop.design:{design.pk}"

    def is_open(budget: str) -> Any:
        settings.TRYON = settings.TRYON | {"STOREFRONT_DAILY_BUDGET": Decimal(budget)}
        return nobody.get(f"config/?product={both}").json()["open"]

    # p-image-try-on: 0.0197 for the first garment, 0.008 for the next
    assert [is_open(budget) for budget in ("0.0197", "0.0276", "0.0277")] == [False, False, True]


@pytest.mark.parametrize("address", ["nothing/", "jobs/x%2Fy/", "jobs/a%0Ab/", "engines/%0A"])
def test_whatever_does_not_exist_is_answered_in_json(address: str, nobody: Client) -> None:
    response = nobody.get(address)
    assert (response.status_code, response.headers["Content-Type"]) == (404, "application/json")
    assert code(response) == (404, "not_found", None)


def test_what_clashes_and_what_cannot_be_worn_is_told_before(
    nobody: Any, garment: Garment, reference: str
) -> None:
    dress, bare = Design.objects.create(title="Dress"), Design.objects.create(title="Bag")
    skirt = Design.objects.create(title="Skirt")
    image = ContentFile(picture(), name="d.jpg")
    for product, category in ((dress, "dress"), (skirt, "lower")):
        Garment.objects.create(product=product, category=category, image=image)
    named = [f"shop.design:{one.pk}" for one in (skirt, dress, bare)]
    told = nobody.get(f"config/?product={','.join([*named, reference])}").json()
    assert told["engine"] == "p-image-try-on"
    assert told["clashes"]["dress"] == ["lower", "dress"]
    assert told["clashes"]["upper"] == []
    first = [one["category"] for one in told["garments"]]
    assert (first, told["max_garments"]) == (["lower", "upper", "dress"], 2)  # as it was named
    assert told["notes"] == [
        "This cannot be tried on: Bag.",
        "These cannot all be tried on together: choose up to 2.",
    ]
    assert nobody.get(f"config/?product={reference}").json()["notes"] == []
    assert nobody.get("config/?product=shop.design:999").status_code == 404
    gone = nobody.get(f"config/?product={reference},shop.design:999").json()
    assert gone["notes"] == ["Some of these are no longer offered."]


def test_looks_that_complete_it_come_along(
    nobody: Any, garment: Garment, reference: str, settings: Any
) -> None:
    design = Design.objects.create(title="Jeans")
    image = ContentFile(picture(), name="j.jpg")
    jeans = Garment.objects.create(product=design, category="lower", name="Jeans", image=image)
    look = offer_look(build("Weekend", [garment, jeans], note="For the market."))
    (told,) = nobody.get(f"config/?product={reference}").json()["looks"]
    assert (told["id"], told["name"], told["engine"]) == (look.pk, "Weekend", "try-on-diffusion")
    assert [one["id"] for one in told["garments"]] == [jeans.pk, garment.pk]
    settings.TRYON = settings.TRYON | {"API_KEY": ""}
    assert nobody.get(f"config/?product={reference}").json()["looks"] == []
