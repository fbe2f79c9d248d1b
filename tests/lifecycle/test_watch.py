"""Who keeps the watch looks by itself; who does not, does what is due and goes."""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.utils import timezone

from django_tryon import services
from django_tryon.models import Alarm, Status, TryOnJob
from django_tryon.services.driving.schedule import Spread
from django_tryon.signals import job_finished
from tests.lifecycle import provider as scripted
from tests.lifecycle.provider import Provider, json, step_of

pytestmark = pytest.mark.django_db(transaction=True)
watching = sys.modules["django_tryon.services.driving.watch"]
AT_ONCE = Spread(soonest=0.01, usual=0.01, latest=0.01)


@pytest.fixture
def rings(settings: Any, monkeypatch: Any) -> list[Any]:
    """The moments for which the workers were to be woken by a message."""
    asked: list[Any] = []

    def wake(at: Any) -> None:
        if Alarm.arm(at, now=timezone.now()):
            asked.append(at)

    monkeypatch.setattr("django_tryon.runners.embedded.wake", wake)
    return asked


@pytest.fixture
def quick(monkeypatch: Any) -> None:
    """Runs that are done at once are asked after at once."""
    monkeypatch.setattr("django_tryon.services.driving.pace.of", lambda engine: AT_ONCE)
    monkeypatch.setattr(watching, "STROKE", 0.01)


def test_the_whole_way_of_a_job_in_one_watch(
    garment: Any, person: Any, provider: Provider, rings: list[Any], quick: None
) -> None:
    provider.answers(status=[json(200, {"status": "PROCESSING"})] * 3 + provider.script["status"])
    jobs = [services.launch(garments=[garment], person=person, engine="idm-vton") for _ in "123"]
    assert len(rings) == 1
    Alarm.rang()
    assert services.watch() >= 3 * 3
    assert set(TryOnJob.objects.values_list("status", flat=True)) == {Status.SUCCEEDED}
    # One message in case the keeper dies; none for any poll.
    assert len(rings) == 2
    assert provider.asked["submit"] == len(jobs)
    row = Alarm.objects.get()
    assert (row.keeper, row.kept_until) == ("", None)


def test_nothing_to_do_is_nothing_to_watch(rings: list[Any], provider: Provider) -> None:
    assert services.watch() == 0
    assert not rings
    assert not Alarm.objects.exclude(keeper="")


def test_what_is_not_due_soon_is_left_to_a_message(
    job: TryOnJob, provider: Provider, rings: list[Any], monkeypatch: Any
) -> None:
    monkeypatch.setattr(watching, "SOON", timedelta(0))
    Alarm.rang()
    rings.clear()
    assert services.watch() == 1
    job.refresh_from_db()
    assert job.status == Status.RUNNING
    Alarm.rang(rings[0])  # the one for the end of the watch
    watching.wake_for_next()
    assert rings[-1] == job.next_step_at


def test_another_who_is_woken_does_what_is_due_and_goes(
    job: TryOnJob, provider: Provider, rings: list[Any], quick: None
) -> None:
    now = timezone.now()
    Alarm.keep("another", now=now, until=now + timedelta(minutes=5))
    assert services.watch() == 1
    job.refresh_from_db()
    assert job.status == Status.RUNNING
    assert Alarm.objects.get().keeper == "another"


def test_a_watch_ends_when_the_worker_is_to_stop(
    job: TryOnJob, provider: Provider, rings: list[Any], quick: None
) -> None:
    assert services.watch(is_stopped=lambda: True) == 1
    job.refresh_from_db()
    assert job.status == Status.RUNNING  # what was begun was finished, and nothing else begun
    assert Alarm.objects.get().keeper == ""


def test_after_a_shift_others_may_take_over_and_if_none_does_it_goes_on(
    monkeypatch: Any, provider: Provider, rings: list[Any]
) -> None:
    monkeypatch.setattr(watching, "SHIFT", timedelta(0))
    turn = watching.Turn()
    assert turn.is_mine()
    assert not turn.is_mine()
    assert Alarm.objects.get().keeper == ""
    assert not turn.is_mine()  # it rests
    monkeypatch.setattr(watching, "REST", timedelta(0))
    assert watching.Turn().is_mine()
    turn._asks_at = timezone.now()
    assert not turn.is_mine()  # somebody else has it now


def test_a_watch_is_lengthened_now_and_then_only(
    django_assert_num_queries: Any, monkeypatch: Any
) -> None:
    turn = watching.Turn()
    assert turn.is_mine()
    first = Alarm.objects.get().kept_until
    with django_assert_num_queries(0):
        assert turn.is_mine()
    turn._asks_at = timezone.now()
    assert turn.is_mine()
    assert Alarm.objects.get().kept_until > first


def test_a_slow_download_delays_no_other_job(
    garment: Any, person: Any, provider: Provider, quick: None, monkeypatch: Any
) -> None:
    """The first job's file comes only after the second job, which was launched later, is done."""
    done: list[Any] = []

    def finished(*, job: TryOnJob, **kwargs: Any) -> None:
        done.append(job.pk)

    async def answer(request: httpx.Request) -> httpx.Response:
        response = provider(request)
        is_first = step_of(request) == "file" and provider.asked["file"] == 1
        while is_first and not done:
            await asyncio.sleep(0.01)
        return response

    def look_on(work: Any) -> None:
        if provider.asked["file"] == 1 and TryOnJob.objects.count() == 1:
            services.launch(garments=[garment], person=person, engine="idm-vton")
        work.take_in(0.01)

    monkeypatch.setattr(scripted, "transport", lambda: httpx.MockTransport(answer))
    monkeypatch.setattr(watching, "look_on", look_on)
    job_finished.connect(finished)
    first = services.launch(garments=[garment], person=person, engine="idm-vton")
    services.watch()
    assert len(done) == 2
    assert done[1] == first.pk
