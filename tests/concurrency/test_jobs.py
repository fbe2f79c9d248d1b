"""Many workers, many staff, one job."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from django_tryon import services
from django_tryon.conf import conf
from django_tryon.models import Alarm, Status, TryOnJob, TryOnResult
from django_tryon.services.driving import isolated
from django_tryon.services.driving.step import Step
from django_tryon.services.driving.watch import Turn
from django_tryon.services.steps import resolve, submit
from django_tryon.signals import job_submitted
from tests.concurrency.racing import race, refused
from tests.lifecycle.provider import Provider, json

pytestmark = pytest.mark.django_db(transaction=True)
Drive = Callable[..., TryOnJob]
Files = Callable[[], set[str]]
WORKERS = 12


def read(job: TryOnJob) -> TryOnJob:
    """Return a copy of one's own, as another process would have."""
    return TryOnJob.objects.get(pk=job.pk)


def test_twelve_workers_on_one_job_at_each_of_its_steps(
    provider: Provider, job: TryOnJob, result_files: Files
) -> None:
    far = timezone.now()
    for _step in range(8):
        far += timedelta(hours=2)
        race(*[partial(services.drive, now=far)] * WORKERS)
        if read(job).status == Status.SUCCEEDED:
            break
    job = read(job)
    assert (job.status, job.error_code) == (Status.SUCCEEDED, "")
    assert provider.asked["submit"] == 1
    assert TryOnResult.objects.filter(job=job).count() == 1
    assert len(result_files()) == 1


def test_twelve_workers_whose_leases_have_all_lapsed(
    provider: Provider, job: TryOnJob, result_files: Files
) -> None:
    services.drive()
    TryOnJob.objects.update(next_step_at=timezone.now())
    # Each looks ahead by one lease more, so each takes the job from the one before.
    later = [timezone.now() + conf.LEASE * 2 * number for number in range(WORKERS)]
    race(*(partial(services.drive, now=at) for at in later))
    services.drive_until_idle()
    assert read(job).status == Status.SUCCEEDED
    assert provider.asked["submit"] == 1
    assert {result.file.name.rsplit("/")[-1] for result in TryOnResult.objects.all()} == (
        result_files()
    )


@pytest.mark.parametrize("attempt", range(5))
def test_cancel_against_submit(attempt: int, provider: Provider, job: TryOnJob) -> None:
    copy = read(job)
    got = race(lambda: services.cancel(copy), services.drive)
    services.drive_until_idle()
    job = read(job)
    if refused(got[:1]):  # it was on its way out already
        assert (job.status, provider.asked["submit"]) == (Status.SUCCEEDED, 1)
    else:
        assert job.status == Status.CANCELLED
        assert provider.asked["submit"] == int(job.submitted_at is not None)
        assert provider.asked["file"] == 0


@pytest.mark.parametrize("status", ["failed", "cancelled", "expired"])
def test_retry_against_retry(status: str, provider: Provider, job: TryOnJob) -> None:
    TryOnJob.objects.update(status=status, next_step_at=None, finished_at=timezone.now())
    token = job.token
    copies = [read(job) for _ in range(WORKERS)]
    got = race(*(partial(services.retry, copy) for copy in copies))
    assert refused(got) == ["wrong_state"] * (WORKERS - 1)
    job = read(job)
    assert job.token != token
    services.drive_until_idle()
    assert read(job).status == Status.SUCCEEDED
    assert provider.asked["submit"] == 1


def test_retry_against_retry_of_a_download(provider: Provider, job: TryOnJob) -> None:
    TryOnJob.objects.update(
        status=Status.FAILED,
        outputs=["http://127.0.0.1:9/files/result.jpg"],
        provider_request_id="request-0",
        submitted_at=timezone.now(),
        next_step_at=None,
    )
    copies = [read(job) for _ in range(WORKERS)]
    got = race(*(partial(services.retry, copy) for copy in copies))
    assert refused(got) == ["wrong_state"] * (WORKERS - 1)
    services.drive_until_idle()
    assert read(job).status == Status.SUCCEEDED
    assert provider.asked["submit"] == 0


