"""Jobs: what their page says in each status, and what can be done to them."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from django_tryon.admin.job_page import retriable
from django_tryon.exceptions import WrongState
from django_tryon.models import EarlierRun, Status, TryOnJob
from django_tryon.services import retry
from tests.admin.conftest import change, changelist, press, said
from tests.conftest import picture


def buttons(client: Client, job: TryOnJob) -> list[str]:
    """Return the labels of the buttons on a job's page."""
    return [button.label for button in client.get(change(job)).context["job_buttons"]]


@pytest.mark.parametrize(
    ("status", "labels"),
    [
        ("queued", ["Cancel"]),
        ("submitting", []),
        ("running", ["Cancel"]),
        ("fetching", ["Cancel"]),
        ("succeeded", ["Use this for all: upper body"]),
        ("failed", ["Try again"]),
        ("cancelled", ["Try again"]),
        ("expired", ["Try again"]),
        ("uncertain", ["Adopt a request…", "Submit again…", "Give up…"]),
    ],
)
def test_each_status_offers_what_it_allows(
    admin: Client, make_job: Any, status: str, labels: list[str]
) -> None:
    assert buttons(admin, make_job(status=status)) == labels


def test_what_is_paid_for_is_only_fetched_again(admin: Client, make_job: Any) -> None:
    job = make_job(status="failed", outputs=["https://images.segmind.com/x.jpg"])
    assert buttons(admin, job) == ["Fetch again"]
    press(admin, job, "retry_jobs")
    job.refresh_from_db()
    assert job.status == "fetching"


def test_cancelling_says_so(admin: Client, make_job: Any) -> None:
    job = make_job(status="queued")
    assert said(press(admin, job, "cancel_jobs")) == ["“Coral tee · Ana” is cancelled."]
    job.refresh_from_db()
    assert job.status == "cancelled"


@pytest.mark.parametrize(
    ("permission", "sees"),
    [("view_tryonjob", False), ("launch_tryonjob", True), ("view_money", True)],
)
def test_what_it_cost_is_for_those_who_may_know(
    permission: str, sees: bool, as_staff: Any, make_job: Any
) -> None:
    job = make_job(status="succeeded", cost="0.4321")
    EarlierRun.objects.create(
        job=job, token="t", provider_request_id="r-9", cost="0.8765", sent_at=job.created_at
    )
    client = as_staff("view_tryonjob", permission)
    row, page = (client.get(url).content.decode() for url in (changelist("tryonjob"), change(job)))
    assert ("$0.432" in row) is ("$0.432" in page) is ("$0.877" in page) is sees
    assert "request r-9" in page
    assert ("time and cost" in row.lower()) is sees


def test_an_error_is_said_in_list_and_page(admin: Client, make_job: Any) -> None:
    job = make_job(status="failed", error_code="no_credits", error_message="No credits are left.")
    assert "No credits are left." in admin.get(changelist("tryonjob")).content.decode()
    page = admin.get(change(job)).content.decode()
    assert "No credits are left." in page
    assert "<code>no_credits</code>" in page


def test_without_an_error_there_is_no_row_for_it(admin: Client, make_job: Any) -> None:
    assert "What went wrong" not in admin.get(change(make_job())).content.decode()


def test_markup_in_a_message_is_shown_as_text(admin: Client, make_job: Any) -> None:
    job = make_job(
        status="failed", title="<b>x</b>", error_code="x", error_message="<script>alert(1)</script>"
    )
    for url in (changelist("tryonjob"), change(job)):
        page = admin.get(url).content.decode()
        assert "<script>alert" not in page
        assert "<b>x</b>" not in page


def test_everything_stands_side_by_side(admin: Client, make_job: Any, make_result: Any) -> None:
    job = make_job(
        status="succeeded", reference=ContentFile(picture(), name="frame.jpg"), params={"seed": 7}
    )
    make_result(job)
    page = admin.get(change(job))
    assert [figure.caption for figure in page.context["figures"]] == [
        "Person: Ana",
        "Garment: Coral tee",
        "Dressed first frame",
        "Coral tee · Ana",
    ]
    assert "<dt>seed</dt><dd>7</dd>" in page.content.decode()


def test_a_result_that_was_deleted_is_missed(admin: Client, make_job: Any) -> None:
    job = make_job(status="succeeded")
    assert "The result was deleted." in admin.get(change(job)).content.decode()


def test_what_goes_on_cannot_be_deleted(admin: Client, make_job: Any) -> None:
    going, ended = make_job(status="running"), make_job(status="failed")
    delete = "admin:django_tryon_tryonjob_delete"
    assert admin.get(reverse(delete, args=[going.pk])).status_code == 403
    assert admin.get(reverse(delete, args=[ended.pk])).status_code == 200
    data = {
        "action": "delete_selected",
        "_selected_action": [str(going.pk), str(ended.pk)],
        "post": "yes",
    }
    admin.post(changelist("tryonjob"), data)
    assert TryOnJob.objects.count() == 2


def test_the_list_can_be_narrowed_to_an_engine(admin: Client, make_job: Any) -> None:
    make_job(title="First")
    make_job(title="Second", engine="fashion-ai")
    page = admin.get(changelist("tryonjob") + "?engine=fashion-ai")
    assert [job.title for job in page.context["cl"].queryset] == ["Second"]


@pytest.mark.parametrize("status", Status.values)
def test_what_is_offered_again_is_what_the_service_takes(make_job: Any, status: str) -> None:
    job = make_job(status=status)
    offered = retriable(job)
    try:
        retry(job)
    except WrongState:
        assert not offered
    else:
        assert offered
