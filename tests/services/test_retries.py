"""Many retries: each job once, whoever presses twice; the rest waits for money, or is stopped."""

from __future__ import annotations

import sys
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError
from django.utils import timezone

from django_tryon import services
from django_tryon.engines import get_engine
from django_tryon.exceptions import WrongState
from django_tryon.models import Batch, PendingRetry, Status, TryOnJob
from django_tryon.models.transitions import cancel_many
from django_tryon.services.cancel import cancel_all
from django_tryon.services.driving.advance import is_idle
from django_tryon.services.driving.gates import close
from django_tryon.services.orders import orders
from django_tryon.services.orders import retries as order
from django_tryon.services.orders.retries import retries
from django_tryon.signals import job_finished

pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., list[TryOnJob]]


@pytest.fixture
def batch(db: None) -> Batch:
    return Batch.objects.create(name="Spring")


@pytest.fixture
def make(batch: Batch, person: Any, garment: Any) -> Make:
    """Make jobs of the batch that ended without a result."""

    def go(count: int = 3, **fields: Any) -> list[TryOnJob]:
        params = get_engine("idm-vton").read_params(None)
        fields = {"engine": "idm-vton", "person": person, "params": params} | fields
        fields = {"status": "failed"} | fields
        jobs = [TryOnJob.objects.create(batch=batch, **fields) for _number in range(count)]
        for job in jobs:
            job.garments.set([garment])
        return jobs

    return go


def keys(jobs: list[TryOnJob]) -> list[Any]:
    return [job.pk for job in jobs]


def statuses() -> list[str]:
    return list(TryOnJob.objects.order_by("created_at").values_list("status", flat=True))


def test_each_is_tried_again_some_at_a_time(make: Make, monkeypatch: Any, sandbox: Any) -> None:
    monkeypatch.setattr(orders, "AT_ONCE", 2)
    jobs = make(3)
    assert order.write_down(keys(jobs)) == 3
    assert not is_idle()
    assert retries.do_due(timezone.now()) == 2
    assert statuses() == ["queued", "queued", "failed"]
    services.drive_until_idle()
    assert statuses() == ["succeeded"] * 3
    assert not PendingRetry.objects.exists()
    assert {job.token for job in TryOnJob.objects.all()}.isdisjoint(job.token for job in jobs)


def test_who_presses_twice_orders_nothing_twice(make: Make, batch: Batch) -> None:
    jobs = [*make(2), *make(1, status="succeeded"), *make(1, status="queued")]
    order.write_down(keys(jobs))
    order.write_down(keys(jobs))
    assert list(PendingRetry.objects.values_list("batch", flat=True)) == [batch.pk] * 2
    assert str(PendingRetry.objects.all()[0]) == f"{jobs[0].pk} · Not tried again yet"


def test_a_spent_budget_has_the_rest_wait(make: Make, settings: Any) -> None:
    limits = {"PRICES": {"idm-vton": Decimal("0.1")}, "DAILY_BUDGET": Decimal("0.2")}
    settings.TRYON = settings.TRYON | limits
    jobs = make(4)
    order.write_down(keys(jobs))
    now = timezone.now()
    assert retries.do_due(now) == 4
    assert sorted(statuses()) == ["failed", "failed", "queued", "queued"]
    assert set(PendingRetry.objects.values_list("why", "state")) == {
        ("The try-on budget of this day is spent.", "waiting")
    }
    assert retries.is_idle()
    assert retries.do_due(now) == 0
    order.write_down(keys(jobs))  # pressed again: it is written down already
    assert PendingRetry.objects.count() == 2
    settings.TRYON = settings.TRYON | {"DAILY_BUDGET": None}
    assert retries.do_due(now + orders.PAUSE) == 2
    assert statuses() == ["queued"] * 4


def test_what_is_stopped_stays_as_it_is(make: Make, batch: Batch) -> None:
    order.write_down(keys(make(2)))
    assert order.drop([Batch.objects.create()]) == 0
    assert order.drop([batch]) == 2
    order.write_down(keys(make(1)))
    assert order.drop() == 1
    assert retries.do_due(timezone.now()) == 0
    assert statuses() == ["failed"] * 3


def test_what_is_stopped_while_a_worker_has_it_is_not_tried(make: Make, monkeypatch: Any) -> None:
    order.write_down(keys(make(2)))
    real = order.retry

    def retry(job: TryOnJob, **given: Any) -> TryOnJob:
        order.drop()
        return real(job, **given)

    monkeypatch.setattr(order, "retry", retry)
    assert retries.do_due(timezone.now()) == 2
    assert statuses() == ["queued", "failed"]


def test_what_somebody_did_meanwhile_is_left_alone(make: Make) -> None:
    again, gone, done = make(3)
    order.write_down(keys([again, gone, done]))
    services.cancel(services.retry(again))
    gone.delete()
    TryOnJob.objects.filter(pk=done.pk).update(status="succeeded")
    assert retries.do_due(timezone.now()) == 3
    assert statuses() == ["cancelled", "succeeded"]
    assert not PendingRetry.objects.exists()


def test_only_the_run_that_was_meant_is_repeated(make: Make, monkeypatch: Any) -> None:
    """Somebody tried it again between our look at it and our retry, and it failed again."""
    job = make(1)[0]
    order.write_down([job.pk])
    real = order.retry

    def retry(job: TryOnJob, **given: Any) -> TryOnJob:
        TryOnJob.objects.update(token="another")
        return real(job, **given)

    monkeypatch.setattr(order, "retry", retry)
    retries.do_due(timezone.now())
    assert statuses() == ["failed"]
    assert not PendingRetry.objects.exists()
    with pytest.raises(WrongState, match="tried again meanwhile"):
        services.retry(job, run="the one before")


