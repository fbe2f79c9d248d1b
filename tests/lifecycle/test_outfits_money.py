"""Outfits that are cancelled, or lose a picture, in between: nothing is paid in vain, or twice."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from datetime import timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from django_tryon import services
from django_tryon.exceptions import NotAccepted, WrongState
from django_tryon.models import Garment, Person, Status, TryOnJob
from django_tryon.models.transitions import move
from django_tryon.services.cancel import cancel_all
from django_tryon.services.steps import submit
from tests.conftest import picture
from tests.lifecycle.provider import Provider, json
from tests.lifecycle.test_outfits import PRICE, budgets, statuses, steps, used, worn

__all__ = ["worn"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def job(worn: Callable[..., list[Garment]], person: Person, settings: Any) -> TryOnJob:
    """An outfit of three, taken from a budget."""
    budgets(settings, DAILY_BUDGET=9)
    garments = worn("lower", "upper", "outer")
    return services.launch(garments=garments, person=person, engine="idm-vton")


def test_a_step_is_looked_at_in_the_row_that_is_changed(provider: Provider, job: TryOnJob) -> None:
    """A subquery is not asked anew once the row's lock is there: what was sent would be lost."""
    with CaptureQueriesContext(connection) as made:
        services.cancel(job)
    updates = [each["sql"] for each in made if each["sql"].startswith("UPDATE")]
    outer = [sql.split("(SELECT")[0] for sql in updates if "(SELECT" in sql]
    assert len(outer) == 2
    assert all("token" in sql.split("WHERE")[1] for sql in outer)


def test_a_step_that_was_not_accepted_is_not_sent_for_an_outfit_that_ended(
    provider: Provider, job: TryOnJob
) -> None:
    first = job.steps[0]
    assert move(first, Status.SUBMITTING)
    services.cancel(job)
    submit.again(first, NotAccepted("Come back later."))
    assert statuses(job) == ["queued", "cancelled", "cancelled"]
    services.drive(now=timezone.now() + timedelta(days=1))
    assert statuses(job) == ["cancelled"] * 3
    assert (provider.asked["submit"], used()) == (0, {Decimal(0)})


def test_somebody_else_was_first_with_a_step_whose_outfit_ended(
    provider: Provider, job: TryOnJob
) -> None:
    first = job.steps[0]
    assert move(first, Status.SUBMITTING)
    services.cancel(job)
    late = copy(first)
    submit.again(first, NotAccepted("Come back later."))
    assert submit.plan(late) is None
    assert statuses(job) == ["queued", "cancelled", "cancelled"]


def test_a_paid_step_is_fetched_though_the_picture_before_it_is_gone(
    provider: Provider, job: TryOnJob, drive: Callable[..., TryOnJob]
) -> None:
    broken = httpx.Response(200, content=b"no picture")
    provider.answers(file=[httpx.Response(200, content=picture()), broken])
    drive()
    assert statuses(job) == ["succeeded", "failed", "failed"]
    assert steps(job)[1].outputs
    steps(job)[0].results.all().delete()
    with pytest.raises(WrongState) as caught:  # another engine would have to start from it
        services.go_on(job, engine="p-image-try-on")
    assert caught.value.code == "steps_gone"
    provider.answers(file=httpx.Response(200, content=picture()))
    services.retry(job)
    assert statuses(job) == ["succeeded", "fetching", "queued"]
    assert drive().status == Status.SUCCEEDED
    assert provider.asked["submit"] == 3


def test_what_many_cancelled_steps_had_taken_is_given_back_before_a_retry(
    provider: Provider, job: TryOnJob
) -> None:
    cancel_all([job.pk])
    services.retry(job)
    assert used() == {PRICE * 3}
    services.cancel(job)
    assert used() == {Decimal(0)}


def test_nothing_is_put_on_the_bare_photo_once_the_step_before_is_gone(
    provider: Provider, job: TryOnJob, drive: Callable[..., TryOnJob]
) -> None:
    provider.answers(submit=[provider.script["submit"][0], json(503, {"error": "later"})])
    while steps(job)[0].status != Status.SUCCEEDED:
        drive(1)
    steps(job)[0].delete()
    second = TryOnJob.objects.get(outfit=job.pk)
    assert second.next_step_at is not None
    drive()
    second.refresh_from_db()
    assert (second.status, second.error_code) == (Status.FAILED, "previous_gone")
    assert provider.asked["submit"] == 1