def test_three_ways_to_decide_about_one_uncertain_job(provider: Provider, job: TryOnJob) -> None:
    TryOnJob.objects.update(status=Status.UNCERTAIN, submitted_at=timezone.now(), next_step_at=None)
    verbs: list[Callable[[TryOnJob], Any]] = [
        resolve.submit_again,
        resolve.give_up,
        lambda job: resolve.adopt(job, "request-99"),
    ] * 4
    got = race(*(partial(verb, read(job)) for verb in verbs))
    assert len(refused(got)) == len(verbs) - 1
    services.drive_until_idle()
    assert provider.asked["submit"] <= 1
    assert read(job).status in {Status.FAILED, Status.SUCCEEDED}


@pytest.mark.parametrize("attempt", range(3))
def test_one_id_for_two_jobs(attempt: int, garment: Any, person: Any) -> None:
    for _job in range(2):
        services.launch(garments=[garment], person=person, engine="idm-vton")
    TryOnJob.objects.update(status=Status.SUBMITTING)
    steps = [Step(job, nothing, submit.record, costs=True) for job in TryOnJob.objects.all()]
    race(*(partial(isolated.record, step, "same-id-0") for step in steps))
    statuses = sorted(TryOnJob.objects.values_list("status", flat=True))
    assert statuses == [Status.RUNNING, Status.UNCERTAIN]
    assert TryOnJob.objects.get(status=Status.RUNNING).provider_request_id == "same-id-0"


def test_twelve_workers_who_each_heard_the_same_of_several_jobs(garment: Any, person: Any) -> None:
    """As when all their leases have lapsed: whoever is first writes, and tells, of each."""
    for _job in range(5):
        services.launch(garments=[garment], person=person, engine="idm-vton")
    TryOnJob.objects.update(status=Status.SUBMITTING)
    heard: list[Any] = []

    def hear(*, job: TryOnJob, **kwargs: Any) -> None:
        heard.append(job.pk)

    def worker(number: int) -> None:
        jobs = [*TryOnJob.objects.order_by("pk")] * 2
        some = jobs[number % 5 :][: 2 + number % 4]  # never quite the same, nor in one order
        arrived = [(submit_step(job), f"id-of-{job.pk}") for job in some]
        for step, said, rest in isolated.record_all(arrived):
            isolated.record(step, said, rest)

    job_submitted.connect(hear)
    race(*(partial(worker, number) for number in range(WORKERS)))
    jobs = TryOnJob.objects.all()
    assert {job.status for job in jobs} == {Status.RUNNING}
    assert all(job.provider_request_id == f"id-of-{job.pk}" for job in jobs)
    assert sorted(heard) == sorted(job.pk for job in jobs)


def submit_step(job: TryOnJob) -> Step:
    """Return the step of a job whose submit was sent."""
    return Step(job, nothing, submit.record, costs=True, joint=submit.ACCEPTED)


async def nothing(client: Any) -> None:
    """Ask nobody."""


@pytest.mark.parametrize("many", [2, WORKERS])
def test_sweeps_at_once(many: int, provider: Provider, garment: Any, person: Any) -> None:
    wish: dict[str, Any] = {"garments": [garment], "person": person, "engine": "idm-vton"}
    jobs = [services.launch(**wish) for _ in range(10)]
    for first in jobs[:3]:
        services.launch(**wish, previous=first)
    TryOnJob.objects.filter(pk=jobs[0].pk).update(status=Status.CANCELLED, next_step_at=None)
    provider.answers(status=json(200, {"status": "PROCESSING"}))
    race(*[services.sweep] * many)
    assert provider.asked["submit"] == 9
    (follower,) = TryOnJob.objects.filter(previous=jobs[0])
    assert (follower.status, follower.error_code) == (Status.FAILED, "previous_failed")


def test_two_watches(provider: Provider, garment: Any, person: Any) -> None:
    for _ in range(10):
        services.launch(garments=[garment], person=person, engine="idm-vton")
    provider.answers(status=[json(200, {"status": "PROCESSING"}), *provider.script["status"]])
    race(services.watch, services.watch)
    assert not TryOnJob.objects.exclude(status=Status.SUCCEEDED)
    assert provider.asked["submit"] == 10
    assert TryOnResult.objects.count() == 10
    assert Alarm.objects.get().keeper == ""


def test_of_twelve_one_has_the_turn(db: None) -> None:
    turns = [Turn() for _ in range(WORKERS)]
    assert race(*(turn.is_mine for turn in turns)).count(True) == 1
