"""Choosing: what is offered, and what a second click does."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from django_tryon.models import Consent, Garment, Person, Shopper, TryOnJob
from django_tryon.services.shoppers import ask as asking
from django_tryon.services.shoppers.erase import erase
from django_tryon.widget import choosing
from tests.shop.models import Product
from tests.widget.conftest import Browser, path_to, upload

pytestmark = pytest.mark.django_db(transaction=True)
Count = Callable[[], int]


def test_both_ways_are_offered_and_nothing_is_made_for_looking(
    ada: Browser, product: Any, garment: Any, person: Any
) -> None:
    page = ada.read(path_to(product))
    assert "Coral tee" in page
    assert "Use my photo" in page
    assert "Pick a model" in page
    assert "Ana" in page
    assert "sent to Segmind" in page
    box = re.search(r'<input type="checkbox"[^>]*>', page)
    assert box
    assert "required" in box[0]
    assert "checked" not in page
    assert not Shopper.objects.exists()
    assert "sessionid" not in ada.cookies


def test_pages_are_for_nobody_elses_eyes(ada: Browser, product: Any, garment: Any) -> None:
    response = ada.get(path_to(product))
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Robots-Tag"] == "noindex"
    assert response["Referrer-Policy"] == "same-origin"


def test_nothing_on_the_page_is_inline(
    ada: Browser, product: Any, garment: Any, person: Any
) -> None:
    page = ada.read(path_to(product))
    assert not re.search(r"<style|style=|\son\w+=|javascript:", page)
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)


def test_with_ones_own_photo(
    try_on: Callable[..., TryOnJob], ada: Browser, private_files: Count
) -> None:
    job = try_on(notify="ada@shop.example")
    shopper = Shopper.objects.get()
    assert (job.shopper, job.notify, job.engine) == (
        shopper,
        "ada@shop.example",
        "try-on-diffusion",
    )
    assert job.person is not None
    assert job.person.shopper == shopper
    assert Consent.objects.get().shopper == shopper
    assert private_files() == 1
    assert ada.session["django_tryon_shopper"] == str(shopper.pk)


def test_on_a_model(ada: Browser, product: Any, garment: Any, person: Any) -> None:
    assert ada.choose(product, "model", person=person.pk).status_code == 302
    job = TryOnJob.objects.get()
    assert (job.person, list(job.garments.all())) == (person, [garment])
    assert not Consent.objects.exists()


def test_with_the_last_photo_again(
    photo: Person, ada: Browser, product: Any, private_files: Count
) -> None:
    page = ada.read(path_to(product))
    assert page.index("Use my last photo") < page.index("Use my photo</h2>")
    assert f'name="person" value="{photo.pk}" required checked' in page
    before = private_files()
    other = Garment.objects.create(product=product, category="upper", name="In blue")
    page = ada.read(path_to(product))
    assert 'type="radio" name="garment"' in page
    response = ada.choose(product, "model", person=photo.pk, garment=other.pk)
    assert response.status_code == 302
    assert TryOnJob.objects.get(garments=other).person == photo
    assert private_files() == before


def test_a_form_that_is_sent_twice_is_one_job(
    ada: Browser, product: Any, garment: Any, private_files: Count
) -> None:
    page = ada.read(path_to(product))
    fields = {"consent": "1"}
    first = ada.send(path_to(product), page, "photo", photo=upload(), **fields)
    second = ada.send(path_to(product), page, "photo", photo=upload(), **fields)
    assert first["Location"] == second["Location"]
    assert (TryOnJob.objects.count(), private_files()) == (1, 1)


def test_a_form_that_joined_a_job_is_sent_again_with_something_else_chosen(
    ada: Browser, product: Any, garment: Any, person: Any
) -> None:
    trousers = Garment.objects.create(product=product, category="lower", description="grey")
    wish = {"garment": str(garment.pk), "person": str(person.pk)}
    job = ada.choose(product, "model", **wish)["Location"]
    page = ada.read(path_to(product))
    assert ada.send(path_to(product), page, "model", **wish)["Location"] == job
    wish["garment"] = str(trousers.pk)
    again = ada.send(path_to(product), page, "model", **wish)  # by the browser's way back
    assert again["Location"] == job  # as of any form that was sent already


def test_two_clicks_in_the_same_moment_make_one_shopper_and_one_job(
    product: Any, garment: Any, private_files: Count, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither request knows of the other: same form, no session yet, nothing launched yet."""
    one, two = Browser(), Browser()
    page = one.read(path_to(product))
    two.cookies["csrftoken"] = one.cookies["csrftoken"].value
    first = one.send(path_to(product), page, "photo", photo=upload(), consent="1")
    look, looked = choosing._sent_before, []

    def too_early(*args: Any) -> Any:
        looked.append(args)
        return look(*args) if len(looked) > 1 else None

    monkeypatch.setattr(choosing, "_sent_before", too_early)
    second = two.send(path_to(product), page, "photo", photo=upload(), consent="1")
    assert second["Location"] == first["Location"]
    assert (Shopper.objects.count(), TryOnJob.objects.count(), private_files()) == (1, 1, 1)


