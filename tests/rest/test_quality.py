"""Quality over REST: shoppers are told what helps them, staff what was seen."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from django_tryon.models import Person, TryOnResult
from tests.rest.conftest import Client, code, upload
from tests.rest.test_people import send

FAR = [["colour", "far", {"away": 50}]]


@pytest.fixture(autouse=True)
def _with_all_checks(settings: Any) -> None:
    settings.TRYON = settings.TRYON | {"QUALITY": {}}


def test_an_upload_says_what_helps_in_the_shoppers_language(ada: Any, person: Any) -> None:
    sent = send(ada, upload(), HTTP_ACCEPT_LANGUAGE="de")
    assert sent.status_code == 201
    assert sent.json()["notes"][0].startswith("Darin ist kein Gesicht zu sehen. Nehmen Sie")
    listed = {one["name"]: one["notes"] for one in ada.get("people/").json()["results"]}
    assert listed["Ana"] == []  # what may be better about a house model is for staff
    assert listed[""][0].startswith("No face is seen in it. Use a photo")


def test_a_photo_that_the_shop_refuses_is_refused_with_what_helps(ada: Any, settings: Any) -> None:
    settings.TRYON = settings.TRYON | {"QUALITY": {"person": {"action": "refuse"}}}
    refused = send(ada, upload())
    assert code(refused)[:2] == (422, "poor_photo")
    assert "No face is seen in it. Use a photo" in refused.content.decode()
    assert not Person.objects.exists()


def test_the_owner_is_told_to_look_closely_and_no_more(ada: Any, result: TryOnResult) -> None:
    path = f"jobs/{result.job_id}/"
    for fields, note, is_checked in (
        ({"judge_at": timezone.now()}, "", False),
        ({"judge_at": None, "findings": FAR, "is_flagged": True}, "", True),
        ({"needs_look": True}, "Look closely", True),
    ):
        TryOnResult.objects.filter(pk=result.pk).update(**fields)
        [shown] = ada.get(path).json()["results"]
        assert (shown["note"][:12], shown["is_checked"]) == (note, is_checked)
        assert shown["findings"] is None


def test_staff_who_review_are_told_what_was_seen(
    nobody: Any, ada: Any, result: TryOnResult, django_user_model: Any
) -> None:
    person = Person.objects.get()
    Person.objects.filter(pk=person.pk).update(is_house_model=True, shopper=None)
    seen = {"findings": FAR, "is_flagged": True, "needs_look": True, "judge_at": timezone.now()}
    TryOnResult.objects.update(published_at=timezone.now(), **seen)
    clerk = django_user_model.objects.create_user("clerk", is_staff=True)
    for client, findings in ((nobody, None), (ada, None), (logged_in(clerk), None)):
        assert client.get(f"results/{result.pk}/").json()["findings"] == findings
    clerk.user_permissions.add(Permission.objects.get(codename="review_tryonresult"))
    shown = logged_in(clerk).get(f"results/{result.pk}/").json()
    assert shown["findings"][0].startswith("What was painted is far from the garment's colour (50")
    assert (shown["note"], shown["is_checked"]) == ("", True)  # these are for the owner


def logged_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client
