"""What the shop hears of a job on its way, whoever dies and however slow the shop is."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from django.db import OperationalError
from standardwebhooks.webhooks import Webhook

from django_tryon import services
from django_tryon.models import Status, TryOnJob, WebhookDelivery, WebhookEndpoint
from django_tryon.models.transitions import TELLING, move
from django_tryon.services import outcome
from django_tryon.services.driving.schedule import Spread
from django_tryon.services.steps import resolve
from django_tryon.signals import job_finished, job_uncertain
from tests.lifecycle import provider as scripted
from tests.lifecycle.provider import BASE
from tests.webhooks.receiver import Receiver, Say, receiving
from tests.webhooks.sending import after

pytestmark = pytest.mark.django_db(transaction=True)
watching = sys.modules["django_tryon.services.driving.watch"]
AT_ONCE = Spread(soonest=0.01, usual=0.01, latest=0.01)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A shop that receives webhooks."""
    with receiving() as started:
        yield started


@pytest.fixture
def endpoint(receiver: Receiver) -> WebhookEndpoint:
    """Its endpoint."""
    return WebhookEndpoint.objects.create(url=receiver.url)


def heard(receiver: Receiver, endpoint: WebhookEndpoint) -> list[tuple[str, str]]:
    """Return type and status of each message that arrived, in the order of what happened."""
    read = [Webhook(endpoint.secret).verify(got.body, dict(got.headers)) for got in receiver.got]
    read.sort(key=lambda content: content["timestamp"])
    return [(content["type"], content["data"]["status"]) for content in read]


def test_a_job_on_its_way(
    receiver: Receiver,
    endpoint: WebhookEndpoint,
    garment: Any,
    person: Any,
    provider: scripted.Provider,
) -> None:
    job = services.launch(garments=[garment], person=person, engine="idm-vton")
    services.drive_until_idle()
    assert heard(receiver, endpoint) == [
        ("job.launched", "queued"),
        ("job.submitted", "running"),
        ("job.succeeded", "succeeded"),
    ]
    last = max((json.loads(got.body) for got in receiver.got), key=lambda body: body["timestamp"])
    assert last["data"]["results"][0]["id"] == str(job.results.get().pk)
    # Segmind heard nothing of it, nor the shop of Segmind's key.
    assert not [one for one in provider.requests if "hooks" in str(one.url)]


def test_a_v1_engine_and_a_job_that_nobody_knows_of(
    endpoint: WebhookEndpoint,
    receiver: Receiver,
    garment: Any,
    person: Any,
    provider: scripted.Provider,
) -> None:
    told: list[Any] = []

    def hear(*, job: TryOnJob, signal: Any, **kwargs: Any) -> None:
        told.append((signal, job.status))

    job_uncertain.connect(hear)
    job_finished.connect(hear)
    try:
        job = services.launch(garments=[garment], person=person, engine="idm-vton")
        move(job, Status.SUBMITTING)
        outcome.end(job, Status.UNCERTAIN, code="answer_lost", message="")
    finally:
        job_uncertain.disconnect(hear)
        job_finished.disconnect(hear)
    assert told == [(job_finished, "uncertain"), (job_uncertain, "uncertain")]
    services.launch(garments=[garment], person=person, engine="try-on-diffusion")
    services.drive_until_idle(rounds=20)
    kinds = [kind for kind, _status in heard(receiver, endpoint)]
    assert kinds.count("job.uncertain") == 1
    assert kinds.count("job.submitted") == kinds.count("job.succeeded") == 1


def test_a_worker_that_dies_before_it_tells_leaves_it_to_another(
    receiver: Receiver,
    endpoint: WebhookEndpoint,
    garment: Any,
    person: Any,
    provider: scripted.Provider,
) -> None:
    job = services.launch(garments=[garment], person=person, engine="idm-vton")
    move(job, Status.FAILED, error_code="blocked")  # and here it is killed
    services.drive(now=after(seconds=TELLING.total_seconds() + 1))
    services.drive()
    outcome.tell(TryOnJob.objects.get())  # and another one, for good measure
    services.drive()
    kinds = [kind for kind, _status in heard(receiver, endpoint)]
    assert sorted(kinds) == ["job.failed", "job.launched"]


def test_whoever_wants_it_once_more_does_not_hide_how_it_ended(
    endpoint: WebhookEndpoint, garment: Any, person: Any
) -> None:
    job = services.launch(garments=[garment], person=person, engine="idm-vton")
    move(job, Status.FAILED, error_code="blocked")  # and here it is killed
    services.retry(TryOnJob.objects.get())
    assert written() == ["job.launched", "job.failed"]
    assert TryOnJob.objects.get().status == Status.QUEUED


