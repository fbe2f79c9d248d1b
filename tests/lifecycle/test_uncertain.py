"""A job whose answer got lost is found in the history, or left to staff: none is paid twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from json import loads
from typing import Any

import httpx
import pytest
from django.core.management import call_command
from django.utils import timezone

from django_tryon import services
from django_tryon.exceptions import NothingLeft, WrongState
from django_tryon.models import EarlierRun, Status, TryOnJob
from django_tryon.segmind.history import PER_PAGE, Row
from django_tryon.services.driving.work import Work
from django_tryon.services.steps import earlier, resolve
from tests.lifecycle.provider import BASE, Provider, json

pytestmark = pytest.mark.django_db
Drive = Callable[..., TryOnJob]
FILE = f"{BASE}/files/result.jpg"


def shown(provider: Provider, **told: Any) -> dict[str, Any]:
    """Return the history's row for what was submitted first."""
    body = next(loads(r.content) for r in provider.requests if r.method == "POST")
    row = {"request_id": "lost-1", "model_status": "COMPLETED", "credits_deduction": 0.06}
    return row | {"request_body": body, "generation_url": FILE} | told


@pytest.fixture
def lost(provider: Provider, drive: Drive) -> TryOnJob:
    """A job whose submit was accepted, perhaps."""
    provider.answers(submit=[httpx.ReadTimeout("slow"), *provider.script["submit"]])
    job = drive(rounds=1)
    assert job.status == Status.UNCERTAIN
    return job


def test_it_is_asked_for_soon(lost: TryOnJob) -> None:
    assert lost.next_step_at is not None
    assert timedelta(seconds=5) < lost.next_step_at - timezone.now() <= resolve.ASKS[0]
    assert lost.submitted_at is not None


@pytest.mark.parametrize(
    ("told", "status", "cost"),
    [
        ({}, Status.SUCCEEDED, "0.060000"),
        ({"model_status": "PENDING", "generation_url": None}, Status.SUCCEEDED, "0.050000"),
        ({"generation_url": None}, Status.SUCCEEDED, "0.050000"),
        ({"credits_deduction": None}, Status.SUCCEEDED, "None"),
        ({"model_status": "FAILED", "error": "blocked by safety filter"}, Status.FAILED, "None"),
    ],
)
def test_what_the_history_shows_is_adopted(
    told: dict[str, Any], status: Status, cost: str, lost: TryOnJob, provider: Provider, drive: Any
) -> None:
    provider.answers(history=json(200, {"data": [shown(provider, **told)]}))
    job = drive()
    assert (job.status, str(job.cost)) == (status, cost)
    assert (job.provider_request_id, provider.asked["submit"]) == ("lost-1", 1)
    assert job.error_code == ("content_blocked" if status == Status.FAILED else "")


def test_rows_may_come_late(lost: TryOnJob, provider: Provider, drive: Drive) -> None:
    other = {"request_id": "x", "model_status": "COMPLETED", "request_body": {"a": "#" + "0" * 32}}
    provider.answers(
        history=[
            json(200, {"data": [other]}),
            json(500, {}),
            json(200, {"data": [shown(provider)]}),
        ]
    )
    assert drive().status == Status.SUCCEEDED
    assert (provider.asked["history"], provider.asked["submit"]) == (3, 1)


@pytest.mark.parametrize("said", [json(200, {"data": []}), json(500, {})])
def test_what_the_history_never_shows_is_left_to_staff(
    said: httpx.Response, lost: TryOnJob, provider: Provider, drive: Drive
) -> None:
    provider.answers(history=said)
    job = drive()
    assert (job.status, job.next_step_at, job.claim) == (Status.UNCERTAIN, None, "")
    assert (provider.asked["history"], provider.asked["submit"]) == (len(resolve.ASKS), 1)


