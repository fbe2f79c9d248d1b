"""Consent: to these words and no others; and the photo that comes with it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone, translation

from django_tryon.exceptions import LaunchRefused, NothingLeft, UploadRefused
from django_tryon.models import Consent, Person, Shopper, Tally, TryOnJob
from django_tryon.services.shoppers import consent
from django_tryon.services.shoppers.uploads import take_photo
from tests.services.conftest import FILE_NAME, upload

pytestmark = pytest.mark.django_db
Count = Callable[[], int]


def test_the_words_say_who_gets_the_photo_and_for_how_long(settings: Any) -> None:
    settings.TRYON = settings.TRYON | {
        "PROVIDER_NAME": "Acme",
        "PHOTO_LIFETIME": timedelta(hours=6),
        "RESULT_LIFETIME": timedelta(days=2),
    }
    words = consent.text()
    assert "sent to Acme" in words
    assert "within 6 hours" in words
    assert "within 2 days" in words
    settings.TRYON = settings.TRYON | {"CONSENT_TEXT": "{provider} gets it."}
    assert consent.text() == "Acme gets it."


def test_it_is_kept_with_version_hash_time_and_no_address(ada: Shopper) -> None:
    before = timezone.now()
    given = consent.record(ada, version="1", address="192.0.2.1")
    assert given.shopper == ada
    assert given.version == "1"
    assert given.text_hash == hashlib.sha256(consent.text().encode()).hexdigest()
    assert before <= given.given_at <= timezone.now()
    assert len(given.address_hash) == 64
    assert "192.0.2" not in given.address_hash
    assert consent.record(ada, version="1").address_hash == ""
    assert str(given) == f"{ada}, 1"


@pytest.mark.parametrize(("version", "code"), [("", "consent_missing"), ("0", "consent_outdated")])
def test_without_it_nothing_is_kept(
    version: str, code: str, ada: Shopper, private_files: Count
) -> None:
    with pytest.raises(LaunchRefused) as caught:
        take_photo(ada, upload(), version=version)
    assert (caught.value.code, caught.value.field) == (code, "consent")
    assert not Consent.objects.exists()
    assert private_files() == 0
    assert not Tally.objects.exists()


def test_the_words_are_found_again_in_whatever_language_they_were(
    ada: Shopper, settings: Any
) -> None:
    with translation.override("de"):
        given = consent.record(ada, version="1")
        german = consent.text()
    assert consent.text_of(given) == german
    settings.TRYON = settings.TRYON | {"PROVIDER_NAME": "Another"}
    assert consent.text_of(given) is None
    settings.TRYON = settings.TRYON | {"PROVIDER_NAME": "Segmind", "CONSENT_VERSION": "2"}
    assert consent.text_of(given) is None


def test_a_consent_lapses_with_its_version(
    photo: Person, wish: Callable[..., TryOnJob], settings: Any
) -> None:
    wish()
    settings.TRYON = settings.TRYON | {"CONSENT_VERSION": "2"}
    with pytest.raises(LaunchRefused) as caught:
        wish(params={"seed": 2})
    assert caught.value.code == "consent_outdated"
    assert TryOnJob.objects.count() == 1


def test_a_photo_is_taken_with_a_day_to_go_and_no_name(photo: Person, private_files: Count) -> None:
    assert photo.consent is not None
    assert photo.consent.version == "1"
    left = photo.delete_at - timezone.now()  # type: ignore[operator]
    assert timedelta(hours=23) < left <= timedelta(hours=24)
    assert (photo.width, photo.height, photo.name, photo.is_house_model) == (384, 512, "", False)
    assert private_files() == 1
    assert "Ada" not in photo.photo.name
    assert FILE_NAME not in str(vars(photo))


@pytest.mark.parametrize("content", [b"text called .jpg", b"%PDF-1.7 x", b"\xff\xd8\xff\xe0 cut"])
def test_an_unusable_photo_leaves_nothing_behind_but_counts(
    content: bytes, ada: Shopper, private_files: Count
) -> None:
    with pytest.raises(UploadRefused) as caught:
        take_photo(ada, upload(content), version="1", address="192.0.2.1")
    assert "Ada" not in caught.value.message
    assert not Person.objects.exists()
    assert not Consent.objects.exists()
    assert private_files() == 0
    assert sorted(Tally.objects.values_list("used", flat=True)) == [1, 1]


@pytest.mark.parametrize("option", ["SHOPPER_UPLOADS_DAILY", "ADDRESS_UPLOADS_DAILY"])
def test_photos_are_counted(option: str, ada: Shopper, private_files: Count, settings: Any) -> None:
    settings.TRYON = settings.TRYON | {option: 1}
    take_photo(ada, upload(), version="1", address="192.0.2.1")
    with pytest.raises(NothingLeft):
        take_photo(ada, upload(), version="1", address="192.0.2.1")
    assert private_files() == Consent.objects.count() == 1


@pytest.mark.parametrize("words", ["I agree {see privacy}", "{", "}", "{0}", "{provider.x}", "{}"])
def test_a_brace_that_nobody_knows_is_a_brace(words: str, settings: Any) -> None:
    settings.TRYON = settings.TRYON | {"CONSENT_TEXT": words + " {provider}"}
    assert consent.text() == words + " Segmind"
