"""A fault that nobody foresaw, in one launch or in all: what can be launched is."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
from django.test import Client

from django_tryon.admin.launch import plan as launch_plan
from django_tryon.models import Batch, Garment, Person, TryOnJob
from tests.admin.conftest import page, said, wish


@pytest.fixture
def faulty(monkeypatch: pytest.MonkeyPatch) -> set[int]:
    """Have the launches of these numbers break."""
    genuine, broken, number = launch_plan.launch, set[int](), count(1)

    def launch(**wish: Any) -> Any:
        if next(number) in broken:
            raise OSError(5, "Input/output error", "/srv/secret/ana.jpg")
        return genuine(**wish)

    monkeypatch.setattr(launch_plan, "launch", launch)
    return broken


def test_a_fault_in_one_launch_costs_the_others_nothing(
    admin: Client,
    garment: Garment,
    person: Person,
    faulty: set[int],
    caplog: pytest.LogCaptureFixture,
) -> None:
    faulty.add(3)
    data = wish([garment], [person], variations="5")
    texts = said(admin.post(page(garments=[garment]), data, follow=True))
    assert texts == [
        "4 try-ons are launched.",
        "1 was left out: It could not be done, because of a fault that was logged. "
        "Try it again later.",
    ]
    batch = Batch.objects.get()
    assert batch.name == "Coral tee · IDM-VTON"
    assert sorted(job.params["seed"] for job in batch.jobs.all()) == [42, 43, 45, 46]
    [record] = [record for record in caplog.records if record.name == "django_tryon"]
    assert "OSError" in record.getMessage()
    assert "secret" not in record.getMessage()


def test_where_all_break_the_page_says_so_and_can_be_sent_again(
    admin: Client, garment: Garment, person: Person, faulty: set[int]
) -> None:
    faulty |= {1, 2}
    data = wish([garment], [person], variations="2")
    response = admin.post(page(garments=[garment]), data)
    assert response.context["reasons"][0][1] == 2
    assert not Batch.objects.exists()
    assert admin.post(page(garments=[garment]), data).status_code == 302
    assert TryOnJob.objects.count() == 2


def test_a_check_bears_a_fault_too(
    admin: Client, garment: Garment, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: Any, name: str) -> bool:
        raise OSError

    monkeypatch.setattr("django.core.files.storage.FileSystemStorage.exists", broken)
    response = admin.post(page(garments=[garment]), wish([garment], [person], check="1"))
    assert "None of this can be launched" in response.content.decode()
    assert "because of a fault" in response.context["reasons"][0][0]


def test_a_job_that_was_written_before_the_fault_is_kept(
    admin: Client, garment: Garment, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    genuine = launch_plan.launch

    def launch(**wish: Any) -> Any:
        genuine(**wish)
        raise OSError

    monkeypatch.setattr(launch_plan, "launch", launch)
    texts = said(admin.post(page(garments=[garment]), wish([garment], [person]), follow=True))
    assert texts[0] == "1 try-on is launched."
    assert Batch.objects.get().name == "Coral tee · IDM-VTON"
    assert TryOnJob.objects.get().batch == Batch.objects.get()
