"""Shoppers' pictures: hidden from lists, open only with a permission, each look written down."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from django_tryon.admin.access import is_of_shopper, shows_shopper
from django_tryon.models import Person
from tests.admin.conftest import change, changelist
from tests.conftest import picture

LOOKED = "Looked at the shopper's picture."


@pytest.fixture
def theirs(make_job: Any, make_result: Any, shopper: Person) -> Any:
    """A result on a shopper."""
    return make_result(make_job(status="succeeded", person=shopper, title="Tee · Somebody"))


def looks() -> int:
    """Count the looks that were written down."""
    return sum(entry.get_change_message() == LOOKED for entry in LogEntry.objects.all())


def test_without_the_permission_shoppers_are_not_there(
    as_staff: Any, shopper: Person, theirs: Any, person: Person
) -> None:
    client = as_staff("view_person", "view_tryonresult", "view_tryonjob")
    for query in ("", "?who=shoppers", "?who=all"):
        page = client.get(changelist("person") + query, follow=True)
        assert "Somebody" not in page.content.decode()
        assert "Ana" in page.content.decode()
    assert client.get(change(shopper), follow=True).redirect_chain
    assert "Somebody" not in client.get(changelist("tryonresult")).content.decode()
    assert client.get(change(theirs), follow=True).redirect_chain
    assert looks() == 0


def test_without_the_permission_a_job_shows_no_face(as_staff: Any, theirs: Any) -> None:
    client = as_staff("view_tryonjob")
    page = client.get(change(theirs.job)).content.decode()
    assert page.count("only seen with a permission of its own") == 2
    assert "/tryon/files/" not in page.replace(theirs.job.garments.get().image.url, "")
    assert looks() == 0


def test_with_the_permission_a_look_is_written_down(
    admin: Client, theirs: Any, shopper: Person
) -> None:
    for seen in (shopper, theirs.job, theirs):
        before = looks()
        assert "/tryon/files/view/" in admin.get(change(seen)).content.decode()
        assert looks() == before + 1
        assert LogEntry.objects.filter(object_id=str(seen.pk)).exists()


def test_lists_never_show_a_shopper(admin: Client, theirs: Any) -> None:
    for model, query in [("person", "?who=shoppers"), ("tryonjob", ""), ("tryonresult", "")]:
        page = admin.get(changelist(model) + query).content.decode()
        assert "Somebody" in page
        assert "/tryon/files/" not in page
    assert looks() == 0


def test_the_list_of_people_can_show_everybody(
    admin: Client, shopper: Person, person: Person
) -> None:
    shown = {
        query: [item.pk for item in admin.get(changelist("person") + query).context["cl"].queryset]
        for query in ("", "?who=shoppers", "?who=all")
    }
    assert shown == {
        "": [person.pk],
        "?who=shoppers": [shopper.pk],
        "?who=all": [person.pk, shopper.pk],
    }


def test_house_models_are_looked_at_freely(admin: Client, person: Person, make_result: Any) -> None:
    result = make_result()
    for seen in (person, result.job, result):
        admin.get(change(seen))
    assert looks() == 0


def test_whoever_cannot_be_told_is_taken_for_a_shopper(as_staff: Any, make_result: Any) -> None:
    result = make_result()
    result.job.person.delete()
    result.refresh_from_db()
    assert is_of_shopper(None)
    assert shows_shopper(result)
    client = as_staff("view_tryonjob")
    assert "The person was deleted." in client.get(change(result.job)).content.decode()


def test_what_is_published_is_for_everybody(as_staff: Any, make_result: Any) -> None:
    result = make_result(
        published_at=timezone.now(), published_file=ContentFile(picture(), name="p.jpg")
    )
    result.job.person.delete()
    client = as_staff("view_tryonresult")
    assert result.published_file.url in client.get(change(result)).content.decode()
