"""What arrives together is written down together; what stands against it for one is that one's."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.db import DataError, IntegrityError, OperationalError
from django.utils import timezone

from django_tryon import services
from django_tryon.models import Shopper, Status, TryOnJob, TryOnResult, WebhookEndpoint
from django_tryon.models.transitions import Move, Overtaken, move, move_all
from django_tryon.services.driving import isolated, work
from django_tryon.services.driving.step import Step
from django_tryon.services.driving.work import Work
from django_tryon.services.steps import fetch, poll, store, submit
from django_tryon.signals import job_finished, job_submitted, result_stored
from tests.lifecycle.provider import Provider, json

pytestmark = pytest.mark.django_db(transaction=True)
STEPS = [submit, poll, store]
"""Where several are moved at once, in the order of a job's way."""


@pytest.fixture
def jobs(garment: Any, person: Any) -> list[TryOnJob]:
    """Three jobs that will be driven together."""
    return [services.launch(garments=[garment], person=person, engine="idm-vton") for _ in range(3)]


@pytest.fixture(autouse=True)
def _long_breath(monkeypatch: Any) -> None:
    monkeypatch.setattr(work, "BREATH", 5.0)  # ends as soon as nothing is on its way any more


def statuses(jobs: Sequence[TryOnJob]) -> list[str]:
    return [TryOnJob.objects.get(pk=job.pk).status for job in jobs]


def spied(monkeypatch: Any, step: Any, before: Callable[[], object] = lambda: None) -> list[Any]:
    """Note what each joint move came to; ``before`` it something else happens, once."""
    came: list[Any] = []
    real = step.move_all

    def move_all_and_tell(*args: Any, **kwargs: Any) -> None:
        if not came:
            before()
        try:
            real(*args, **kwargs)
        except Exception as error:
            came.append(type(error))
            raise
        came.append(len(args[0]))

    monkeypatch.setattr(step, "move_all", move_all_and_tell)
    return came


def test_each_step_of_several_is_one_move(
    jobs: list[TryOnJob], provider: Provider, monkeypatch: Any
) -> None:
    came = [spied(monkeypatch, step) for step in STEPS]
    heard: list[tuple[str, Any]] = []

    def submitted(*, job: TryOnJob, **kwargs: Any) -> None:
        heard.append(("submitted", job.pk))

    def stored(*, result: TryOnResult, **kwargs: Any) -> None:
        heard.append(("stored", result.job_id))

    def finished(*, job: TryOnJob, **kwargs: Any) -> None:
        assert job.status == Status.SUCCEEDED
        heard.append(("finished", job.pk))

    job_submitted.connect(submitted)
    result_stored.connect(stored)
    job_finished.connect(finished)
    services.drive_until_idle()
    assert came == [[3], [3], [3]]
    assert statuses(jobs) == [Status.SUCCEEDED] * 3
    assert sorted(heard) == sorted(
        (event, job.pk) for event in ("submitted", "stored", "finished") for job in jobs
    )
    for job in jobs:
        job.refresh_from_db()
        assert (job.error_code, job.claim, job.next_step_at) == ("", "", None)
        assert (float(job.cost or 0), job.provider_seconds) == (0.05, 7.5)
        assert job.results.count() == 1
    assert len({job.provider_request_id for job in jobs}) == 3


@pytest.mark.parametrize("step", STEPS[1:])
def test_one_that_was_cancelled_meanwhile_stays_so(
    step: Any, jobs: list[TryOnJob], provider: Provider, monkeypatch: Any, tmp_path: Any
) -> None:
    came = spied(monkeypatch, step, lambda: services.cancel(TryOnJob.objects.get(pk=jobs[1].pk)))
    services.drive_until_idle()
    assert came == [Overtaken]
    assert statuses(jobs) == [Status.SUCCEEDED, Status.CANCELLED, Status.SUCCEEDED]
    assert TryOnResult.objects.count() == 2
    assert len([path for path in tmp_path.rglob("results/*") if path.is_file()]) == 2
    assert provider.asked["submit"] == 3


def test_one_whose_lease_lapsed_in_its_submit_is_adopted_all_the_same(
    jobs: list[TryOnJob], provider: Provider, monkeypatch: Any
) -> None:
    came = spied(monkeypatch, submit, lambda: submit.lost(TryOnJob.objects.get(pk=jobs[1].pk)))
    services.drive()
    assert came == [Overtaken]
    assert statuses(jobs) == [Status.RUNNING] * 3


def test_one_that_changed_hands_while_it_was_fetched(
    jobs: list[TryOnJob], provider: Provider, monkeypatch: Any
) -> None:
    ada = Shopper.objects.create()
    theirs = TryOnJob.objects.filter(pk=jobs[1].pk)
    came = spied(monkeypatch, store, lambda: theirs.update(shopper=ada))
    services.drive_until_idle()
    assert came == [Overtaken]
    assert statuses(jobs) == [Status.SUCCEEDED] * 3
    days = {job.pk: job.results.get().delete_at for job in jobs}
    assert [days[job.pk] is None for job in jobs] == [True, False, True]


def test_one_who_was_erased_while_it_was_fetched(
    jobs: list[TryOnJob], provider: Provider, monkeypatch: Any
) -> None:
    came = spied(monkeypatch, store)
    TryOnJob.objects.filter(pk=jobs[1].pk).update(erased_at=timezone.now(), person=None)
    planned = submit.files_of

    def as_before(job: TryOnJob, engine: Any) -> Any:
        job.person = job.person or jobs[0].person
        return planned(job, engine)

    monkeypatch.setattr(submit, "files_of", as_before)
    services.drive_until_idle()
    assert not came  # it was seen before anything was written
    assert statuses(jobs) == [Status.SUCCEEDED, Status.CANCELLED, Status.SUCCEEDED]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("fault", [OperationalError, DataError, TypeError])