def test_one_look_finds_all(lost: TryOnJob, provider: Provider, garment: Any, person: Any) -> None:
    other = services.launch(garments=[garment], person=person, engine="idm-vton")
    TryOnJob.objects.filter(pk=other.pk).update(status=Status.UNCERTAIN, next_step_at=None)
    mark = {"garm_img": f"https://cdn.example/tee.jpg#{other.token}"}
    rows = [Row("a", "pending", loads(provider.requests[0].content)), Row("b", "pending", mark)]
    assert resolve.settle(rows) == {lost.pk, other.pk}
    other.refresh_from_db()
    assert (other.status, other.provider_request_id) == (Status.RUNNING, "b")


def test_a_request_is_adopted_once(lost: TryOnJob, garment: Any, person: Any) -> None:
    other = services.launch(garments=[garment], person=person, engine="idm-vton")
    TryOnJob.objects.filter(pk=other.pk).update(provider_request_id="taken")
    assert resolve.settle([Row("taken", "done", f"x#{lost.token}", (FILE,))]) == set()
    with pytest.raises(WrongState, match="Another job"):
        resolve.adopt(lost, "taken")


def test_of_two_rows_the_finished_one_counts(lost: TryOnJob) -> None:
    body = f"x#{lost.token}"
    rows = [Row("a", "failed", body), Row("b", "done", body, (FILE,)), Row("c", "pending", body)]
    resolve.settle(rows)
    lost.refresh_from_db()
    assert (lost.status, lost.provider_request_id) == (Status.FETCHING, "b")


