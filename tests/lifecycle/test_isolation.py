"""A fault of one job is that job's alone, and nothing that was paid for is lost with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DataError, IntegrityError, OperationalError
from django.utils import timezone

from django_tryon import services
from django_tryon.conf import conf
from django_tryon.models import Status, TryOnJob
from django_tryon.models.transitions import move
from django_tryon.services import outcome
from django_tryon.services.driving import advance, work
from django_tryon.services.steps import poll, submit
from django_tryon.signals import job_finished
from tests.lifecycle.provider import Provider, json

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def jobs(garment: Any, person: Any) -> list[TryOnJob]:
    """Three jobs that will be driven together."""
    return [services.launch(garments=[garment], person=person, engine="idm-vton") for _ in range(3)]


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: Any) -> None:
    monkeypatch.setattr(work, "HOLD", 0.001)


@pytest.fixture
def each_alone(monkeypatch: Any) -> None:
    """Each is recorded by itself, as where something stands against recording all together."""
    monkeypatch.setattr(submit, "ACCEPTED", None)


def ends(jobs: list[TryOnJob]) -> list[str]:
    services.drive_until_idle(rounds=20)
    for job in jobs:
        job.refresh_from_db()
    return [job.status for job in jobs]


def once(error: Exception, real: Callable[..., Any], *, times: int = 1) -> Callable[..., Any]:
    """Return the function, but have its first calls raise."""
    left = iter(range(times))

    def first_fails(*args: Any, **kwargs: Any) -> Any:
        if next(left, None) is not None:
            raise error
        return real(*args, **kwargs)

    return first_fails


def test_a_fault_while_planning_sends_nothing_and_is_tried_again(
    jobs: list[TryOnJob], provider: Provider, monkeypatch: Any
) -> None:
    monkeypatch.setattr(submit, "files_of", once(KeyError("a bug"), submit.files_of))
    assert ends(jobs) == [Status.SUCCEEDED] * 3
    assert provider.asked["submit"] == 3


def test_a_fault_while_planning_a_poll_is_tried_again(
    jobs: list[TryOnJob], provider: Provider, monkeypatch: Any
) -> None:
    services.drive()
    flawed = once(KeyError("a bug"), poll.plan)
    monkeypatch.setitem(advance.PLANS, Status.RUNNING, flawed)
    assert ends(jobs) == [Status.SUCCEEDED] * 3
    assert provider.asked["submit"] == 3


def test_an_engine_of_the_shop_that_is_gone(
    jobs: list[TryOnJob], provider: Provider, settings: Any
) -> None:
    services.drive()
    TryOnJob.objects.filter(pk=jobs[0].pk).update(engine="our-own")
    assert ends(jobs) == [Status.FAILED, Status.SUCCEEDED, Status.SUCCEEDED]
    assert jobs[0].error_code == "unknown_engine"


def test_an_engine_that_is_no_longer_offered_finishes_what_it_began(
    jobs: list[TryOnJob], provider: Provider, settings: Any
) -> None:
    services.drive()
    settings.TRYON = settings.TRYON | {"ENGINES": []}
    assert ends(jobs) == [Status.SUCCEEDED] * 3


@pytest.mark.parametrize("times", [1, 2, 7])
@pytest.mark.usefixtures("each_alone")
def test_the_database_is_away_while_a_paid_id_is_written_down(
    times: int, jobs: list[TryOnJob], provider: Provider, monkeypatch: Any
) -> None:
    monkeypatch.setattr(
        submit, "submitted", once(OperationalError("gone"), submit.submitted, times=times)
    )
    services.drive()
    assert list(TryOnJob.objects.values_list("status", flat=True)) == [Status.RUNNING] * 3
    assert ends(jobs) == [Status.SUCCEEDED] * 3
    assert provider.asked["submit"] == 3


@pytest.mark.usefixtures("each_alone")
def test_the_database_stays_away_longer_than_the_provider_remembers(
    jobs: list[TryOnJob], provider: Provider, monkeypatch: Any, caplog: Any
) -> None:
    monkeypatch.setattr(submit, "submitted", once(OperationalError("gone"), submit.submitted))
    monkeypatch.setattr(work, "PROVIDER_MEMORY", timedelta(0))
    monkeypatch.setattr(work, "HOLD", 0.5)  # the others' answers come within that time
    services.drive()
    assert "request-1" in caplog.text  # for whoever has to look for it
    # One try told that the database was away; the two others were kept, and then dropped as well.
    assert list(TryOnJob.objects.values_list("status", flat=True)) == [Status.SUBMITTING] * 3


@pytest.mark.usefixtures("each_alone")
def test_nothing_more_is_begun_while_the_database_is_away(
    jobs: list[TryOnJob], provider: Provider, monkeypatch: Any
) -> None:
    busy, real = work.Work(), submit.submitted
    assert busy.room == 200
    monkeypatch.setattr(submit, "submitted", once(OperationalError("gone"), real, times=10**6))
    advance.claim(busy)
    while busy.on_the_way:
        busy.take_in(0.01)
    assert busy.is_going_on
    assert busy.room == 0
    monkeypatch.setattr(submit, "submitted", real)
    busy.finish()
    assert (busy.is_going_on, busy.room) == (False, 200)


@pytest.mark.usefixtures("each_alone")
def test_the_database_refuses_what_came(
    jobs: list[TryOnJob], provider: Provider, monkeypatch: Any, caplog: Any
) -> None:
    monkeypatch.setattr(submit, "submitted", once(DataError("too long"), submit.submitted, times=2))
    assert ends(jobs) == [Status.SUCCEEDED] * 3
    again = services.launch(
        garments=list(jobs[0].garments.all()), person=jobs[0].person, engine="idm-vton"
    )
    monkeypatch.setattr(submit, "submitted", once(DataError("too long"), submit.submitted, times=3))
    services.drive()
    assert ends([again]) == [Status.UNCERTAIN]
    assert "was not written down: request-4" in caplog.text


def test_what_is_to_be_asked_again_comes_back_by_its_lease(
    jobs: list[TryOnJob], provider: Provider, monkeypatch: Any
) -> None:
    services.drive()
    done = provider.script["status"]
    provider.answers(status=[json(200, {"status": "PROCESSING"})] * 3 + done)
    tomorrow = timezone.now() + timedelta(days=1)
    with monkeypatch.context() as away:
        gone = once(OperationalError("gone"), work.reschedule_many, times=9)
        away.setattr(work, "reschedule_many", gone)
        assert services.drive(now=tomorrow) == 3
    assert services.drive(now=tomorrow) == 0  # claimed still
    assert services.drive(now=tomorrow + conf.LEASE) == 3
    assert ends(jobs) == [Status.SUCCEEDED] * 3


def test_whoever_dies_before_all_were_told_leaves_it_to_another(
    jobs: list[TryOnJob], provider: Provider, monkeypatch: Any
) -> None:
    heard = []

    def hear(*, job: TryOnJob, **kwargs: Any) -> None:
        heard.append(job.pk)

    job_finished.connect(hear)
    monkeypatch.setattr(outcome, "notify", once(SystemExit(), outcome.notify))
    with pytest.raises(SystemExit):
        services.drive_until_idle()
    services.drive_until_idle()
    assert ends(jobs) == [Status.SUCCEEDED] * 3
    assert sorted(heard) == sorted(job.pk for job in jobs)
    assert not TryOnJob.objects.exclude(next_step_at=None)


@pytest.mark.usefixtures("each_alone")
def test_the_database_fails_while_planning(
    jobs: list[TryOnJob], provider: Provider, monkeypatch: Any
) -> None:
    monkeypatch.setattr(submit, "files_of", once(OperationalError("gone"), submit.files_of))
    monkeypatch.setattr(submit, "move", once(OperationalError("gone"), submit.move))
    services.drive()
    assert sorted(ends(jobs)) == [Status.SUCCEEDED, Status.SUCCEEDED, Status.UNCERTAIN]


@pytest.mark.usefixtures("each_alone")
def test_an_answer_that_is_not_understood(
    jobs: list[TryOnJob], provider: Provider, monkeypatch: Any
) -> None:
    monkeypatch.setattr(submit, "submitted", once(TypeError("a bug"), submit.submitted))
    services.drive()
    assert sorted(ends(jobs)) == [Status.SUCCEEDED, Status.SUCCEEDED, Status.UNCERTAIN]


def test_an_id_that_another_job_has(jobs: list[TryOnJob], provider: Provider) -> None:
    body = {"request_id": "always-the-same", "status": "QUEUED"}
    provider.answers(submit=json(200, body))
    assert sorted(ends(jobs)) == [Status.SUCCEEDED, Status.UNCERTAIN, Status.UNCERTAIN]
    assert {job.error_code for job in jobs} == {"", "repeated_id"}


def test_a_late_answer_to_an_earlier_run_changes_nothing(
    jobs: list[TryOnJob], provider: Provider
) -> None:
    services.drive()
    old = TryOnJob.objects.get(pk=jobs[0].pk)
    services.cancel(TryOnJob.objects.get(pk=old.pk))
    services.retry(TryOnJob.objects.get(pk=old.pk))
    services.drive()
    assert not move(old, Status.FAILED)
    assert ends(jobs) == [Status.SUCCEEDED] * 3
    assert provider.asked["submit"] == 4


def test_a_retry_asks_the_row_whether_it_was_paid(jobs: list[TryOnJob], provider: Provider) -> None:
    stale = TryOnJob.objects.get(pk=jobs[0].pk)
    good = provider.script["file"][0]
    provider.answers(file=json(503, {}))
    assert ends(jobs) == [Status.FAILED] * 3
    provider.answers(file=good)
    services.retry(stale)
    ends(jobs)
    assert jobs[0].status == Status.SUCCEEDED
    assert provider.asked["submit"] == 3


def test_a_store_that_was_rolled_back_is_repeated(
    jobs: list[TryOnJob], provider: Provider, monkeypatch: Any, tmp_path: Any
) -> None:
    from django_tryon.models import TryOnResult

    real = TryOnResult.objects.bulk_create
    monkeypatch.setattr(
        TryOnResult.objects, "bulk_create", once(IntegrityError("no"), real, times=2)
    )
    assert ends(jobs) == [Status.SUCCEEDED] * 3
    assert len([path for path in tmp_path.rglob("results/*") if path.is_file()]) == 3


def test_words_with_nul_are_kept_without(jobs: list[TryOnJob], provider: Provider) -> None:
    provider.answers(status=json(422, {"status": "FAILED", "error": "odd \x00 words"}))
    assert ends(jobs) == [Status.FAILED] * 3
    assert "\x00" not in jobs[0].error_message


def test_a_broker_that_is_down_does_not_break_the_launch(
    garment: Any, person: Any, settings: Any, caplog: Any, provider: Provider
) -> None:
    pytest.importorskip("celery")
    from celery import Celery

    settings.TRYON = settings.TRYON | {"RUNNER": "django_tryon.runners.celery"}
    app = Celery("shop", broker="memory://", set_as_current=True)

    def down(*args: Any, **kwargs: Any) -> None:
        raise ConnectionError("redis://:secret@broker is down")

    app.send_task = down  # type: ignore[assignment]
    job = services.launch(garments=[garment], person=person, engine="idm-vton")
    assert job.status == Status.QUEUED
    assert "could not be woken (ConnectionError)" in caplog.text
    assert "secret" not in caplog.text
    sent: list[Any] = []
    app.send_task = lambda *args, **kwargs: sent.append(args)  # type: ignore[assignment]
    services.launch(garments=[garment], person=person, engine="idm-vton")
    assert sent  # the first failure did not leave an alarm behind that never rings
    app.close()


def test_a_follower_whose_first_was_deleted_ends(
    garment: Any, person: Any, provider: Provider
) -> None:
    first = services.launch(garments=[garment], person=person, engine="idm-vton")
    second = services.launch(garments=[garment], person=person, engine="idm-vton", previous=first)
    first.delete()
    services.sweep()
    second.refresh_from_db()
    assert (second.status, second.error_code) == (Status.FAILED, "previous_gone")


def test_a_sweep_stops_between_batches(jobs: list[TryOnJob], provider: Provider) -> None:
    assert services.sweep(is_stopped=lambda: True) == 0
    assert provider.asked["submit"] == 0