def test_a_fault_of_all_together_costs_none_of_them(
    step: Any, fault: type[Exception], jobs: list[TryOnJob], provider: Provider, monkeypatch: Any
) -> None:
    def fails() -> None:
        raise fault("no")

    real = step.move_all
    monkeypatch.setattr(
        step, "move_all", lambda *args, **more: real(*args, **{**more, "along": fails})
    )
    services.drive_until_idle()
    assert statuses(jobs) == [Status.SUCCEEDED] * 3
    assert TryOnResult.objects.count() == 3
    assert provider.asked["submit"] == 3
    assert provider.asked["file"] == 3


def test_one_id_given_to_two_is_written_down_for_one(
    jobs: list[TryOnJob], provider: Provider, monkeypatch: Any
) -> None:
    came = spied(monkeypatch, submit)
    provider.answers(submit=json(200, {"request_id": "always-the-same", "status": "QUEUED"}))
    services.drive()
    assert came == [IntegrityError]
    assert sorted(statuses(jobs)) == [Status.RUNNING, Status.UNCERTAIN, Status.UNCERTAIN]


def test_whoever_fails_in_the_telling_costs_the_others_nothing(
    jobs: list[TryOnJob], provider: Provider, monkeypatch: Any
) -> None:
    told: list[Any] = []
    real = store.tell

    def tell(job: TryOnJob) -> None:
        if job.pk == jobs[1].pk:
            raise TypeError("a bug")
        told.append(job.pk)
        real(job)

    monkeypatch.setattr(store, "tell", tell)
    for _round in range(2):
        services.drive(now=timezone.now() + work.PROVIDER_MEMORY / 2)
    assert statuses(jobs) == [Status.SUCCEEDED] * 3
    assert sorted(told) == sorted([jobs[0].pk, jobs[2].pk])
    left = TryOnJob.objects.exclude(next_step_at=None)
    assert list(left) == [jobs[1]]  # due once more, for another to tell of
    services.drive(now=timezone.now() + work.PROVIDER_MEMORY / 2)
    assert not left.all()


def test_where_a_webhook_goes_with_it_each_is_written_with_its_own(
    jobs: list[TryOnJob], provider: Provider, monkeypatch: Any
) -> None:
    WebhookEndpoint.objects.create(url="http://127.0.0.1:9/", events=["job.submitted"])
    came = spied(monkeypatch, submit)
    services.drive()
    assert not came
    assert statuses(jobs) == [Status.RUNNING] * 3


def test_two_answers_for_one_job_are_one(job: TryOnJob, provider: Provider) -> None:
    services.drive()
    running = [TryOnJob.objects.get(pk=job.pk) for _ in range(2)]
    both = Work()
    both.begin(poll.plan(one) for one in running)
    both.finish()
    assert statuses([job]) == [Status.SUCCEEDED]
    assert TryOnResult.objects.count() == 1
    assert provider.asked["file"] == 1


def test_no_more_are_taken_at_once_than_a_statement_bears(
    jobs: list[TryOnJob], provider: Provider, monkeypatch: Any
) -> None:
    monkeypatch.setattr(work, "MOST_AT_ONCE", 2)
    came = spied(monkeypatch, submit)
    services.drive()
    assert came == [2]  # and one alone
    assert statuses(jobs) == [Status.RUNNING] * 3


def test_the_rows_of_several_are_looked_at_as_one_is(jobs: list[TryOnJob]) -> None:
    moves = [Move(job, {}) for job in jobs]
    with pytest.raises(ValueError, match="no move leads from queued to running"):
        move_all(moves, Status.RUNNING, Status.QUEUED)
    move_all(moves, Status.SUBMITTING, Status.QUEUED)
    assert [job.status for job in jobs] == statuses(jobs) == [Status.SUBMITTING] * 3
    other = TryOnJob.objects.get(pk=jobs[1].pk)
    move(other, Status.QUEUED, Status.SUBMITTING, token="0" * 32)  # as a retry renews it
    move(other, Status.SUBMITTING, Status.QUEUED)
    with pytest.raises(Overtaken):
        move_all(moves, Status.QUEUED, Status.SUBMITTING)
    assert [job.status for job in jobs] == statuses(jobs) == [Status.SUBMITTING] * 3


def test_what_came_home_alone_is_stored_alone(jobs: list[TryOnJob], provider: Provider) -> None:
    assert not fetch.FETCHED.takes(fetch.Fetched())
    assert not fetch.FETCHED.takes(OSError())


def test_what_arrives_while_the_database_is_away_is_kept_with_the_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    away, written = threading.Event(), list[str]()
    is_back = False

    async def soon(client: Any) -> str:
        return "soon"

    async def later(client: Any) -> str:
        await asyncio.to_thread(away.wait)
        return "later"

    def record(step: Step, said: Any, rest: Any = None) -> None:
        if not is_back:
            away.set()
            raise isolated.NotWritten
        written.append(said)

    monkeypatch.setattr(isolated, "record", record)
    monkeypatch.setattr(work, "BREATH", 0.0)
    monkeypatch.setattr(work, "HOLD", 60.0)
    ours = Work()
    ours.begin([Step(object(), call, lambda *_: None) for call in (soon, later)])
    ours.take_in(60.0)
    assert (written, ours.is_going_on, ours.room) == ([], True, 0)
    is_back = True
    ours._tries_at = 0.0
    ours.finish()
    assert (written, ours.is_going_on) == (["soon", "later"], False)
