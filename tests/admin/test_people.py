"""People: house models are added here; private files are shown by signed links."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from django_tryon.models import Person
from tests.admin.conftest import change, changelist
from tests.conftest import picture


def test_whoever_is_added_is_a_house_model(admin: Client) -> None:
    url = reverse("admin:django_tryon_person_add")
    assert admin.get(url).context["adminform"].form.initial["is_house_model"] is True
    photo = SimpleUploadedFile("mei.jpg", picture(), "image/jpeg")
    admin.post(url, {"name": "Mei", "kind": "photo", "photo": photo, "is_house_model": "on"})
    person = Person.objects.get()
    assert (person.name, person.width, person.is_house_model) == ("Mei", 384, True)


def test_the_kind_is_that_of_the_file(admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    film = SimpleNamespace(
        content=b"film", facts=SimpleNamespace(width=480, height=640, seconds=4.7)
    )
    monkeypatch.setattr("django_tryon.videos.normalise_clip", lambda _file: film)
    url = reverse("admin:django_tryon_person_add")
    given = SimpleUploadedFile("mia.mp4", b"film", "video/mp4")
    data = {"name": "Mia", "kind": "photo", "video": given, "is_house_model": "on"}
    assert admin.post(url, data).status_code == 302
    assert Person.objects.get(name="Mia").kind == "video"
    photo = SimpleUploadedFile("mei.jpg", picture(), "image/jpeg")
    admin.post(url, {"name": "Mei", "kind": "video", "photo": photo})
    assert Person.objects.get(name="Mei").kind == "photo"


def test_whoever_is_added_is_seen_on_something(admin: Client) -> None:
    url = reverse("admin:django_tryon_person_add")
    response = admin.post(url, {"name": "Mei", "kind": "photo", "is_house_model": "on"})
    assert response.context["adminform"].form.errors == {
        "photo": ["Give a photo, or a clip below: without one nobody is seen."]
    }
    assert not Person.objects.exists()


def test_of_what_is_wrong_already_no_file_is_asked_for(admin: Client) -> None:
    url = reverse("admin:django_tryon_person_add")
    response = admin.post(url, {"name": "M" * 500, "kind": "photo", "is_house_model": "on"})
    assert list(response.context["adminform"].form.errors) == ["name"]


def test_an_unusable_photo_is_refused_on_the_field(admin: Client, person: Person) -> None:
    bad = SimpleUploadedFile("mei.jpg", b"nothing", "image/jpeg")
    response = admin.post(change(person), {"name": "Ana", "kind": "photo", "photo": bad})
    assert list(response.context["adminform"].form.errors) == ["photo"]
    page = response.content.decode()
    assert "Choose" in page or 'type="file"' in page


def test_the_stored_photo_is_shown_by_a_signed_link(admin: Client, person: Person) -> None:
    page = admin.get(change(person)).content.decode()
    assert '<img class="tryon-stored__file" src="/tryon/files/view/' in page
    assert 'name="photo-clear"' in page


def test_a_photo_can_be_taken_away(admin: Client, person: Person) -> None:
    data = {"name": "Ana", "kind": "photo", "is_house_model": "on", "photo-clear": "on"}
    assert admin.post(change(person), data).status_code == 302
    person.refresh_from_db()
    assert not person.photo
    assert "No picture" in admin.get(changelist("person")).content.decode()


def test_those_who_may_look_see_photo_and_clip(as_staff: Any, person: Person, clip: Person) -> None:
    client = as_staff("view_person")
    assert (
        '<img class="tryon-large" src="/tryon/files/view/'
        in client.get(change(person)).content.decode()
    )
    page = client.get(change(clip)).content.decode()
    assert '<video class="tryon-large" src="/tryon/files/view/' in page
    assert "480 \N{MULTIPLICATION SIGN} 640, 4.7 s" in page
    Person.objects.filter(pk=person.pk).update(photo="")
    assert "tryon-large" not in client.get(change(person)).content.decode()


def test_a_clip_is_shown_where_it_is_edited(admin: Client, clip: Person) -> None:
    assert '<video class="tryon-stored__file"' in admin.get(change(clip)).content.decode()
    assert '<video class="tryon-thumb"' in admin.get(changelist("person")).content.decode()


def test_whose_photo_it_is_stays_as_it_is(admin: Client, shopper: Person) -> None:
    page = admin.get(change(shopper)).content.decode()
    assert f'<div class="readonly">{shopper.shopper}</div>' in page
    assert 'name="shopper"' not in page


def test_no_tick_offers_a_shoppers_photo_to_everybody(admin: Client, shopper: Person) -> None:
    assert 'name="is_house_model"' not in admin.get(change(shopper)).content.decode()
    data = {"name": "Somebody", "kind": "photo", "is_house_model": "on"}
    assert admin.post(change(shopper), data).status_code == 302
    shopper.refresh_from_db()
    assert not shopper.is_house_model


def test_a_model_of_the_shop_can_be_withdrawn(admin: Client, person: Person) -> None:
    admin.post(change(person), {"name": "Ana", "kind": "photo"})
    person.refresh_from_db()
    assert not person.is_house_model


def test_a_house_model_is_chosen_for_new_products_and_a_shopper_never(
    admin: Client, person: Person, shopper: Person
) -> None:
    assert 'name="prewarm"' not in admin.get(change(shopper)).content.decode()
    data = {"name": "Ana", "kind": "photo", "is_house_model": "on", "prewarm": "on"}
    admin.post(change(person), data)
    person.refresh_from_db()
    assert person.prewarm
    page = admin.get(changelist("person"), {"prewarm__exact": "1"})
    assert list(page.context["cl"].result_list) == [person]
    admin.post(change(shopper), {"name": "Somebody", "kind": "photo", "prewarm": "on"})
    shopper.refresh_from_db()
    assert not shopper.prewarm
