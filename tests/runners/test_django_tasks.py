"""The runner for Django's tasks, with back ends that can hold a task for later, and that cannot."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from django_tryon import services
from django_tryon.models import Alarm, TryOnJob
from django_tryon.runners import bell
from tests.lifecycle.conftest import provider as provider
from tests.lifecycle.provider import Provider, json

runner = pytest.importorskip("django_tryon.runners.django_tasks")
pytestmark = pytest.mark.django_db(transaction=True)
watching = sys.modules["django_tryon.services.driving.watch"]
BACKENDS = type(runner.drive).__module__.rpartition(".")[0] + ".backends"
HOUR = timedelta(hours=1)


def use(settings: Any, backend: str) -> Any:
    """Have this back end run the tasks, and return it."""
    settings.TASKS = {"default": {"BACKEND": f"{BACKENDS}.{backend}Backend"}}
    settings.TRYON = settings.TRYON | {"RUNNER": "django_tryon.runners.django_tasks"}
    return runner.drive.get_backend()


def moments(backend: Any) -> list[datetime | None]:
    """Return for when each task was enqueued; None for at once."""
    return [result.task.run_after for result in backend.results]


def test_a_task_is_enqueued_for_the_moment_that_is_asked_for(settings: Any) -> None:
    backend = use(settings, "dummy.Dummy")
    now = timezone.now()
    runner.wake(now + HOUR)
    runner.wake(now + 2 * HOUR)  # it is woken before that already
    runner.wake(now)
    assert moments(backend) == [now + HOUR, None]
    assert [result.kwargs for result in backend.results][1] == {"at": now.isoformat()}


def test_a_back_end_that_cannot_wait_is_sent_only_what_is_due(
    settings: Any, monkeypatch: Any
) -> None:
    backend = use(settings, "dummy.Dummy")
    monkeypatch.setattr(type(backend), "supports_defer", False)
    now = timezone.now()
    runner.wake(now + HOUR)
    assert not backend.results
    assert Alarm.objects.get().rings_at is None  # nobody counts on it
    runner.wake(now)
    assert moments(backend) == [None]
    Alarm.rang()
    Alarm.keep("somebody", now=now, until=now + HOUR)
    runner.wake(timezone.now())  # who keeps the watch sees it anyway
    assert moments(backend) == [None]


def test_who_launches_with_the_immediate_back_end_has_it_done_at_once(
    settings: Any, garment: Any, person: Any, provider: Provider
) -> None:
    use(settings, "immediate.Immediate")
    provider.answers(status=[json(200, {"status": "PROCESSING"})] + provider.script["status"])
    job = services.launch(garments=[garment], person=person, engine="idm-vton")
    job.refresh_from_db()
    assert job.status == "succeeded"
    assert Alarm.objects.get().swept_at


def test_one_shift_follows_the_other_while_something_is_due(
    settings: Any, garment: Any, person: Any, provider: Provider, monkeypatch: Any
) -> None:
    """Nobody can be called for later, so whoever is there stays, and goes when there is no need."""
    shifts: list[Any] = []

    def watch(*, soon: timedelta, besides: Any = ()) -> int:
        shifts.append(soon)
        if len(shifts) == 3:
            TryOnJob.objects.update(next_step_at=timezone.now() + 2 * HOUR)
        return 2

    services.launch(garments=[garment], person=person, engine="idm-vton")
    monkeypatch.setattr(watching, "watch", watch)
    assert services.attend(soon=HOUR) == 6
    assert shifts == [HOUR] * 3


def test_one_shift_is_enough_where_another_keeps_the_watch(
    garment: Any, person: Any, monkeypatch: Any
) -> None:
    services.launch(garments=[garment], person=person, engine="idm-vton")
    now = timezone.now()
    Alarm.keep("another", now=now, until=now + HOUR)
    monkeypatch.setattr(watching, "watch", lambda *, soon, besides=(): 1)
    assert services.attend(soon=HOUR) == 1


def test_what_was_left_over_is_settled_once_a_minute(monkeypatch: Any) -> None:
    settled: list[int] = []

    def settle() -> list[Any]:
        settled.append(1)
        return []

    monkeypatch.setattr(watching, "settle", settle)
    Alarm.swept(timezone.now())
    services.attend()
    assert not settled
    Alarm.swept(timezone.now() - timedelta(minutes=2))
    services.attend()
    assert settled


def test_a_message_that_was_not_sent_is_not_counted_on() -> None:
    at = timezone.now() + HOUR

    def refuse(*args: Any) -> None:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        bell.ring(at, refuse)
    assert Alarm.objects.get().rings_at is None
    bell.ring(at, lambda *args: False)
    assert Alarm.objects.get().rings_at is None
    bell.ring(at, lambda *args: None)
    assert Alarm.objects.get().rings_at == at
    bell.rang(at.isoformat())
    assert Alarm.objects.get().rings_at is None
