"""Gates in the admin: why nothing is submitted, who may open one, and where one is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from django_tryon.models import Batch, Gate, TryOnJob
from django_tryon.services.driving import gates
from tests.admin.conftest import act, change, changelist, page, press, said


@pytest.fixture
def shut(make_job: Any) -> Gate:
    """A gate at which a job waits."""
    gate = gates.close("idm-vton", "no_credits", says="Top the account up.")
    make_job(
        status="queued",
        error_code="no_credits",
        error_message=gate.says,
        next_step_at=timezone.now() + timedelta(hours=1),
    )
    return gate


def test_the_list_says_why_and_how_many_wait(admin: Client, shut: Gate) -> None:
    text = admin.get(changelist("gate")).content.decode()
    for words in ("IDM-VTON", "No credits", "Top the account up.", ">1</a>"):
        assert words in text


def test_opening_lets_jobs_go(admin: Client, shut: Gate) -> None:
    text = admin.get(change(shut)).content.decode()
    assert "Open now" in text
    assert "as soon as the account is in order" in text
    response = press(admin, shut, "open_gates")
    assert said(response) == [f"“{shut}” is open: whatever waited is submitted now."]
    due_at = TryOnJob.objects.get().next_step_at
    assert due_at is not None
    assert due_at <= timezone.now()
    text = admin.get(change(shut)).content.decode()
    assert "Open now" not in text
    assert "tryon-label--good" in text
    assert said(act(admin, "gate", "open_gates", [shut])) == [f"“{shut}”: It is open already."]
    assert "tryon-label--bad" not in admin.get(changelist("gate")).content.decode()


@pytest.mark.parametrize(
    ("reason", "until", "words"),
    [
        ("engine_retired", None, "It stays closed until somebody opens it."),
        ("rate_limited", timedelta(minutes=5), "It opens by itself ("),
    ],
)
def test_it_says_when_it_opens(reason: str, until: Any, words: str, admin: Client) -> None:
    gate = gates.close("idm-vton", reason, until=until and timezone.now() + until)
    assert words in admin.get(change(gate)).content.decode()


def test_who_may_open(as_staff: Any, shut: Gate) -> None:
    client = as_staff("launch_tryonjob")
    assert client.get(changelist("gate")).status_code == 200
    assert "Open now" not in client.get(change(shut)).content.decode()
    assert press(client, shut, "open_gates").status_code == 403
    assert gates.closed(["idm-vton"])


def test_nobody_writes_one(admin: Client, shut: Gate) -> None:
    assert admin.get(reverse("admin:django_tryon_gate_add")).status_code == 403
    assert admin.post(change(shut), {}).status_code == 403
    assert admin.post(f"{change(shut)[:-7]}delete/").status_code == 403


def test_strangers_do_not_see_them(as_staff: Any, shut: Gate) -> None:
    assert as_staff("view_garment").get(changelist("gate")).status_code == 403


def test_pages_on_which_one_waits_tell_it(admin: Client, shut: Gate, make_job: Any) -> None:
    batch = Batch.objects.create(name="Tops")
    job = TryOnJob.objects.get()
    TryOnJob.objects.update(batch=batch)
    note = "IDM-VTON: No credits."
    for url in (page(), changelist("tryonjob"), change(batch), change(job)):
        text = admin.get(url).content.decode()
        assert note in text, url
        assert "Top the account up." in text
    progress = reverse("admin:django_tryon_batch_progress", args=[batch.pk])
    etag = admin.get(progress)["ETag"]
    gates.open_gate("idm-vton")
    assert admin.get(progress)["ETag"] != etag
    for url in (
        page(),
        changelist("tryonjob"),
        change(batch),
        change(job),
        change(make_job(status="failed")),
    ):
        assert note not in admin.get(url).content.decode()


def test_a_list_in_which_nothing_waits_tells_of_no_gate(admin: Client, make_job: Any) -> None:
    gates.close("idm-vton", "no_credits")
    make_job(status="failed")
    assert "No credits" not in admin.get(changelist("tryonjob")).content.decode()


def test_what_becomes_of_try_ons_by_a_retired_engine(admin: Client, shut: Gate) -> None:
    waits, refused = "New try-ons wait", "Launches by it are refused"
    text = admin.get(page()).content.decode()
    assert (waits in text, refused in text) == (True, False)
    gates.close("idm-vton", "engine_retired")
    text = admin.get(page()).content.decode()
    assert (waits in text, refused in text) == (False, True)
