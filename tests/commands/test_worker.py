"""The embedded worker and the sweep, as commands."""

from __future__ import annotations

import os
import signal
import threading
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError, connections

from django_tryon import services
from django_tryon.management.commands import tryon_worker
from django_tryon.models import Alarm, Garment, Person, Status
from django_tryon.services.driving.work import Work

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _keep_signals() -> Any:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_until_idle(
    garment: Garment, person: Person, sandbox: Any, django_assert_max_num_queries: Any
) -> None:
    jobs = [
        services.launch(garments=[garment], person=person, engine=engine)
        for engine in ("idm-vton", "fashion-ai")
    ]
    said = StringIO()
    call_command("tryon_worker", "--until-idle", stdout=said)
    for job in jobs:
        job.refresh_from_db()
        assert job.status == Status.SUCCEEDED
    assert f"succeeded idm-vton {jobs[0].pk}\n" in said.getvalue()
    assert said.getvalue().endswith("has stopped.\n")


def test_quiet() -> None:
    said = StringIO()
    call_command("tryon_worker", "--until-idle", "--quiet", stdout=said)
    assert said.getvalue() == ""


def test_it_stops_when_told(monkeypatch: Any) -> None:
    rounds = iter(range(9))

    def claim(work: Work) -> int:
        if next(rounds) == 1:
            os.kill(os.getpid(), signal.SIGTERM)
        return 0

    monkeypatch.setattr(tryon_worker, "claim", claim)
    monkeypatch.setattr(tryon_worker, "IDLE", 0.001)
    said = StringIO()
    call_command("tryon_worker", stdout=said)
    assert next(rounds) == 2
    assert "has stopped" in said.getvalue()


def test_what_was_begun_is_finished_when_it_stops(
    garment: Garment, person: Person, sandbox: Any, monkeypatch: Any
) -> None:
    job = services.launch(garments=[garment], person=person, engine="idm-vton")
    real = tryon_worker.claim

    def claim(work: Work) -> int:
        os.kill(os.getpid(), signal.SIGTERM)
        return real(work)

    monkeypatch.setattr(tryon_worker, "claim", claim)
    monkeypatch.setattr(tryon_worker, "look_on", lambda work: None)
    call_command("tryon_worker", "--quiet")
    job.refresh_from_db()
    assert job.status == Status.RUNNING


def test_it_runs_in_a_thread_too() -> None:
    said = StringIO()

    def work() -> None:
        call_command("tryon_worker", "--until-idle", stdout=said)
        connections.close_all()  # a thread's connections are its own

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(30)
    assert "has stopped" in said.getvalue()


def test_a_fault_of_the_database_does_not_end_the_worker(monkeypatch: Any) -> None:
    rounds = iter(range(9))

    def claim(work: Work) -> int:
        if next(rounds) == 0:
            raise OperationalError("the database went away")
        return 0

    monkeypatch.setattr(tryon_worker, "claim", claim)
    monkeypatch.setattr(tryon_worker, "IDLE", 0.001)
    said = StringIO()
    call_command("tryon_worker", "--until-idle", stdout=said, stderr=said)
    assert "the database went away" in said.getvalue()
    assert next(rounds) == 2


def test_it_sweeps_by_itself(garment: Garment, person: Person, sandbox: Any) -> None:
    first = services.launch(garments=[garment], person=person, engine="idm-vton")
    second = services.launch(garments=[garment], person=person, engine="idm-vton", previous=first)
    first.delete()
    call_command("tryon_worker", "--until-idle", "--quiet")
    second.refresh_from_db()
    assert (second.status, second.error_code) == (Status.FAILED, "previous_gone")
    assert Alarm.objects.get().swept_at is not None


def test_one_sweep(garment: Garment, person: Person, sandbox: Any) -> None:
    services.launch(garments=[garment], person=person, engine="idm-vton")
    said = StringIO()
    call_command("tryon_sweep", stdout=said)
    assert said.getvalue() == "Advanced 1 due job.\n"
