"""Choosing: what is offered, what is refused and in which words, and what a second click does."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from django_tryon.models import Consent, Garment, Person, Shopper, Tally, TryOnJob
from django_tryon.widget import choosing
from tests.conftest import picture
from tests.shop.models import Product
from tests.widget.conftest import Browser, upload

pytestmark = pytest.mark.django_db(transaction=True)
Count = Callable[[], int]


def path(product: Any) -> str:
    return f"/tryon/try/shop.product:{product.pk}/"


@pytest.fixture
def change(settings: Any) -> Callable[..., None]:
    """Set options of TRYON."""

    def go(**options: Any) -> None:
        settings.TRYON = settings.TRYON | options

    return go


def test_both_ways_are_offered_and_nothing_is_made_for_looking(
    ada: Browser, product: Any, garment: Any, person: Any
) -> None:
    page = ada.read(path(product))
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
    response = ada.get(path(product))
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Robots-Tag"] == "noindex"
    assert response["Referrer-Policy"] == "same-origin"


def test_nothing_on_the_page_is_inline(
    ada: Browser, product: Any, garment: Any, person: Any
) -> None:
    page = ada.read(path(product))
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
    page = ada.read(path(product))
    assert page.index("Use my last photo") < page.index("Use my photo</h2>")
    assert f'name="person" value="{photo.pk}" required checked' in page
    before = private_files()
    other = Garment.objects.create(product=product, category="lower", name="Jeans")
    page = ada.read(path(product))
    assert 'type="radio" name="garment"' in page
    response = ada.choose(product, "model", person=photo.pk, garment=other.pk)
    assert response.status_code == 302
    assert TryOnJob.objects.get(garments=other).person == photo
    assert private_files() == before


def test_a_form_that_is_sent_twice_is_one_job(
    ada: Browser, product: Any, garment: Any, private_files: Count
) -> None:
    page = ada.read(path(product))
    fields = {"consent": "1"}
    first = ada.send(path(product), page, "photo", photo=upload(), **fields)
    second = ada.send(path(product), page, "photo", photo=upload(), **fields)
    assert first["Location"] == second["Location"]
    assert (TryOnJob.objects.count(), private_files()) == (1, 1)


def test_two_clicks_in_the_same_moment_make_one_shopper_and_one_job(
    product: Any, garment: Any, private_files: Count, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither request knows of the other: same form, no session yet, nothing launched yet."""
    one, two = Browser(), Browser()
    page = one.read(path(product))
    two.cookies["csrftoken"] = one.cookies["csrftoken"].value
    first = one.send(path(product), page, "photo", photo=upload(), consent="1")
    look, looked = choosing._sent_before, []

    def too_early(*args: Any) -> Any:
        looked.append(args)
        return look(*args) if len(looked) > 1 else None

    monkeypatch.setattr(choosing, "_sent_before", too_early)
    second = two.send(path(product), page, "photo", photo=upload(), consent="1")
    assert second["Location"] == first["Location"]
    assert (Shopper.objects.count(), TryOnJob.objects.count(), private_files()) == (1, 1, 1)


# --- Refused --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"consent": None}, "Please tick the box first"),
        ({"consent": "0"}, "The text has changed"),
        ({"photo": None}, "This field is required"),
        ({"photo": b"text called .jpg"}, "not a picture"),
        ({"photo": b"%PDF-1.7"}, "PDF files are not accepted"),
        ({"photo": picture((200, 200))}, "send a larger one"),
        ({"photo": picture()[:3000]}, "damaged or incomplete"),
        ({"notify": "nonsense"}, "valid email"),
        ({"garment": "999"}, "Select a valid choice"),
        ({"form": "forged"}, "too old"),
        ({"way": None}, ""),
    ],
)
def test_what_is_refused_is_said_in_words_and_leaves_nothing_behind(
    fields: dict[str, Any],
    says: str,
    ada: Browser,
    product: Any,
    garment: Any,
    private_files: Count,
) -> None:
    fields = {"photo": picture(), "consent": "1"} | fields
    if fields["photo"] is not None:
        fields["photo"] = upload(fields["photo"])
    response = ada.choose(product, "photo", **fields)
    if not says:  # the photo's form is the one that is meant where none is named
        assert response.status_code == 302
        return
    page = response.content.decode()
    assert response.status_code == 422
    assert says in page
    assert 'role="alert"' in page
    assert private_files() == 0
    assert not TryOnJob.objects.exists()
    assert not Consent.objects.exists()
    assert not Tally.objects.filter(key__startswith="launch", used__gt=0).exists()


def test_after_a_refusal_the_form_works(ada: Browser, product: Any, garment: Any) -> None:
    response = ada.choose(product, "photo", photo=upload(b"text"), consent="1")
    page = response.content.decode()
    again = ada.send(path(product), page, "photo", photo=upload(), consent="1")
    assert again.status_code == 302


