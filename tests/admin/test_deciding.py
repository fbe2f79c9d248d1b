"""Uncertain jobs: staff adopt, submit again or give up, and are told before what it may cost."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from django_tryon.models import EarlierRun, Status, TryOnJob
from django_tryon.segmind import history
from tests.admin.conftest import act, change, press, said

TITLE = "“Coral tee · Ana”"


@pytest.fixture
def lost(make_job: Any) -> TryOnJob:
    job: TryOnJob = make_job(status="uncertain", estimated_cost=Decimal("0.0443"))
    return job


def status_of(job: TryOnJob) -> str:
    return TryOnJob.objects.get(pk=job.pk).status


def test_submitting_again_is_asked_first(admin: Client, lost: TryOnJob) -> None:
    question = press(admin, lost, "submit_again")
    assert question.context["question"] == (
        "Segmind may have accepted this try-on already. Submitted again, it costs about $0.044, "
        "and if the first was accepted after all, both are paid for."
    )
    assert "Submit again all the same" in question.content.decode()
    assert status_of(lost) == Status.UNCERTAIN
    assert said(press(admin, lost, "submit_again", agreed="1")) == [f"{TITLE} is submitted again."]
    assert status_of(lost) == Status.QUEUED


def test_giving_up_is_asked_first(admin: Client, lost: TryOnJob) -> None:
    question = press(admin, lost, "give_up")
    assert "counts as spent" in question.context["question"]
    assert said(press(admin, lost, "give_up", agreed="1")) == [f"{TITLE} was given up."]
    assert status_of(lost) == Status.FAILED


async def known(request_id: str, client: Any) -> bool:
    """Know every request."""
    return True


def test_adopting_asks_for_the_id(
    admin: Client, lost: TryOnJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = press(admin, lost, "adopt_request").content.decode()
    assert 'name="request_id"' in text
    assert "It was sent" not in text
    at = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    TryOnJob.objects.update(submitted_at=at)
    text = press(admin, lost, "adopt_request").content.decode()
    assert "It was sent to idm-vton on 2026-01-02 03:04:05 UTC." in text
    (why,) = said(press(admin, lost, "adopt_request", agreed="1", request_id=" "))
    assert "Give the request's id" in why
    (why,) = said(press(admin, lost, "adopt_request", agreed="1", request_id="r-1"))
    assert "Segmind knows no request “r-1”." in why
    assert status_of(lost) == Status.UNCERTAIN
    monkeypatch.setattr(history, "knows", known)
    done = press(admin, lost, "adopt_request", agreed="1", request_id="r-1")
    assert said(done) == [f"{TITLE} goes on with that request."]
    lost.refresh_from_db()
    assert (lost.status, lost.provider_request_id) == (Status.RUNNING, "r-1")


def test_many_are_decided_at_once(admin: Client, lost: TryOnJob, make_job: Any) -> None:
    other = make_job(status="uncertain", estimated_cost=Decimal("0.01"), title="Jeans · Mei")
    question = act(admin, "tryonjob", "submit_again", [lost, other])
    assert "these 2 try-ons" in question.context["question"]
    assert "about $0.054" in question.context["question"]
    assert "Jeans · Mei" in question.content.decode()
    assert said(act(admin, "tryonjob", "adopt_request", [lost, other])) == ["Choose one job only."]


def test_no_budget_is_told(admin: Client, lost: TryOnJob, settings: Any) -> None:
    settings.TRYON = settings.TRYON | {"DAILY_BUDGET": Decimal("0.01")}
    (why,) = said(press(admin, lost, "submit_again", agreed="1"))
    assert why == f"{TITLE}: The try-on budget of this day is spent."
    assert status_of(lost) == Status.UNCERTAIN


def test_the_page_tells_what_is_known(admin: Client, lost: TryOnJob) -> None:
    assert "Please decide what to do." in admin.get(change(lost)).content.decode()
    TryOnJob.objects.update(next_step_at=timezone.now())
    assert "is asked again (" in admin.get(change(lost)).content.decode()


def test_an_earlier_run_that_was_paid_is_told(admin: Client, make_job: Any) -> None:
    job = make_job(status="succeeded")
    run = EarlierRun.objects.create(job=job, token="0" * 32, sent_at=timezone.now())
    assert "An earlier run" not in admin.get(change(job)).content.decode()
    EarlierRun.objects.filter(pk=run.pk).update(provider_request_id="r-0", cost=Decimal("0.06"))
    assert "request r-0, $0.060." in admin.get(change(job)).content.decode()
