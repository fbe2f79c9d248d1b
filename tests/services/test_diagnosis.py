"""What the database says of the workers, in facts and in one word."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from django_tryon.models import Alarm, Gate, Status, TryOnJob
from django_tryon.services.doctor.diagnosis import AWAY, LATE, HowTo, State, how_to, look
from django_tryon.services.driving import gates
from tests.lifecycle.conftest import job as job

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _swept(db: None) -> None:
    """A worker that sweeps."""
    Alarm.swept(timezone.now())


def due(job: TryOnJob, ago: timedelta, **fields: Any) -> None:
    """Have a job been due for so long."""
    TryOnJob.objects.filter(pk=job.pk).update(next_step_at=timezone.now() - ago, **fields)


def test_nothing_to_do_is_well() -> None:
    facts = look()
    assert facts.state == State.OK
    assert (facts.overdue, facts.open, facts.waiting_since) == ({}, {}, None)


def test_a_job_that_was_just_launched_is_well(job: TryOnJob) -> None:
    facts = look()
    assert facts.state == State.OK
    assert facts.open == {Status.QUEUED: 1}
    assert facts.waiting_since == job.created_at


@pytest.mark.parametrize("status", [Status.QUEUED, Status.RUNNING, Status.SUCCEEDED])
@pytest.mark.parametrize(
    ("ago", "state"),
    [
        (LATE - SECOND, State.OK),
        (LATE + SECOND, State.DEGRADED),
        (AWAY - SECOND, State.DEGRADED),
        (AWAY + SECOND, State.DOWN),
    ],
)
def test_what_is_due_for_long(job: TryOnJob, status: Status, ago: timedelta, state: State) -> None:
    due(job, ago, status=status, provider_request_id="x")
    facts = look()
    assert facts.state == state
    assert facts.overdue == ({status: 1} if state != State.OK else {})
    assert facts.is_left_alone == (state == State.DOWN)


def test_what_waits_for_another_is_not_overdue(job: TryOnJob) -> None:
    TryOnJob.objects.update(next_step_at=None, created_at=timezone.now() - timedelta(days=1))
    assert look().state == State.OK
    assert look().waiting_since


def test_no_sweep(settings: Any) -> None:
    Alarm.objects.update(swept_at=timezone.now() - AWAY)
    assert look().state == State.DEGRADED
    for runner in ("inline", "django_tasks"):  # these have nobody who would sweep all the time
        settings.TRYON = settings.TRYON | {"RUNNER": f"django_tryon.runners.{runner}"}
        assert look().state == State.OK
    Alarm.objects.all().delete()
    assert look().swept_at is None


def test_the_watch() -> None:
    now = timezone.now()
    assert not look().is_watched
    Alarm.keep("somebody", now=now, until=now + SECOND)
    assert look(now).is_watched
    assert not look(now + SECOND).is_watched


def test_gates_that_somebody_must_see_to() -> None:
    gates.close("idm-vton", "rate_limited")
    assert look().state == State.OK
    assert len(look().gates) == 1
    gates.close("idm-vton", "no_credits")
    facts = look()
    assert facts.state == State.DEGRADED
    assert [gate.key for gate in facts.blocked] == ["idm-vton"]
    Gate.objects.update(opened_at=timezone.now())
    assert look().state == State.OK


def test_the_facts_cost_four_queries(job: TryOnJob, django_assert_num_queries: Any) -> None:
    due(job, AWAY)
    gates.close("idm-vton", "no_credits")
    with django_assert_num_queries(4):
        assert look().state == State.DOWN


def test_each_runner_says_how_its_workers_are_started(settings: Any) -> None:
    for runner, word in (
        ("celery", "celery"),
        ("django_tasks", "db_worker"),
        ("embedded", "tryon_worker"),
    ):
        settings.TRYON = settings.TRYON | {"RUNNER": f"django_tryon.runners.{runner}"}
        assert word in how_to().start
        assert how_to().sweep
    for runner in ("django_tryon.runners.inline", "no.such.runner"):
        settings.TRYON = settings.TRYON | {"RUNNER": runner}
        assert how_to() == HowTo()
