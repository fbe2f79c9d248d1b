"""Gates: what closes them, what opens them, and who waits meanwhile."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from django_tryon import services
from django_tryon.conf import conf
from django_tryon.exceptions import LaunchRefused, Refused
from django_tryon.models import Gate, Status, TryOnJob
from django_tryon.models.gate import ACCOUNT
from django_tryon.models.transitions import claim_due
from django_tryon.services.driving import gates
from django_tryon.services.steps import look

pytestmark = pytest.mark.django_db
SECONDS = timedelta(seconds=1)


def claimed(garment: Any, person: Any, *engines: str) -> list[TryOnJob]:
    """Launch a job by each engine, and claim them all as a drive does."""
    for engine in engines:
        services.launch(garments=[garment], person=person, engine=engine)
    return claim_due(now=timezone.now(), lease=conf.LEASE, limit=1000)


def again(job: TryOnJob) -> TryOnJob:
    return TryOnJob.objects.get(pk=job.pk)


def test_nothing_stops_what_no_gate_stops(
    garment: Any, person: Any, django_assert_num_queries: Any
) -> None:
    jobs = claimed(garment, person, "idm-vton", "try-on-diffusion")
    with django_assert_num_queries(1):
        assert gates.hold(jobs) == jobs
    with django_assert_num_queries(0):
        assert gates.hold([]) == []


@pytest.mark.parametrize(
    ("reason", "key"),
    [
        ("rate_limited", ACCOUNT),
        ("spend_limit", ACCOUNT),
        ("bad_key", ACCOUNT),
        ("no_credits", "idm-vton"),
        ("forbidden", "idm-vton"),
        ("engine_retired", "idm-vton"),
    ],
)
def test_whom_a_reason_concerns(reason: str, key: str) -> None:
    assert gates.close("idm-vton", reason, says="Why.").key == key
    others = {} if key != ACCOUNT else {"try-on-diffusion"}
    assert gates.closed(["idm-vton", "try-on-diffusion"]).keys() == {"idm-vton", *others}


def test_jobs_wait_in_one_statement_and_say_why(
    garment: Any, person: Any, django_assert_num_queries: Any
) -> None:
    jobs = claimed(garment, person, *["idm-vton"] * 5, "try-on-diffusion")
    gate = gates.close("idm-vton", "no_credits", says="Top it up.")
    now = timezone.now()
    with django_assert_num_queries(2):
        assert [job.engine for job in gates.hold(jobs, now=now)] == ["try-on-diffusion"]
    for job in map(again, jobs[:5]):
        assert (job.status, job.claim) == (Status.QUEUED, "")
        assert (job.error_code, job.error_message) == ("no_credits", "Top it up.")
        assert job.next_step_at == gate.look_at
    assert again(jobs[5]).claim


def waits(garment: Any, person: Any, reason: str, **said: Any) -> tuple[TryOnJob, Gate]:
    """Return a job that waits at a gate which closed for this reason."""
    (job,) = claimed(garment, person, "idm-vton")
    gate = gates.close("idm-vton", reason, says="Why.", **said)
    assert gates.hold([job]) == []
    return job, gate


def is_due(job: TryOnJob) -> bool:
    at = again(job).next_step_at
    return at is not None and at <= timezone.now()


def test_a_rate_limit_opens_at_its_time(garment: Any, person: Any) -> None:
    until = timezone.now().replace(microsecond=0) + 40 * SECONDS
    job, gate = waits(garment, person, "rate_limited", until=until)
    assert again(job).next_step_at == until
    assert gates.hold([again(job)], now=until - SECONDS) == []
    assert gates.hold([again(job)], now=until) == [job]
    assert not gate.is_closed(until)


def test_the_waits_grow_when_it_closes_again_and_again() -> None:
    gaps = []
    for _time in range(8):
        gate = gates.close("idm-vton", "rate_limited")
        assert gate.opens_at is not None
        gaps.append(round((gate.opens_at - gate.closed_at) / SECONDS))
        Gate.objects.update(opens_at=timezone.now())
    assert gaps == sorted(gaps)
    assert (gaps[0] <= 2, gaps[3] >= 8, gaps[-1] <= 61) == (True, True, True)
    Gate.objects.update(opens_at=timezone.now() - gates.SOON)
    assert gates.close("idm-vton", "rate_limited").closings == 1


def test_many_refusals_close_it_once() -> None:
    first = gates.close("idm-vton", "rate_limited", until=timezone.now() + 5 * SECONDS)
    assert gates.close("idm-vton", "rate_limited", until=first.opens_at) == first
    later = timezone.now() + 30 * SECONDS
    gate = gates.close("idm-vton", "rate_limited", until=later)
    assert (gate.opens_at, gate.closings) == (later, 1)


def test_what_is_worse_counts() -> None:
    gates.close("idm-vton", "bad_key")
    gates.close("idm-vton", "rate_limited")
    assert Gate.objects.get().reason == "bad_key"
    gates.open_gate(ACCOUNT)
    gates.close("idm-vton", "rate_limited")
    gates.close("idm-vton", "bad_key")
    assert Gate.objects.get().reason == "bad_key"


def test_another_key_opens_it(garment: Any, person: Any, settings: Any) -> None:
    job, _gate = waits(garment, person, "bad_key")
    assert not is_due(job)
    settings.TRYON = settings.TRYON | {"API_KEY": "SG_fedcba9876543210"}
    assert gates.closed(["idm-vton"]) == {}
    assert is_due(job)
    assert Gate.objects.get().key_hash not in {"", gates.hash_of_key()}


@pytest.mark.parametrize("reason", ["rate_limited", "engine_retired"])
def test_another_key_does_not_open_it(reason: str, settings: Any) -> None:
    gates.close("idm-vton", reason, until=timezone.now() + 30 * SECONDS)
    settings.TRYON = settings.TRYON | {"API_KEY": "SG_fedcba9876543210"}
    assert gates.closed(["idm-vton"])


def test_opening_lets_only_those_go_that_waited_there(garment: Any, person: Any) -> None:
    job, _gate = waits(garment, person, "no_credits")
    (other,) = claimed(garment, person, "try-on-diffusion")
    later = timezone.now() + 600 * SECONDS
    TryOnJob.objects.filter(pk=other.pk).update(next_step_at=later, claim="")
    assert gates.open_gate("idm-vton")
    assert not gates.open_gate("idm-vton")
    assert not gates.open_gate(ACCOUNT)
    assert (is_due(job), is_due(other)) == (True, False)


def test_a_retired_engine_ends_its_jobs_and_takes_no_more(garment: Any, person: Any) -> None:
    job, _gate = waits(garment, person, "engine_retired")
    assert (again(job).status, again(job).error_code) == (Status.FAILED, "engine_retired")
    with pytest.raises(LaunchRefused, match="not offered by Segmind any more") as refused:
        services.launch(garments=[garment], person=person, engine="idm-vton")
    assert (refused.value.code, refused.value.field) == ("engine_retired", "engine")
    services.launch(garments=[garment], person=person, engine="try-on-diffusion")
    gates.open_gate("idm-vton")
    services.launch(garments=[garment], person=person, engine="idm-vton")


@pytest.mark.parametrize("reason", ["bad_key", "no_credits", "rate_limited", "forbidden"])
def test_a_launch_is_taken_while_a_gate_is_closed(reason: str, garment: Any, person: Any) -> None:
    gates.close("idm-vton", reason)
    job = services.launch(garments=[garment], person=person, engine="idm-vton")
    assert job.status == Status.QUEUED


def looked(now: Any = None) -> list[Any]:
    return look.claim(now=now or timezone.now() + gates.SOON)


def test_one_worker_looks(garment: Any, person: Any) -> None:
    _job, gate = waits(garment, person, "no_credits")
    assert looked(now=timezone.now()) == []
    now = timezone.now() + gates.SOON
    assert [step.subject for step in looked(now)] == [gate]
    assert looked(now) == []
    at = Gate.objects.get().look_at
    assert at is not None
    assert now < at <= now + gates.KINDS[gates.Reason.NO_CREDITS].longest + SECONDS
    gates.open_gate("idm-vton")
    assert looked(at) == []


def test_who_waits_for_a_person_is_asked_again_now_and_then(garment: Any, person: Any) -> None:
    gate = Gate(key="idm-vton", reason="engine_retired")
    now = timezone.now()
    assert gates.next_try(gate, now) - now >= gates.LOOK_AGAIN


def test_two_who_look_at_the_same_moment(monkeypatch: Any) -> None:
    gates.close("idm-vton", "no_credits")

    def overtaken(at: Any) -> Any:
        Gate.objects.update(look_at=at + SECONDS)
        return at

    monkeypatch.setattr(look, "on_grid", overtaken)
    assert looked() == []


@pytest.mark.parametrize(
    ("reason", "needs", "said", "opens"),
    [
        ("no_credits", Decimal("0.04"), Decimal("0.05"), True),
        ("no_credits", Decimal("0.04"), Decimal("0.03"), False),
        ("no_credits", None, Decimal("0.01"), True),
        ("no_credits", None, Decimal(0), False),
        ("no_credits", None, Refused("no", code="bad_key"), False),
        ("no_credits", None, RuntimeError("a bug"), False),
        ("bad_key", None, Decimal(0), True),
        ("bad_key", None, Refused("no", code="bad_key"), False),
    ],
)
def test_what_a_look_says(
    reason: str, needs: Decimal | None, said: Any, opens: bool, garment: Any, person: Any
) -> None:
    job, gate = waits(garment, person, reason, needs=needs)
    look.record(gate, said)
    assert (gates.closed(["idm-vton"]) == {}) is opens
    assert is_due(job) is opens


def test_the_log_says_of_which_engine(caplog: pytest.LogCaptureFixture) -> None:
    gates.close("idm-vton", "bad_key")
    [record] = caplog.records
    assert (vars(record)["event"], vars(record)["engine"]) == ("gate.closed", "idm-vton")
