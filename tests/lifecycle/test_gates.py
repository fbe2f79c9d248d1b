"""What many jobs do when the account, and none of them, is at fault."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from django_tryon import services
from django_tryon.models import Gate, Status, TryOnJob
from django_tryon.services.driving import gates
from django_tryon.services.driving.advance import is_idle
from tests.lifecycle.provider import Provider, json

pytestmark = pytest.mark.django_db
Drive = Callable[..., TryOnJob]
FAULTS = [
    json(401, {"error": "Unauthorized. API key is invalid"}),
    json(406, {"error": "Insufficient credits: 0.01 < 0.04"}),
]


@pytest.mark.parametrize("fault", FAULTS)
def test_nothing_is_lost_for_want_of_credits_or_key(
    fault: Any, provider: Provider, drive: Drive, garment: Any, person: Any
) -> None:
    good = provider.script["submit"][0]
    provider.answers(submit=[fault, good], credits=json(200, {"credits": 5.0, "free-credits": 0}))
    assert drive(rounds=1).status == Status.QUEUED
    late = services.launch(garments=[garment], person=person, engine="idm-vton")
    services.drive(now=timezone.now())
    late.refresh_from_db()
    assert (late.status, provider.asked) == (Status.QUEUED, {"submit": 1})
    job = drive()
    assert provider.asked["credits"] == 1
    late.refresh_from_db()
    assert (job.status, late.status) == (Status.SUCCEEDED, Status.SUCCEEDED)
    assert (job.error_code, job.error_message, provider.asked["submit"]) == ("", "", 3)


def test_a_closed_gate_stops_submits_only(provider: Provider, drive: Drive) -> None:
    provider.answers(status=[json(200, {"status": "PROCESSING"}), *provider.script["status"]])
    assert drive(rounds=1).status == Status.RUNNING
    gates.close("idm-vton", "bad_key")
    assert drive().status == Status.SUCCEEDED


def test_who_waits_too_long_for_a_rate_limit_says_so(provider: Provider, drive: Drive) -> None:
    provider.answers(submit=json(429, {"error": "slow down"}))
    drive(rounds=1)
    assert Gate.objects.get().reason == "rate_limited"
    TryOnJob.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert (drive().status, drive().error_code) == (Status.FAILED, "rate_limited")


def test_the_account_takes_so_many_a_minute(
    settings: Any, provider: Provider, garment: Any, person: Any
) -> None:
    settings.TRYON = settings.TRYON | {"SUBMITS_PER_MINUTE": 2}
    for _number in range(14):
        services.launch(garments=[garment], person=person, engine="idm-vton")
    now = timezone.now()
    minutes = []
    for number in range(8):
        services.drive(now=now + timedelta(minutes=number))
        minutes.append(provider.asked["submit"])
    assert minutes[:5] == [2, 4, 6, 8, 10]
    assert minutes[-1] == 14


def test_a_minute_that_is_full_takes_nobody(
    settings: Any, provider: Provider, garment: Any, person: Any
) -> None:
    settings.TRYON = settings.TRYON | {"SUBMITS_PER_MINUTE": 2}
    now = timezone.now() + timedelta(hours=1)
    for _number in range(3):
        services.launch(garments=[garment], person=person, engine="idm-vton")
        services.drive(now=now)
    assert provider.asked["submit"] == 2
    late = TryOnJob.objects.get(status=Status.QUEUED)
    assert late.next_step_at is not None
    assert timedelta(0) < late.next_step_at - now <= timedelta(minutes=1)


@pytest.mark.parametrize(
    ("fields", "idle"),
    [
        ({}, False),
        ({"error_code": "rate_limited"}, False),
        ({"error_code": "no_credits"}, True),
        ({"status": "uncertain", "attempts": 1}, False),
        ({"status": "uncertain", "attempts": 2}, True),
    ],
)
def test_a_worker_until_idle_does_not_wait_for_days(
    fields: dict[str, Any], idle: bool, job: TryOnJob
) -> None:
    TryOnJob.objects.update(**fields)
    assert is_idle() is idle


def test_a_key_that_is_refused_while_a_job_runs_is_known_at_once(
    provider: Provider, drive: Drive
) -> None:
    refused = json(401, {"error": "Unauthorized. API key is invalid"})
    provider.answers(status=[refused, *provider.script["status"]])
    assert drive(rounds=2).status == Status.RUNNING
    assert Gate.objects.get().reason == "bad_key"
    assert drive().status == Status.SUCCEEDED


def test_a_new_key_opens_the_gate_with_the_next_sweep(
    settings: Any, provider: Provider, drive: Drive
) -> None:
    good = provider.script["submit"][0]
    provider.answers(submit=[json(401, {"error": "Unauthorized. API key is invalid"}), good])
    drive(rounds=1)
    gates.close("idm-vton", "engine_retired")
    services.settle()
    assert Gate.objects.filter(opened_at=None).count() == 2
    settings.TRYON = settings.TRYON | {"API_KEY": "SG_another"}
    services.settle()
    assert Gate.objects.get(opened_at=None).reason == "engine_retired"
    assert TryOnJob.objects.get().next_step_at <= timezone.now()