def test_a_shop_that_hangs_delays_no_job(
    receiver: Receiver,
    endpoint: WebhookEndpoint,
    garment: Any,
    person: Any,
    provider: scripted.Provider,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("django_tryon.services.driving.pace.of", lambda engine: AT_ONCE)
    monkeypatch.setattr(watching, "STROKE", 0.01)
    receiver.script = [Say(hangs=True)] * 3
    waiting: list[int] = []

    def finished(*, job: TryOnJob, **kwargs: Any) -> None:
        waiting.append(WebhookDelivery.objects.exclude(claim="").count())
        receiver.closing.set()

    job_finished.connect(finished)
    try:
        services.launch(garments=[garment], person=person, engine="idm-vton")
        services.watch()
    finally:
        job_finished.disconnect(finished)
    assert waiting[0] >= 1  # the shop had said nothing yet when the job was done
    assert TryOnJob.objects.get().status == Status.SUCCEEDED


class Killed(BaseException):
    """The process is no more."""


def written() -> list[str]:
    """Return the events that were written down, in their order."""
    return list(WebhookDelivery.objects.order_by("created_at").values_list("event", flat=True))


def raising(error: BaseException, *events: str) -> Any:
    """Return what announces all but these events, at which it raises."""
    real = outcome.announce

    def announce(event: str, job: TryOnJob) -> None:
        if event in events:
            raise error
        real(event, job)

    return announce


@pytest.fixture
def job(endpoint: WebhookEndpoint, garment: Any, person: Any) -> TryOnJob:
    """A queued job of a shop that wants to hear everything."""
    return services.launch(garments=[garment], person=person, engine="idm-vton")


@pytest.mark.parametrize(
    ("answer", "event", "before"),
    [
        (None, "job.submitted", Status.SUBMITTING),
        (httpx.ReadTimeout("slow"), "job.uncertain", Status.SUBMITTING),
    ],
)
def test_a_job_that_goes_on_has_not_moved_unless_it_is_told(
    answer: Exception | None,
    event: str,
    before: Status,
    job: TryOnJob,
    provider: scripted.Provider,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing would tell of it later, as it does of an end."""
    if answer is not None:
        provider.answers(submit=answer)
    with monkeypatch.context() as dying:
        dying.setattr(outcome, "announce", raising(Killed(), event))
        with pytest.raises(Killed):
            services.drive()
    job.refresh_from_db()
    assert (job.status, written()) == (before, ["job.launched"])


def test_a_request_found_in_the_history_is_told_as_submitted(
    job: TryOnJob, provider: scripted.Provider
) -> None:
    provider.answers(submit=httpx.ReadTimeout("slow"))
    services.drive()
    mark = f"https://cdn.example/tee.jpg#{job.token}"
    row = {"request_id": "lost-1", "model_status": "COMPLETED", "request_body": mark}
    row["generation_url"] = f"{BASE}/files/result.jpg"
    provider.answers(history=scripted.json(200, {"data": [row]}))
    services.drive_until_idle()
    assert written() == ["job.launched", "job.uncertain", "job.submitted", "job.succeeded"]


def test_an_adopted_request_is_told_as_submitted(
    job: TryOnJob, provider: scripted.Provider
) -> None:
    provider.answers(submit=httpx.ReadTimeout("slow"))
    services.drive()
    resolve.adopt(TryOnJob.objects.get(), "2c7f59ea-13f1-402c-9f6e-1c8a4c1f2d3e")
    services.drive_until_idle()
    assert written() == ["job.launched", "job.uncertain", "job.submitted", "job.succeeded"]


def test_a_message_that_cannot_be_put_into_words_stops_no_job(
    job: TryOnJob, provider: scripted.Provider, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    monkeypatch.setattr(outcome, "announce", raising(KeyError("a bug"), "job.submitted"))
    services.drive_until_idle()
    assert (TryOnJob.objects.get().status, provider.asked["submit"]) == (Status.SUCCEEDED, 1)
    assert written() == ["job.launched", "job.succeeded"]
    assert "job.submitted is not told" in caplog.text


def test_a_message_that_the_database_does_not_take_is_written_with_its_move_later(
    job: TryOnJob, provider: scripted.Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, failing = outcome.announce, raising(OperationalError("away"), "job.submitted")
    tries = iter([failing])
    monkeypatch.setattr(outcome, "announce", lambda *what: next(tries, real)(*what))
    services.drive_until_idle()
    assert provider.asked["submit"] == 1
    assert written() == ["job.launched", "job.submitted", "job.succeeded"]


def test_without_an_endpoint_that_wants_it_there_is_no_transaction(
    job: TryOnJob, endpoint: WebhookEndpoint, django_assert_num_queries: Any
) -> None:
    endpoint.events = ["job.succeeded"]
    endpoint.save()
    assert move(job, Status.SUBMITTING)
    outcome.is_wanted("job.submitted")  # the endpoints are read
    with django_assert_num_queries(1):
        assert outcome.submitted(job, Status.RUNNING, provider_request_id="r-1")
    with django_assert_num_queries(1):
        assert not outcome.submitted(job, Status.RUNNING, provider_request_id="r-1")
