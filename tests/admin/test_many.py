"""More jobs than one request can do: it is answered at once, and said how far it is."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from django_tryon import services
from django_tryon.admin import base, many
from django_tryon.engines import get_engine
from django_tryon.models import Batch, PendingRetry, TryOnJob
from django_tryon.services.orders import orders
from tests.admin.conftest import act, change, changelist, press, said
from tests.admin.test_batches import news


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Call three of anything many, and have two done at once."""
    monkeypatch.setattr(many, "FEW", 2)
    monkeypatch.setattr(orders, "AT_ONCE", 2)
    monkeypatch.setattr(base, "MOST_AT_ONCE", 2)


@pytest.fixture
def failed(batch: Batch, make_job: Any) -> list[TryOnJob]:
    """A batch in which five failed, and one is done."""
    make_job(batch=batch, status="succeeded")
    params = get_engine("idm-vton").read_params(None)
    said = {"error_code": "x", "error_message": "No.", "params": params}
    return [make_job(batch=batch, status="failed", **said) for _number in range(5)]


def count(batch: Batch, status: str) -> int:
    return batch.jobs.filter(status=status).count()


def test_workers_try_again_what_is_many(admin: Client, batch: Batch, failed: Any) -> None:
    response = press(admin, batch, "retry_failed", reason="x")
    assert said(response) == ["5 will be tried again. The workers do it, bit by bit."]
    assert (count(batch, "queued"), count(batch, "failed")) == (2, 3)
    progress, html = response.context["progress"], response.content.decode()
    assert (progress.ended, progress.total, progress.is_over) == (1, 6, False)
    assert "3 are still to be tried again." in html
    assert "Stop trying again (3)" in html
    assert "Cancel the remaining 5" in html
    assert "What went wrong" not in html  # it was ordered already
    assert LogEntry.objects.filter(change_message__contains="Ordered").count() == 5
    row = admin.get(changelist("batch")).content.decode()
    assert '<progress class="tryon-bar" value="1" max="6">1/6</progress>' in row
    press(admin, batch, "retry_failed", reason="x")  # there is nothing left to order
    assert PendingRetry.objects.count() == 3
    assert said(press(admin, batch, "stop_retries")) == ["3 will not be tried again."]
    assert not PendingRetry.objects.exists()


def test_news_tell_how_far_it_is(admin: Client, batch: Batch, failed: Any) -> None:
    press(admin, batch, "retry_failed")
    tag = news(admin, batch)["ETag"]
    PendingRetry.objects.first().delete()  # type: ignore[union-attr]
    assert (
        "2 are still to be tried again." in news(admin, batch, if_none_match=tag).json()["summary"]
    )


def test_a_spent_budget_is_said_and_the_rest_waits(
    admin: Client, batch: Batch, failed: Any, settings: Any
) -> None:
    limits = {"PRICES": {"idm-vton": Decimal("0.1")}, "DAILY_BUDGET": Decimal("0.1")}
    settings.TRYON = settings.TRYON | limits
    html = press(admin, batch, "retry_failed").content.decode()
    assert "4 are still to be tried again. The try-on budget of this day is spent." in html
    assert "left</span>" not in html  # nobody knows how long that takes


def test_why_some_were_not_tried_is_said(admin: Client, batch: Batch, make_job: Any) -> None:
    job = make_job(batch=batch, status="failed")
    PendingRetry.objects.create(
        job=job, batch=batch, state="left_out", why="Because of that.", due_at=None
    )
    html = admin.get(change(batch)).content.decode()
    assert "<h3>Not tried again</h3>" in html
    assert "</strong> Because of that." in html


def test_many_are_cancelled_at_once(
    admin: Client, batch: Batch, failed: Any, make_job: Any
) -> None:
    press(admin, batch, "retry_failed")
    make_job(batch=batch, status="running", estimated_cost="0.5")
    question = press(admin, batch, "cancel_rest")
    assert "costs about $0.500 all the same" in question.context["question"]
    assert PendingRetry.objects.count() == 3
    assert said(press(admin, batch, "cancel_rest", agreed="1")) == [
        "3 will not be tried again.",
        "3 cancelled. 1 of them was running already, so it is paid for.",
    ]
    assert (count(batch, "cancelled"), count(batch, "failed")) == (3, 3)
    assert said(press(admin, batch, "cancel_rest")) == ["There is nothing to do in this batch."]


def test_only_pending_retries_are_cancelled(admin: Client, batch: Batch, failed: Any) -> None:
    press(admin, batch, "retry_failed")
    batch.jobs.filter(status="queued").delete()
    assert said(press(admin, batch, "cancel_rest")) == ["3 will not be tried again."]


def test_the_list_of_jobs_goes_the_same_way(admin: Client, failed: list[TryOnJob]) -> None:
    told = said(act(admin, "tryonjob", "retry_jobs", failed))
    assert told == ["5 will be tried again. The workers do it, bit by bit."]
    page = admin.get(changelist("tryonjob")).content.decode()
    stop = reverse("admin:django_tryon_tryonjob_stop_retries")
    assert "3 are still to be tried again." in page
    assert stop in page
    assert said(admin.post(stop, follow=True)) == ["3 will not be tried again."]
    assert "still to be tried" not in admin.get(changelist("tryonjob")).content.decode()
    sent, other = failed[:2]
    TryOnJob.objects.filter(pk=sent.pk).update(status="submitting")
    assert said(act(admin, "tryonjob", "cancel_jobs", [sent, other, failed[4]])) == [
        "1 cancelled.",
        "2 could not be cancelled: they had ended, or were just being sent.",
    ]


def test_only_whoever_may_launch_stops_it(as_staff: Any) -> None:
    stop = reverse("admin:django_tryon_tryonjob_stop_retries")
    assert as_staff("view_tryonjob").post(stop).status_code == 403


@pytest.mark.parametrize("action", ["retry_jobs", "cancel_jobs"])
def test_there_is_an_end_to_it(
    admin: Client, failed: list[TryOnJob], monkeypatch: Any, action: str
) -> None:
    monkeypatch.setattr(many, "MOST", 4)
    assert said(act(admin, "tryonjob", action, failed)) == [
        "5 were chosen; at most 4 can be done at once. Nothing was done: narrow the list down by "
        "its filters."
    ]
    assert not PendingRetry.objects.exists()


@pytest.mark.parametrize("action", ["submit_again", "give_up"])
def test_uncertain_jobs_are_decided_some_at_a_time(
    admin: Client, make_job: Any, action: str
) -> None:
    jobs = [make_job(status="uncertain") for _number in range(3)]
    told = said(act(admin, "tryonjob", action, jobs))
    assert told[0].startswith("3 were chosen; at most 2 can be done at once. Nothing was done")
    assert {job.status for job in TryOnJob.objects.all()} == {"uncertain"}


@pytest.mark.parametrize(
    "action",
    ["approve_results", "reject_results", "reopen_results", "publish_results", "unpublish_results"],
)
def test_results_are_done_some_at_a_time(admin: Client, make_result: Any, action: str) -> None:
    results = [make_result() for _number in range(3)]
    assert said(act(admin, "tryonresult", action, results))[0].startswith(
        "3 were chosen; at most 2 can be done at once. Nothing was done"
    )
    assert said(act(admin, "tryonresult", action, results[:2])) != []


def test_all_of_it_comes_to_an_end(admin: Client, batch: Batch, failed: Any, sandbox: Any) -> None:
    press(admin, batch, "retry_failed")
    services.drive_until_idle()
    assert count(batch, "succeeded") == 6
    assert admin.get(change(batch)).context["progress"].is_over