def test_who_presses_again_after_another_run_means_that_one(make: Make, batch: Batch) -> None:
    """It waits for money, say, was tried again by itself meanwhile, and failed once more."""
    again, same = make(2)
    order.write_down(keys([again, same]))
    before = PendingRetry.objects.get(job=same).pk
    services.cancel(services.retry(again))
    assert order.write_down(keys([again, same])) == 2
    assert PendingRetry.objects.get(job=same).pk == before  # what is meant still is left alone
    row = PendingRetry.objects.get(job=again)
    again.refresh_from_db()
    assert (row.token, row.batch, row.state) == (again.token, batch, "waiting")
    retries.do_due(timezone.now())
    assert statuses() == ["queued"] * 2
    assert not PendingRetry.objects.exists()


def test_an_engine_that_is_retired_is_not_tried(make: Make) -> None:
    make(1)
    fetchable = make(1, outputs=[{"url": "https://images.segmind.com/a.png"}])[0]
    close("idm-vton", "engine_retired", says="Gone.")
    everything = list(TryOnJob.objects.values_list("pk", flat=True))
    order.write_down(everything)
    retries.do_due(timezone.now())
    fetchable.refresh_from_db()
    assert fetchable.status == "fetching"  # it is paid for
    left = PendingRetry.objects.get()
    assert (left.state, left.due_at) == ("left_out", None)
    assert "is not offered by Segmind any more" in left.why
    order.write_down(everything)
    assert PendingRetry.objects.get().state == "waiting"


def test_who_was_not_told_of_the_end_is_told_first(make: Make, monkeypatch: Any) -> None:
    job = make(1, next_step_at=timezone.now())[0]
    order.write_down([job.pk])
    told: list[Any] = []
    monkeypatch.setattr(order, "tell", told.append)
    monkeypatch.setattr(sys.modules["django_tryon.services.retry"], "tell", lambda job: None)
    retries.do_due(timezone.now())
    assert told == [job]
    assert statuses() == ["queued"]


def test_a_worker_that_dies_leaves_them_to_the_next(make: Make, monkeypatch: Any) -> None:
    order.write_down(keys(make(2)))
    now = timezone.now()
    with monkeypatch.context() as context:
        real = order.retry

        def retry(job: TryOnJob, **given: Any) -> TryOnJob:
            real(job, **given)
            raise DatabaseError

        context.setattr(order, "retry", retry)
        with pytest.raises(DatabaseError):
            retries.do_due(now)
    assert statuses() == ["failed"] * 2
    assert retries.do_due(now) == 0
    assert retries.do_due(now + orders.LEASE) == 2
    assert statuses() == ["queued"] * 2


def test_many_are_cancelled_at_once_and_told_of_by_the_workers(make: Make) -> None:
    waiting = make(2, status="queued")
    running = make(1, status="running", provider_request_id="r1", submitted_at=timezone.now())
    ended, sent = make(1, status="succeeded"), make(1, status="submitting")
    done = cancel_all(keys([*waiting, *running, *ended, *sent]))
    assert (done.unpaid, done.paid) == (2, 1)
    assert statuses() == ["cancelled"] * 3 + ["succeeded", "submitting"]
    heard: list[Any] = []

    def hear(job: TryOnJob, **_given: Any) -> None:
        heard.append(job.pk)

    job_finished.connect(hear)
    try:
        services.drive()
        services.drive()
    finally:
        job_finished.disconnect(hear)
    assert sorted(heard) == sorted(keys([*waiting, *running]))
    assert not TryOnJob.objects.filter(status="cancelled", next_step_at__isnull=False).exists()


def test_only_what_can_be_is_cancelled() -> None:
    with pytest.raises(ValueError, match="no move leads from succeeded"):
        cancel_many([], Status.SUCCEEDED, told_at=timezone.now())


def test_an_outfit_is_cancelled_with_its_steps_and_tried_again_as_one(make: Make) -> None:
    outfit = make(1, status="queued")[0]
    step = make(1, status="queued", outfit=outfit)[0]
    TryOnJob.objects.filter(pk=outfit.pk).update(previous=step)
    TryOnJob.objects.update(puts_on=[])
    assert cancel_all([outfit.pk]).unpaid == 1
    assert statuses() == ["cancelled"] * 2
    order.write_down([step.pk])
    order.write_down([outfit.pk, step.pk])
    assert PendingRetry.objects.get().job == outfit
    retries.do_due(timezone.now())
    assert statuses() == ["queued"] * 2


def test_what_is_drawn_again_of_one_that_has_ended_goes_on(make: Make) -> None:
    first = make(1, status="succeeded")[0]
    drawn = {"status": "running", "provider_request_id": "r1", "outfit": first}
    make(1, second_of=first, **drawn)
    done = cancel_all([first.pk])
    assert (done.unpaid, done.paid) == (0, 0)
    assert sorted(statuses()) == ["running", "succeeded"]


def test_an_outfit_whose_pictures_are_gone_says_so(make: Make, monkeypatch: Any) -> None:
    def retry(job: TryOnJob, **given: Any) -> TryOnJob:
        raise WrongState("The pictures were deleted.", code="steps_gone")

    monkeypatch.setattr(order, "retry", retry)
    order.write_down(keys(make(1)))
    retries.do_due(timezone.now())
    left = PendingRetry.objects.get()
    assert (left.state, left.why) == ("left_out", "The pictures were deleted.")
