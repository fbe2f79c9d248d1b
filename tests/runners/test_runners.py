"""What each runner does when it is asked to wake the workers."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from django_tryon import services, tasks
from django_tryon.models import Alarm, Garment, Person, Status
from django_tryon.services.driving.wake import wake

pytest.importorskip("celery")
from celery import Celery, current_app


@pytest.fixture
def messages(settings: Any) -> Iterator[list[Any]]:
    """What Celery was asked to send."""
    settings.TRYON = settings.TRYON | {"RUNNER": "django_tryon.runners.celery"}
    app = Celery("shop", broker="memory://", set_as_current=True)
    sent: list[Any] = []

    def record(name: str, eta: Any = None, **kwargs: Any) -> None:
        sent.append((name, eta))

    app.send_task = record  # type: ignore[assignment]
    assert current_app.main == "shop"
    yield sent
    app.close()


@pytest.mark.django_db(transaction=True)
def test_inline_does_the_whole_way(
    garment: Garment, person: Person, sandbox: Any, settings: Any
) -> None:
    settings.TRYON = settings.TRYON | {"RUNNER": "django_tryon.runners.inline"}
    job = services.launch(garments=[garment], person=person, engine="idm-vton")
    job.refresh_from_db()
    assert job.status == Status.SUCCEEDED


@pytest.mark.django_db(transaction=True)
def test_celery_is_sent_one_message_for_many_launches(
    garment: Garment, person: Person, messages: list[Any], sandbox: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(sys.modules["django_tryon.services.driving.watch"], "SOON", timedelta(0))
    jobs = [services.launch(garments=[garment], person=person, engine="idm-vton") for _ in range(9)]
    assert messages == [("django_tryon.drive", None)]
    assert tasks.drive() == 9
    # For the end of the watch, should its keeper die, and for the first poll.
    assert [name for name, _eta in messages] == ["django_tryon.drive"] * 3
    kept_until = messages[1][1]
    first_poll = messages[2][1]  # None if it is due already
    assert first_poll is None or first_poll < kept_until
    services.drive_until_idle()
    for job in jobs:
        job.refresh_from_db()
        assert job.status == Status.SUCCEEDED
    assert len(messages) < 9


@pytest.mark.django_db(transaction=True)
def test_nothing_is_sent_before_the_commit(messages: list[Any]) -> None:
    with transaction.atomic():
        wake()
        assert not messages
    assert len(messages) == 1


@pytest.mark.django_db(transaction=True)
def test_nothing_is_sent_for_nothing(messages: list[Any]) -> None:
    assert tasks.drive() == 0
    assert tasks.sweep() == 0
    assert not messages


@pytest.mark.django_db(transaction=True)
def test_a_wake_up_lies_on_the_grid(messages: list[Any]) -> None:
    wake(timezone.now() + timedelta(seconds=3, milliseconds=130))
    [(_name, eta)] = messages
    assert eta.microsecond % 100_000 == 0
    assert Alarm.objects.get().rings_at == eta


@pytest.mark.django_db(transaction=True)
def test_a_sweep_finds_what_nobody_was_waked_for(
    garment: Garment, person: Person, messages: list[Any], sandbox: Any
) -> None:
    services.launch(garments=[garment], person=person, engine="idm-vton")
    messages.clear()  # the broker lost it
    assert tasks.sweep() == 1
    assert len(messages) == 1


def test_the_tasks_have_the_names_that_are_sent() -> None:
    assert tasks.drive.name == "django_tryon.drive"
    assert tasks.sweep.name == "django_tryon.sweep"
