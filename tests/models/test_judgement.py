"""Judgement: a person's photo is looked at once, when it comes, and what was seen is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile

from django_tryon import quality
from django_tryon.exceptions import LaunchRefused, UploadRefused
from django_tryon.models import Person, Shopper
from django_tryon.models.judgement import assess
from django_tryon.services import launch
from django_tryon.services.shoppers.uploads import take_photo
from tests.conftest import picture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def looks(settings: Any, monkeypatch: Any) -> list[Any]:
    """Have all checks look, and note at what."""
    settings.TRYON = settings.TRYON | {"QUALITY": {}}
    seen: list[Any] = []
    judge = quality.judge_photo
    monkeypatch.setattr(
        quality, "judge_photo", lambda image, *more: seen.append(image.size) or judge(image, *more)
    )
    return seen


def photo(size: tuple[int, int] = (384, 512)) -> ContentFile[bytes]:
    return ContentFile(picture(size), name="p.jpg")


def words(person: Person) -> list[str]:
    person.refresh_from_db()
    return [f"{found.check.name} {found.word}" for found in person.advice]


def test_a_new_photo_is_looked_at_once(looks: list[Any]) -> None:
    person = Person.objects.create(kind="photo", photo=photo(), is_house_model=True)
    assert words(person) == ["person nobody"]
    person.name = "Ana"
    person.save()
    assert looks == [(384, 512)]
    assert person.is_assessed


def test_another_photo_is_looked_at_anew_and_none_leaves_nothing(looks: list[Any]) -> None:
    person = Person.objects.create(kind="photo", photo=photo(), is_house_model=True)
    person.photo = photo((300, 400))
    person.save(update_fields=["photo"])
    assert looks[1:] == [(300, 400)]
    assert words(person) == ["person nobody", "closeness small"]
    person.photo = ""
    person.save()
    person.refresh_from_db()
    assert (person.findings, person.findings_of, person.advice) == (None, "", [])
    assert person.is_assessed


def test_a_photo_of_another_row_is_looked_at_too(looks: list[Any], garment: Any) -> None:
    Person.objects.create(kind="photo", photo=garment.image, is_house_model=True)
    assert len(looks) == 1


def test_other_thresholds_have_it_looked_at_again(looks: list[Any], settings: Any) -> None:
    person = Person.objects.create(kind="photo", photo=photo(), is_house_model=True)
    settings.TRYON = settings.TRYON | {"QUALITY": {"closeness": {"at": 60}}}
    assert not person.is_assessed
    assess(person)
    assert words(person) == ["person nobody", "closeness small"]
    assert person.is_assessed
    assert len(looks) == 2


def test_a_check_that_is_left_out_by_now_says_nothing(settings: Any) -> None:
    person = Person.objects.create(kind="photo", photo=photo(), is_house_model=True)
    settings.TRYON = settings.TRYON | {"QUALITY": {"person": {"action": "ignore"}}}
    assert words(person) == []


def test_a_fault_keeps_nobody_out(monkeypatch: Any) -> None:
    monkeypatch.setattr(quality, "judge_photo", lambda *given: 1 / 0)
    person = Person.objects.create(kind="photo", photo=photo(), is_house_model=True)
    assert (person.findings, person.is_assessed) == (None, False)
    Path(person.photo.path).unlink()
    assess(person)
    assert person.findings is None


def test_an_upload_is_looked_at_before_its_transaction(looks: list[Any]) -> None:
    person = take_photo(Shopper.objects.create(), photo(), version="1")
    assert len(looks) == 1
    assert words(person) == ["person nobody"]


def test_what_the_shop_refuses_is_not_kept(settings: Any, looks: list[Any]) -> None:
    settings.TRYON = settings.TRYON | {"QUALITY": {"person": {"action": "refuse"}}}
    with pytest.raises(UploadRefused, match=r"No face is seen in it\. Use a photo") as refused:
        take_photo(Shopper.objects.create(), photo(), version="1")
    assert refused.value.code == "poor_photo"
    assert not Person.objects.exists()


def test_nothing_is_launched_with_a_photo_that_the_shop_refuses(
    settings: Any, garment: Any
) -> None:
    person = Person.objects.create(kind="photo", photo=photo(), is_house_model=True)
    assert launch(garments=[garment], person=person, engine="idm-vton")
    settings.TRYON = settings.TRYON | {"QUALITY": {"person": {"action": "refuse"}}}
    with pytest.raises(LaunchRefused, match=r"No face is seen in it\.") as refused:
        launch(garments=[garment], person=person, engine="idm-vton")
    assert (refused.value.code, refused.value.field) == ("poor_photo", "person")
