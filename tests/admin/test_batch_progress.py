"""The figures of a batch: time left, money, what went wrong by its reason."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from django_tryon.admin.batch.page import SHOWN
from django_tryon.models import Batch, BatchWish, TryOnJob
from django_tryon.services.driving.gates import close
from tests.admin.conftest import change, press, said


def shown(client: Client, batch: Batch) -> Any:
    """Return what the page of a batch shows."""
    return client.get(change(batch)).context


def test_the_time_left_is_reckoned_by_how_fast_it_went(
    admin: Client, batch: Batch, make_job: Any
) -> None:
    begun = timezone.now() - timedelta(minutes=2)
    for _number in range(4):
        make_job(batch=batch, status="succeeded", submitted_at=begun, finished_at=timezone.now())
    for _number in range(8):
        make_job(batch=batch, status="queued")
    assert shown(admin, batch)["time_left"] == "about 4 min left"
    TryOnJob.objects.filter(status="succeeded").update(
        submitted_at=begun - timedelta(hours=1), finished_at=begun - timedelta(minutes=10)
    )
    assert (
        shown(admin, batch)["time_left"] == "at most 21 s left"
    )  # twice five at once, 10.7 s each


def test_nobody_guesses_what_nobody_knows(admin: Client, batch: Batch, make_job: Any) -> None:
    job = make_job(batch=batch, status="queued")
    assert shown(admin, batch)["time_left"] == "about 11 s left"
    close("idm-vton", "no_credits")
    assert shown(admin, batch)["time_left"] == ""
    TryOnJob.objects.filter(pk=job.pk).update(status="succeeded")
    assert shown(admin, batch)["time_left"] == ""


def test_before_anything_is_launched(admin: Client, batch: Batch) -> None:
    BatchWish.objects.create(batch=batch, engine="idm-vton")
    page = shown(admin, batch)
    assert (page["progress"].total, page["time_left"], page["money"]) == (1, "about 1 s left", "")
    BatchWish.objects.update(why="The budget of this day is spent.")
    assert shown(admin, batch)["time_left"] == ""


def test_money_is_told(admin: Client, batch: Batch, make_job: Any) -> None:
    price = {"batch": batch, "estimated_cost": Decimal("0.5")}
    make_job(status="succeeded", cost=Decimal("1.25"), **price)
    assert shown(admin, batch)["money"] == "Spent $1.25"
    make_job(status="succeeded", submitted_at=timezone.now(), **price)
    assert shown(admin, batch)["money"] == "Spent about $1.75"
    make_job(status="failed", submitted_at=timezone.now(), **price)  # is not paid for
    make_job(status="cancelled", **price)  # nor is this one, which was never sent
    assert shown(admin, batch)["money"] == "Spent about $1.75"
    make_job(status="running", **price)
    make_job(status="uncertain", **price)
    BatchWish.objects.create(batch=batch, engine="idm-vton")  # at what the others cost
    assert shown(admin, batch)["money"] == "Spent about $1.75 · about $1.50 to come"


@pytest.mark.parametrize(
    ("permissions", "sees"),
    [
        (("view_batch",), False),
        (("view_batch", "view_money"), True),
        (("launch_tryonjob",), True),
    ],
)
def test_money_is_for_those_who_may_see_it(
    as_staff: Any, batch: Batch, make_job: Any, permissions: Any, sees: bool
) -> None:
    make_job(batch=batch, status="succeeded", cost=Decimal("1.25"))
    page = as_staff(*permissions).get(change(batch)).content.decode()
    assert ("Spent $1.25" in page) is sees
    # On the page, in its sum and on the card of the job.
    assert page.count("$1.25") == (2 if sees else 0)


@pytest.fixture
def troubled(batch: Batch, make_job: Any) -> Batch:
    """A batch in which several things went wrong."""
    for number in range(3):
        message = "Picture 7 is unreadable." if number else "Picture 9 is unreadable."
        make_job(batch=batch, status="failed", error_code="invalid_input", error_message=message)
    make_job(batch=batch, status="expired", error_code="expired", error_message="Too late.")
    for _number in range(2):
        make_job(batch=batch, status="uncertain", error_code="answer_lost")
    return batch


def test_what_went_wrong_is_gathered_by_its_reason(admin: Client, troubled: Batch) -> None:
    response = admin.get(change(troubled))
    assert [
        (trouble.count, trouble.says, trouble.more, trouble.can_retry)
        for trouble in response.context["troubles"]
    ] == [
        (3, "Picture 7 is unreadable.", "and 1 other wording", True),
        (2, "Uncertain", "", False),
        (1, "Too late.", "", True),
    ]
    text = response.content.decode()
    assert "Try these 3 again" in text
    assert "Try it again" in text
    uncertain = admin.get(response.context["uncertain_url"])
    assert uncertain.context["cl"].result_count == 2


def test_those_of_one_reason_are_tried_again(admin: Client, troubled: Batch) -> None:
    answer = press(admin, troubled, "retry_failed", reason="invalid_input")
    assert said(answer) == ["3 will be tried again."]
    assert sorted(troubled.jobs.values_list("status", flat=True)) == [
        "expired",
        *["queued"] * 3,
        *["uncertain"] * 2,
    ]
    texts = said(press(admin, troubled, "retry_failed", reason="invalid_input"))
    assert texts == ["There is nothing to do in this batch."]


def test_who_may_not_launch_is_offered_nothing(as_staff: Any, troubled: Batch) -> None:
    client = as_staff("view_batch")
    text = client.get(change(troubled)).content.decode()
    assert "Picture 7 is unreadable." in text
    assert 'name="reason"' not in text
    assert press(client, troubled, "retry_failed", reason="expired").status_code == 403


def test_five_thousand_cost_no_more_queries_than_five(
    admin: Client, batch: Batch, person: Any
) -> None:
    def add(count: int) -> None:
        TryOnJob.objects.bulk_create(
            TryOnJob(
                batch=batch,
                engine="idm-vton",
                person=person,
                status=("queued", "failed", "uncertain", "succeeded", "cancelled")[number % 5],
                error_code=("", "invalid_input", "", "", "")[number % 5],
                error_message=f"Picture {number} is unreadable." if number % 5 == 1 else "",
            )
            for number in range(count)
        )

    add(5)
    admin.get(change(batch))
    with CaptureQueriesContext(connection) as few:
        admin.get(change(batch))
    add(4995)
    with CaptureQueriesContext(connection) as many:
        page = admin.get(change(batch)).context
    assert len(many) == len(few) <= 18, [query["sql"] for query in many]
    assert (page["progress"].total, len(page["cards"])) == (5000, SHOWN)
    assert page["not_shown"] == 5000 - SHOWN
    assert [(trouble.count, trouble.wordings) for trouble in page["troubles"]] == [
        (1000, 1),
        (1000, 999),
    ]