def test_a_photo_given_under_other_words_is_not_offered(
    photo: Person, ada: Browser, product: Any, change: Any
) -> None:
    change(CONSENT_VERSION="2")
    assert "my last photo" not in ada.read(path_to(product))


def test_a_photo_whose_day_has_come_is_not_offered(
    photo: Person, ada: Browser, product: Any
) -> None:
    Person.objects.update(delete_at=timezone.now())
    assert "my last photo" not in ada.read(path_to(product))


@pytest.mark.parametrize(
    "reference", ["shop.product:999", "shop.product", "auth.user:1", "shop.product:x", "nonsense"]
)
def test_what_is_no_product_of_the_shop(reference: str, ada: Browser) -> None:
    assert "cannot be tried on" in ada.read(f"/tryon/try/{reference}/", 404)


def test_a_product_that_nobody_prepared(ada: Browser, product: Any) -> None:
    assert "cannot be tried on" in ada.read(path_to(product), 404)


def test_a_product_that_is_not_public(
    ada: Browser, product: Any, garment: Any, change: Any
) -> None:
    change(PRODUCTS={"shop.Product": {"image": "image", "is_public": "description"}})
    ada.read(path_to(product))
    Product.objects.update(description="")
    ada.read(path_to(product), 404)


def test_without_models_there_is_still_ones_own_photo(
    ada: Browser, product: Any, garment: Any
) -> None:
    assert "Pick a model" not in ada.read(path_to(product))


def test_the_privacy_page_is_linked(ada: Browser, product: Any, garment: Any, change: Any) -> None:
    change(PRIVACY_URL="/privacy/")
    assert '<a href="/privacy/">' in ada.read(path_to(product))


def test_whoever_deletes_everything_meanwhile_is_told_so(
    ada: Browser, product: Any, garment: Any, person: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*args: Any) -> None:
        erase(Shopper.objects.get())

    monkeypatch.setattr(asking, "check_may_see", gone)
    response = ada.choose(product, "model", person=person.pk)
    assert response.status_code == 410
    assert "Everything was deleted" in response.content.decode()
    assert not TryOnJob.objects.exists()


def test_a_consent_to_words_that_changed_meanwhile_is_none(
    ada: Browser, product: Any, garment: Any, settings: Any
) -> None:
    page = ada.read(path_to(product))
    settings.TRYON = settings.TRYON | {"CONSENT_TEXT": "Quite other words for {provider}."}
    response = ada.send(
        path_to(product), page, "photo", garment=garment.pk, photo=upload(), consent="1"
    )
    assert response.status_code == 422
    assert "Quite other words for Segmind." in response.content.decode()
    assert not Consent.objects.exists()