@pytest.mark.parametrize("url", ["", "https://history.example"])
def test_a_shop_may_have_it_submitted_again(
    url: str, lost: TryOnJob, provider: Provider, drive: Drive, settings: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(resolve.history, "address", lambda: url and BASE)
    settings.TRYON = settings.TRYON | {"UNCERTAIN": "submit-again"}
    first = lost.token
    job = drive()
    assert (job.status, provider.asked["submit"]) == (Status.SUCCEEDED, 2)
    assert job.token != first
    assert job.earlier_runs.get().token == first


def test_it_is_submitted_again_by_itself_only_once(
    lost: TryOnJob, provider: Provider, drive: Drive, settings: Any
) -> None:
    settings.TRYON = settings.TRYON | {"UNCERTAIN": "submit-again"}
    provider.answers(submit=httpx.ReadTimeout("slow"))
    job = drive()
    assert (job.status, job.next_step_at) == (Status.UNCERTAIN, None)
    assert provider.asked["submit"] == 2


def test_a_history_that_was_not_read_is_no_reason_to_submit_again(
    lost: TryOnJob, provider: Provider, drive: Drive, settings: Any
) -> None:
    settings.TRYON = settings.TRYON | {"UNCERTAIN": "submit-again"}
    provider.answers(history=json(500, {}))
    assert (drive().status, provider.asked["submit"]) == (Status.UNCERTAIN, 1)


def test_nor_is_one_of_which_only_the_newest_rows_were_read(
    lost: TryOnJob, provider: Provider, drive: Drive, settings: Any
) -> None:
    settings.TRYON = settings.TRYON | {"UNCERTAIN": "submit-again"}
    full = [{"request_id": f"r-{n}", "model_status": "COMPLETED"} for n in range(PER_PAGE)]
    provider.answers(history=json(200, {"data": full}))
    assert (drive().status, provider.asked["submit"]) == (Status.UNCERTAIN, 1)


def test_without_history_and_policy_it_waits(settings: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(resolve.history, "address", lambda: "")
    assert resolve.first_ask(timezone.now()) is None
    settings.TRYON = settings.TRYON | {"UNCERTAIN": "submit-again"}
    assert resolve.first_ask(timezone.now()) is not None


def test_no_budget_is_no_second_submit(
    lost: TryOnJob, provider: Provider, drive: Drive, settings: Any
) -> None:
    settings.TRYON = settings.TRYON | {"UNCERTAIN": "submit-again", "DAILY_BUDGET": Decimal(0)}
    assert (drive().status, provider.asked["submit"]) == (Status.UNCERTAIN, 1)
    with pytest.raises(NothingLeft):
        resolve.submit_again(lost)
    assert not EarlierRun.objects.exists()


def test_staff_adopt(lost: TryOnJob, drive: Drive) -> None:
    resolve.adopt(lost, " found-by-hand ")
    job = drive()
    assert (job.status, job.provider_request_id) == (Status.SUCCEEDED, "found-by-hand")


@pytest.mark.parametrize("rows", [0, 1])
def test_an_id_that_segmind_does_not_know_is_a_slip(
    rows: int, lost: TryOnJob, provider: Provider, drive: Drive
) -> None:
    """The record is gone after an hour; the history knows longer."""
    known = shown(provider, request_id="found-by-hand") if rows else None
    provider.answers(
        status=json(404, {"error": "Request not found"}),
        history=json(200, {"data": [known] if known else []}),
    )
    if rows:
        resolve.adopt(lost, "found-by-hand")
        TryOnJob.objects.update(submitted_at=timezone.now() - timedelta(hours=2))
        assert drive().status == Status.SUCCEEDED
        return
    with pytest.raises(WrongState, match="Segmind knows no request “found-by-hand”"):
        resolve.adopt(lost, "found-by-hand")
    lost.refresh_from_db()
    assert (lost.status, lost.provider_request_id) == (Status.UNCERTAIN, None)


def test_where_segmind_does_not_answer_the_word_of_staff_counts(
    lost: TryOnJob, provider: Provider
) -> None:
    provider.answers(status=httpx.ReadTimeout("slow"))
    assert resolve.adopt(lost, "found-by-hand").status == Status.RUNNING


@pytest.mark.parametrize("request_id", ["", "two words", ".."])
def test_what_is_no_id_is_refused(request_id: str, lost: TryOnJob) -> None:
    with pytest.raises(WrongState, match="Give the request's id"):
        resolve.adopt(lost, request_id)


def test_staff_submit_again(lost: TryOnJob, drive: Drive, provider: Provider) -> None:
    resolve.submit_again(lost)
    assert (drive().status, provider.asked["submit"]) == (Status.SUCCEEDED, 2)


def test_staff_give_up(lost: TryOnJob, drive: Drive, provider: Provider) -> None:
    resolve.give_up(lost)
    job = drive()
    assert (job.status, job.error_code) == (Status.FAILED, "given_up")
    services.retry(job)
    assert (drive().status, provider.asked["submit"]) == (Status.SUCCEEDED, 2)


@pytest.mark.parametrize("verb", ["adopt", "submit_again", "give_up"])
def test_only_an_uncertain_job_is_decided(verb: str, job: TryOnJob) -> None:
    with pytest.raises(WrongState, match="only an uncertain one"):
        getattr(resolve, verb)(job, *(["some-id"] if verb == "adopt" else []))
    assert not EarlierRun.objects.exists()


def look(*, now: datetime) -> None:
    work = Work()
    work.begin(earlier.claim(now=now))
    work.finish()


def test_an_earlier_run_that_shows_up_late_is_told(
    lost: TryOnJob, drive: Drive, provider: Provider
) -> None:
    resolve.submit_again(lost)
    drive()
    provider.answers(history=json(200, {"data": [shown(provider)]}))
    look(now=timezone.now())
    run = EarlierRun.objects.get()
    assert (str(run), run.looks) == (run.token, 0)
    look(now=timezone.now() + earlier.LOOKS[0])
    run.refresh_from_db()
    assert (str(run), str(run.cost), run.look_at) == ("lost-1", "0.060000", None)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "settle",
    [
        services.sweep,
        services.attend,
        lambda: call_command("tryon_worker", "--until-idle", "--quiet"),
    ],
    ids=["sweep", "attend", "tryon_worker"],
)
def test_whoever_settles_makes_the_look(
    settle: Callable[[], Any], lost: TryOnJob, provider: Provider
) -> None:
    resolve.give_up(lost)
    EarlierRun.objects.update(look_at=timezone.now())
    provider.answers(history=json(200, {"data": [shown(provider)]}))
    settle()
    assert str(EarlierRun.objects.get()) == "lost-1"


def test_an_earlier_run_is_looked_for_some_times(
    lost: TryOnJob, provider: Provider, settings: Any
) -> None:
    resolve.give_up(lost)
    failed = shown(provider, model_status="FAILED")
    provider.answers(history=[json(500, {}), json(200, {"data": [failed]})])
    now = timezone.now()
    for _look in range(10):
        now += timedelta(days=7)
        look(now=now)
    run = EarlierRun.objects.get()
    assert (run.looks, run.look_at, run.provider_request_id) == (len(earlier.LOOKS), None, "")
    assert provider.asked["history"] == len(earlier.LOOKS)


def test_two_who_look_at_the_same_moment(
    lost: TryOnJob, provider: Provider, monkeypatch: Any
) -> None:
    resolve.give_up(lost)
    real, calls = earlier.run_rows, iter(range(9))

    def rows() -> Any:
        if next(calls) == 1:  # it was read, and is not taken yet
            EarlierRun.objects.update(look_at=None)
        return real()

    monkeypatch.setattr(earlier, "run_rows", rows)
    look(now=timezone.now() + timedelta(days=1))
    assert provider.asked["history"] == 0


def test_a_late_row_is_written_down_once(lost: TryOnJob, monkeypatch: Any) -> None:
    resolve.give_up(lost)
    real, calls = earlier.run_rows, iter(range(9))

    def rows() -> Any:
        if next(calls) == 1:  # another worker found it meanwhile
            EarlierRun.objects.update(provider_request_id="first")
        return real()

    monkeypatch.setattr(earlier, "run_rows", rows)
    earlier.note({lost.token: Row("second", "done")})
    assert EarlierRun.objects.get().provider_request_id == "first"


# A running job that the provider has forgotten: what its history says → the job's end.
DONE = {"request_id": "request-1", "model_status": "COMPLETED"}
FORGOTTEN: list[tuple[Any, Status, str]] = [
    (json(200, {"data": DONE | {"generation_url": FILE}}), Status.SUCCEEDED, ""),
    (json(200, DONE | {"model_status": "FAILED"}), Status.FAILED, "failed_at_provider"),
    (json(200, DONE), Status.EXPIRED, "expired"),
    (json(404, {"error": "not found"}), Status.EXPIRED, "expired"),
    (json(500, {}), Status.EXPIRED, "expired"),
]


@pytest.mark.parametrize(("said", "status", "code"), FORGOTTEN)
@pytest.mark.parametrize("step", ["status", "result"])
def test_a_forgotten_request_is_recovered(
    step: str, said: Any, status: Status, code: str, provider: Provider, drive: Drive
) -> None:
    provider.answers(history=said, **{step: json(404, {"error": "Request x not found"})})
    drive(rounds=1)
    TryOnJob.objects.update(submitted_at=timezone.now() - timedelta(minutes=61))
    job = drive()
    assert (job.status, job.error_code) == (status, code)
    assert provider.asked["submit"] == 1


def test_a_row_that_lags_behind_is_waited_for(provider: Provider, drive: Drive) -> None:
    pending = {"request_id": "request-1", "model_status": "PENDING"}
    provider.answers(status=json(404, {"error": "Request x not found"}), history=json(200, pending))
    drive(rounds=1)
    TryOnJob.objects.update(submitted_at=timezone.now() - timedelta(minutes=61))
    assert drive(rounds=3).status == Status.RUNNING
    TryOnJob.objects.update(submitted_at=timezone.now() - timedelta(hours=4))
    assert drive().status == Status.EXPIRED


def test_without_history_it_has_expired(provider: Provider, drive: Drive, monkeypatch: Any) -> None:
    monkeypatch.setattr(resolve.history, "address", lambda: "")
    provider.answers(status=json(404, {"error": "Request x not found"}))
    drive(rounds=1)
    TryOnJob.objects.update(submitted_at=timezone.now() - timedelta(minutes=61))
    assert drive().status == Status.EXPIRED
    assert provider.asked["history"] == 0


def test_marks_are_found_in_signed_links_too(lost: TryOnJob, provider: Provider) -> None:
    body = loads(provider.requests[0].content)
    assert earlier.tokens_in(body) == {lost.token}
    assert earlier.tokens_in(str(body)) == {lost.token}
    assert earlier.tokens_in("a:b:c data:image/png;base64,AAAA") == set()