def test_a_refused_choice_of_a_model_is_kept(
    ada: Browser, product: Any, garment: Any, person: Any
) -> None:
    jeans = Garment.objects.create(product=product, category="lower", name="Jeans")
    response = ada.choose(product, "model", person=person.pk, garment=jeans.pk, notify="nonsense")
    page = response.content.decode()
    assert response.status_code == 422
    assert f'name="person" value="{person.pk}" required checked' in page
    assert f'name="garment" value="{jeans.pk}" required checked' in page


def test_anothers_photo_cannot_be_picked(
    photo: Person, bob: Browser, product: Any, person: Any
) -> None:
    response = bob.choose(product, "model", person=photo.pk)
    assert response.status_code == 422
    assert "no longer here" in response.content.decode()
    assert TryOnJob.objects.count() == 1


def test_a_photo_given_under_other_words_is_not_offered(
    photo: Person, ada: Browser, product: Any, change: Any
) -> None:
    change(CONSENT_VERSION="2")
    assert "my last photo" not in ada.read(path(product))


def test_a_photo_whose_day_has_come_is_not_offered(
    photo: Person, ada: Browser, product: Any
) -> None:
    Person.objects.update(delete_at=timezone.now())
    assert "my last photo" not in ada.read(path(product))


def test_a_photo_that_went_in_this_very_moment(
    photo: Person, ada: Browser, product: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = ada.read(path(product))
    Person.objects.update(delete_at=timezone.now() - timedelta(seconds=1))
    offered = lambda shopper: list(Person.objects.filter(shopper=shopper))  # noqa: E731
    monkeypatch.setattr(choosing, "own_photos", offered)
    other = Garment.objects.create(product=product, category="lower", name="Jeans")
    response = ada.send(path(product), page, "model", person=photo.pk, garment=other.pk)
    assert response.status_code == 422
    assert "This photo was deleted." in response.content.decode()


@pytest.mark.parametrize(
    "reference", ["shop.product:999", "shop.product", "auth.user:1", "shop.product:x", "nonsense"]
)
def test_what_is_no_product_of_the_shop(reference: str, ada: Browser) -> None:
    assert "cannot be tried on" in ada.read(f"/tryon/try/{reference}/", 404)


def test_a_product_that_nobody_prepared(ada: Browser, product: Any) -> None:
    assert "cannot be tried on" in ada.read(path(product), 404)


def test_a_product_that_is_not_public(
    ada: Browser, product: Any, garment: Any, change: Any
) -> None:
    change(PRODUCTS={"shop.Product": {"image": "image", "is_public": "description"}})
    ada.read(path(product))
    Product.objects.update(description="")
    ada.read(path(product), 404)


def test_without_models_there_is_still_ones_own_photo(
    ada: Browser, product: Any, garment: Any
) -> None:
    assert "Pick a model" not in ada.read(path(product))


def test_the_privacy_page_is_linked(ada: Browser, product: Any, garment: Any, change: Any) -> None:
    change(PRIVACY_URL="/privacy/")
    assert '<a href="/privacy/">' in ada.read(path(product))


# --- Closed ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"SHOPPER_DAILY": 0}, "You have used today"),
        ({"STOREFRONT_DAILY_BUDGET": Decimal(0)}, "taking a break for today"),
        ({"STOREFRONT_MONTHLY_BUDGET": Decimal(0)}, "taking a break for today"),
    ],
)
def test_closed_says_so_before_a_photo_is_asked_for(
    options: dict[str, Any],
    says: str,
    ada: Browser,
    product: Any,
    garment: Any,
    change: Any,
    private_files: Count,
) -> None:
    page = ada.read(path(product))
    change(**options)
    closed = ada.read(path(product))
    assert says in closed
    assert 'type="file"' not in closed
    response = ada.send(path(product), page, "photo", photo=upload(), consent="1")
    assert response.status_code == 429
    assert says in response.content.decode()
    assert 0 < int(response["Retry-After"]) <= 24 * 3600
    assert private_files() == 0


def test_closed_in_this_very_moment_leaves_no_photo_behind(
    ada: Browser, product: Any, garment: Any, change: Any, private_files: Count
) -> None:
    change(ADDRESS_DAILY=0)
    response = ada.choose(product, "photo", photo=upload(), consent="1")
    assert response.status_code == 429
    assert "your network" in response.content.decode()
    assert private_files() == 0
    assert not Person.objects.exists()


def test_what_only_the_shop_can_mend_is_logged_and_not_shown(
    ada: Browser,
    product: Any,
    garment: Any,
    change: Any,
    private_files: Count,
    caplog: pytest.LogCaptureFixture,
) -> None:
    change(API_KEY="")
    response = ada.choose(product, "photo", photo=upload(), consent="1")
    page = response.content.decode()
    assert response.status_code == 503
    assert "not available at the moment" in page
    assert "SEGMIND_API_KEY" not in page
    assert "SEGMIND_API_KEY" in caplog.text
    assert private_files() == 0
