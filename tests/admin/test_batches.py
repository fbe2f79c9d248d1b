"""Batches: the list counts, the page fills, news come cheaply, the rest is retried or cancelled."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from django_tryon.admin.batch import page as batch_page
from django_tryon.models import Batch, TryOnJob
from tests.admin.conftest import act, change, changelist, press, said


@pytest.fixture
def filled(batch: Batch, make_job: Any, make_result: Any) -> Batch:
    """A batch with a job of each fate."""
    make_result(make_job(batch=batch, status="succeeded", cost="0.05"))
    for status in ("queued", "running", "cancelled", "uncertain"):
        make_job(batch=batch, status=status)
    for _number in range(2):
        make_job(batch=batch, status="failed", error_code="x", error_message="No credits left.")
    return batch


def news(client: Client, batch: Batch, **headers: str) -> Any:
    """Ask for news, as the page does."""
    url = reverse("admin:django_tryon_batch_progress", args=[batch.pk])
    return client.get(url, headers=headers)


def test_the_list_counts(admin: Client, filled: Batch) -> None:
    page = admin.get(changelist("batch")).content.decode()
    assert '<progress class="tryon-bar" value="5" max="7">5/7</progress>' in page
    assert '<td class="field-waiting">2</td>' in page
    assert '<td class="field-done">1</td>' in page
    assert '<td class="field-failed">4</td>' in page


def test_the_page_shows_bar_counts_reasons_and_cards(admin: Client, filled: Batch) -> None:
    response = admin.get(change(filled))
    progress = response.context["progress"]
    assert (progress.ended, progress.total, progress.is_over) == (5, 7, False)
    troubles = [(trouble.says, trouble.count) for trouble in response.context["troubles"]]
    assert troubles == [("No credits left.", 2), ("Uncertain", 1)]
    page = response.content.decode()
    assert page.count('class="tryon-card"') == 7
    assert "<noscript><meta" in page
    assert '<span class="tryon-label tryon-label--bad">Failed 2</span>' in page


def test_a_batch_that_is_over_is_not_asked_about(
    admin: Client, batch: Batch, make_job: Any
) -> None:
    make_job(batch=batch, status="succeeded")
    page = admin.get(change(batch)).content.decode()
    assert "data-over" in page
    assert "<noscript><meta" not in page
    assert news(admin, batch).json()["over"] is True


def test_an_empty_batch_says_so(admin: Client, batch: Batch) -> None:
    assert "There is no job in this batch." in admin.get(change(batch)).content.decode()


def test_very_many_cards_are_left_to_the_list(
    admin: Client, filled: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_page, "SHOWN", 3)
    page = admin.get(change(filled)).content.decode()
    assert page.count('class="tryon-card"') == 3
    assert "and 4 more" in page
    link = f"{changelist('tryonjob')}?batch={filled.pk}"
    assert link in page
    assert admin.get(link).context["cl"].result_count == 7


def test_news_come_only_when_there_are_any(admin: Client, filled: Batch) -> None:
    first = news(admin, filled)
    assert len(first.json()["cards"]) == 7
    assert "5 of 7" in first.json()["summary"]
    unchanged = news(admin, filled, if_none_match=first["ETag"])
    assert unchanged.status_code == 304
    assert not unchanged.content
    job = filled.jobs.get(status="queued")
    press(admin, job, "cancel_jobs")
    changed = news(admin, filled, if_none_match=first["ETag"])
    assert changed.status_code == 200
    before = {card["key"]: card["version"] for card in first.json()["cards"]}
    after = {card["key"]: card["version"] for card in changed.json()["cards"]}
    assert {key for key in after if after[key] != before[key]} == {str(job.pk)}


def test_a_review_is_news(admin: Client, filled: Batch) -> None:
    tag = news(admin, filled)["ETag"]
    result = filled.jobs.get(status="succeeded").results.get()
    press(admin, result, "approve_results")
    assert news(admin, filled, if_none_match=tag).status_code == 200


def test_news_cost_the_same_for_any_number_of_jobs(
    admin: Client, filled: Batch, make_job: Any, make_result: Any
) -> None:
    with CaptureQueriesContext(connection) as few:
        news(admin, filled)
    for _number in range(5):
        make_result(make_job(batch=filled, status="succeeded"))
    with CaptureQueriesContext(connection) as many:
        assert len(news(admin, filled).json()["cards"]) == 12
    assert len(many) == len(few) <= 18, [query["sql"] for query in many]


def test_news_are_for_those_who_may_see_the_batch(as_staff: Any, filled: Batch) -> None:
    assert news(as_staff("view_tryonresult"), filled).status_code == 404


def test_news_of_no_batch(admin: Client, batch: Batch) -> None:
    batch_key = batch.pk
    batch.delete()
    url = reverse("admin:django_tryon_batch_progress", args=[batch_key])
    assert admin.get(url).json() == {"error": "There is no such batch."}


def test_what_failed_is_tried_again(admin: Client, filled: Batch) -> None:
    assert "Try 3 again" in admin.get(change(filled)).content.decode()
    press(admin, filled, "retry_failed")
    assert filled.jobs.filter(status="queued").count() == 4
    assert "Try 3 again" not in admin.get(change(filled)).content.decode()
    texts = said(act(admin, "batch", "retry_failed", [filled]))
    assert texts == ["There is nothing to do in this batch."]


def test_the_rest_is_cancelled(admin: Client, filled: Batch) -> None:
    assert "Cancel the remaining 2" in admin.get(change(filled)).content.decode()
    press(admin, filled, "cancel_rest", agreed="1")
    assert filled.jobs.filter(status="cancelled").count() == 3


def test_other_batches_are_left_alone(admin: Client, filled: Batch, make_job: Any) -> None:
    other: TryOnJob = make_job(status="failed", batch=Batch.objects.create())
    press(admin, filled, "retry_failed")
    other.refresh_from_db()
    assert other.status == "failed"


def test_the_review_begins_with_what_waits(admin: Client, filled: Batch) -> None:
    result = filled.jobs.get(status="succeeded").results.get()
    board = admin.get(change(filled)).context["review_url"]
    assert admin.get(board).context["current"] == result
    assert f"batch={filled.pk}" in board
    press(admin, result, "approve_results")
    assert admin.get(change(filled)).context["review_url"] == ""


def test_those_who_may_not_review_are_not_sent_there(as_staff: Any, filled: Batch) -> None:
    assert as_staff("view_batch").get(change(filled)).context["review_url"] == ""


def test_a_batch_can_be_renamed(admin: Client, filled: Batch) -> None:
    admin.post(change(filled), {"name": "Autumn"})
    filled.refresh_from_db()
    assert filled.name == "Autumn"
