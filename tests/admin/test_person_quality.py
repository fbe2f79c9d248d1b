"""People: whoever puts up a house model is told what could be better about the photo."""

from __future__ import annotations

import sys
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from django_tryon import quality
from django_tryon.models import Person, judgement
from tests.admin.conftest import change
from tests.conftest import picture
from tests.quality.degraded import face, two

NOBODY = "No face is seen in it. Use a photo that shows the face from the front"


def told(client: Client, photo: bytes, url: str = "", **fields: str) -> list[str]:
    """Return what is said after somebody with this photo was saved."""
    upload = SimpleUploadedFile("mei.png", photo, "image/png")
    data = {"name": "Mei", "kind": "photo", "photo": upload, "is_house_model": "on"} | fields
    saved = client.post(url or reverse("admin:django_tryon_person_add"), data, follow=True)
    return [str(one) for one in saved.context["messages"] if one.level_tag == "warning"]


def png(pixels: Image.Image) -> bytes:
    content = BytesIO()
    pixels.save(content, "PNG")
    return content.getvalue()


@pytest.fixture(autouse=True)
def _with_all_checks(settings: Any) -> None:
    settings.TRYON = settings.TRYON | {"QUALITY": {}}


@pytest.fixture
def looked(monkeypatch: Any) -> list[Any]:
    """Count how often somebody looks."""
    looks: list[Any] = []
    monkeypatch.setattr(quality, "judge_photo", lambda *given: looks.append(given) or [])
    return looks


def test_of_a_good_photo_nothing_is_said_and_of_another_what_to_do(admin: Client) -> None:
    drawn = face(300, 400, 80)
    assert told(admin, png(drawn)) == []
    [several] = told(admin, png(two(drawn)))
    assert several.startswith("It shows 2 people: it is not clear whom to dress. Use")
    assert Person.objects.count() == 2


def test_a_check_that_is_ignored_says_nothing(admin: Client, settings: Any) -> None:
    ignored = {name: {"action": "ignore"} for name in ("closeness", "focus", "posture")}
    settings.TRYON = settings.TRYON | {"QUALITY": ignored}
    [said] = told(admin, picture())
    assert said.startswith(NOBODY)


def test_only_of_a_house_models_new_photo_it_is_said(
    admin: Client, person: Person, looked: list[Any]
) -> None:
    admin.post(change(person), {"name": "Ada", "kind": "photo", "is_house_model": "on"})
    cleared = {"name": "Ada", "kind": "photo", "is_house_model": "on", "photo-clear": "on"}
    admin.post(change(person), cleared)
    assert looked == []
    assert told(admin, picture(), is_house_model="") == []
    told(admin, picture())
    assert len(looked) == 2


def test_without_the_extra_all_is_as_before(admin: Client, monkeypatch: Any) -> None:
    monkeypatch.setitem(sys.modules, "cv2", None)
    assert told(admin, picture()) == []
    assert Person.objects.count() == 1


def test_a_fault_of_the_checks_keeps_nobody_out(admin: Client, monkeypatch: Any) -> None:
    said: list[str] = []
    monkeypatch.setattr(judgement.logs, "warning", lambda event, *args, **kept: said.append(event))
    monkeypatch.setattr(quality, "judge_photo", lambda *given: 1 / 0)
    assert told(admin, picture()) == []
    assert said == ["person.quality"]
    assert Person.objects.count() == 1
