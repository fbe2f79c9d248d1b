"""What a job does when the provider or the network does not do as it should."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from django.core.files.storage import FileSystemStorage
from django.utils import timezone

from django_tryon import services
from django_tryon.models import Status, TryOnJob, TryOnResult
from tests.conftest import picture
from tests.lifecycle.provider import BASE, Provider, json

pytestmark = pytest.mark.django_db
Drive = Callable[..., TryOnJob]
OK = json(200, {"status": "COMPLETED", "metrics": {}})


def result_at(url: str) -> httpx.Response:
    return json(200, {"status": "COMPLETED", "output": url, "metrics": {}})


def test_all_goes_well(provider: Provider, drive: Drive) -> None:
    job = drive()
    assert job.status == Status.SUCCEEDED
    assert job.provider_request_id == "request-1"
    assert (str(job.cost), job.provider_seconds) == ("0.050000", 7.5)
    assert job.outputs == [f"{BASE}/files/result.jpg"]
    assert job.finished_at is not None
    assert job.next_step_at is None
    assert job.seconds is not None
    assert provider.asked == {"submit": 1, "status": 1, "result": 1, "file": 1}
    assert {request.headers.get("x-api-key") for request in provider.requests[:3]} == {
        "SG_0123456789abcdef"
    }
    assert "x-api-key" not in provider.requests[3].headers


# What was said to the submit → status, error code, how often it was asked.
SUBMIT: list[tuple[Any, Status, str, int]] = [
    (json(400, {"error": "bad"}), Status.FAILED, "invalid_input", 1),
    (json(401, {"error": "Unauthorized. API key is invalid"}), Status.QUEUED, "bad_key", 1),
    (json(403, {"error": "no"}), Status.QUEUED, "forbidden", 50),
    (json(404, {"error": "no such model"}), Status.FAILED, "engine_retired", 1),
    (httpx.Response(405, html="<h1>no</h1>"), Status.FAILED, "wrong_method", 1),
    (json(406, {"error": "Insufficient credits: 0.01 < 0.04"}), Status.QUEUED, "no_credits", 1),
    (json(406, {"error": "spend limit reached"}), Status.QUEUED, "spend_limit", 50),
    (json(406, {"error": "Invalid content type"}), Status.FAILED, "wrong_content_type", 1),
    (json(406, {"error": "steps too high"}), Status.FAILED, "rejected_value", 1),
    (json(410, {"error": "retired"}), Status.FAILED, "engine_retired", 1),
    (json(422, {"error": "invalid steps"}), Status.FAILED, "invalid_input", 1),
    (json(429, {"error": "slow down"}), Status.QUEUED, "rate_limited", 50),
    (json(500, {"error": "oh"}), Status.FAILED, "unavailable", 2),
    (json(503, {"error": "oh"}), Status.FAILED, "unavailable", 2),
    (json(502, {"error": "oh"}), Status.UNCERTAIN, "answer_lost", 1),
    (json(504, {"error": "oh"}), Status.UNCERTAIN, "answer_lost", 1),
    (json(200, {"status": "QUEUED"}), Status.UNCERTAIN, "answer_lost", 1),
    (httpx.Response(200, html="<p>hello"), Status.UNCERTAIN, "answer_lost", 1),
    (httpx.ConnectError("refused"), Status.FAILED, "unreachable", 20),
    (httpx.ConnectTimeout("slow"), Status.FAILED, "unreachable", 20),
    (httpx.ReadTimeout("slow"), Status.UNCERTAIN, "answer_lost", 1),
    (httpx.RemoteProtocolError("reset"), Status.UNCERTAIN, "answer_lost", 1),
    (RuntimeError("a bug"), Status.UNCERTAIN, "internal_error", 1),
]


@pytest.mark.parametrize(("said", "status", "code", "times"), SUBMIT)
def test_submit(
    said: Any, status: Status, code: str, times: int, provider: Provider, drive: Drive
) -> None:
    provider.answers(submit=said)
    job = drive()
    assert (job.status, job.error_code, provider.asked["submit"]) == (status, code, times)
    assert len(job.error_message) > 20
    assert "SG_0" not in job.error_message


def test_a_submit_that_was_not_accepted_is_repeated(provider: Provider, drive: Drive) -> None:
    good = provider.script["submit"][0]
    provider.answers(submit=[httpx.ConnectError("refused"), json(429, {"error": "slow"}), good])
    job = drive()
    assert (job.status, provider.asked["submit"]) == (Status.SUCCEEDED, 3)
    assert (job.error_code, job.error_message, job.attempts) == ("", "", 0)


def test_a_rate_limit_says_when(provider: Provider, drive: Drive) -> None:
    reset = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=40)
    provider.answers(
        submit=json(429, {"error": "slow"}, **{"x-rate-limit-reset-at-utc": reset.isoformat()})
    )
    job = drive(rounds=1)
    assert (job.status, job.next_step_at) == (Status.QUEUED, reset)
    assert job.error_code == "rate_limited"


def test_a_rate_limit_far_away_is_not_believed(provider: Provider, drive: Drive) -> None:
    provider.answers(submit=json(429, {}, **{"x-rate-limit-reset-at-utc": "2099-01-01T00:00:00Z"}))
    job = drive(rounds=1)
    assert job.next_step_at is not None
    assert job.next_step_at < timezone.now() + timedelta(seconds=10)


# What was said to polls: none of it says anything of the request itself, so it is asked again.
@pytest.mark.parametrize(
    "said",
    [
        json(200, {"status": "QUEUED"}),
        json(200, {"status": "PROCESSING"}),
        json(200, {"status": "DANCING"}),
        json(200, {}),
        json(200, []),
        json(401, {"error": "no"}),
        json(404, {"error": "Request not found"}),  # just submitted
        json(429, {"error": "slow"}),
        json(500, {"error": "oh"}),
        json(502, {"error": "oh"}),
        json(504, {"error": "oh"}),
        httpx.Response(503, html="<h1>no</h1>"),
        httpx.Response(200, content=b'{"status": "COMPL'),
        httpx.ReadTimeout("slow"),
        httpx.ConnectError("refused"),
        RuntimeError("a bug"),
    ],
)
@pytest.mark.parametrize("step", ["status", "result"])
def test_a_poll_is_repeated(step: str, said: Any, provider: Provider, drive: Drive) -> None:
    good = provider.script[step][0]
    provider.answers(**{step: [said, good]})
    job = drive()
    assert (job.status, provider.asked["submit"]) == (Status.SUCCEEDED, 1)
    assert provider.asked[step] == 2


@pytest.mark.parametrize("http_status", [200, 422])
@pytest.mark.parametrize("step", ["status", "result"])
def test_failed_at_the_provider(
    step: str, http_status: int, provider: Provider, drive: Drive
) -> None:
    body = {"status": "FAILED", "error": "Something broke", "metrics": {}}
    provider.answers(**{step: json(http_status, body)})
    job = drive()
    assert (job.status, job.error_code) == (Status.FAILED, "failed_at_provider")
    assert "Something broke" in job.error_message
    assert provider.asked["submit"] == 1


@pytest.mark.parametrize("step", ["status", "result"])
def test_expired(step: str, provider: Provider, drive: Drive) -> None:
    provider.answers(**{step: json(404, {"error": "Request x not found"})})
    drive(rounds=1)
    TryOnJob.objects.update(submitted_at=timezone.now() - timedelta(minutes=61))
    job = drive()
    assert (job.status, job.error_code) == (Status.EXPIRED, "expired")
    assert provider.asked["submit"] == 1


@pytest.mark.parametrize("said", [json(200, {"status": "PROCESSING"}), json(500, {})])
def test_never_ending(said: Any, provider: Provider, drive: Drive) -> None:
    provider.answers(status=said)
    job = drive(rounds=3)
    assert job.status == Status.RUNNING
    TryOnJob.objects.update(submitted_at=timezone.now() - timedelta(hours=7))
    assert drive().status == Status.EXPIRED


def test_who_still_says_running_has_not_forgotten(provider: Provider, drive: Drive) -> None:
    provider.answers(status=[json(200, {"status": "PROCESSING"}), *provider.script["status"]])
    drive(rounds=1)
    TryOnJob.objects.update(submitted_at=timezone.now() - timedelta(minutes=70))
    assert drive().status == Status.SUCCEEDED


def test_nobody_waits_for_a_rate_limit_for_ever(provider: Provider, drive: Drive) -> None:
    provider.answers(submit=json(429, {"error": "slow down"}))
    assert drive(rounds=3).status == Status.QUEUED
    TryOnJob.objects.update(created_at=timezone.now() - timedelta(hours=25))
    job = drive()
    assert (job.status, job.error_code) == (Status.FAILED, "rate_limited")


def test_a_rate_limit_does_not_use_up_the_once_more(provider: Provider, drive: Drive) -> None:
    slow, oh = json(429, {"error": "slow"}), json(503, {"error": "oh"})
    provider.answers(submit=[slow, slow, oh, *provider.script["submit"]])
    assert drive().status == Status.SUCCEEDED


# What the download did → the job's end, its code, how often the file was asked for.
FILE: list[tuple[Any, Status, str, int]] = [
    (httpx.Response(404), Status.FAILED, "output_gone", 12),
    (httpx.Response(500), Status.FAILED, "download_failed", 12),
    (httpx.Response(200, content=b""), Status.FAILED, "download_failed", 12),
    (httpx.ReadTimeout("slow"), Status.FAILED, "download_failed", 12),
    (httpx.Response(200, content=b"not a picture" * 50), Status.FAILED, "not_an_image", 3),
    (httpx.Response(200, content=picture()[:-2000]), Status.FAILED, "not_an_image", 3),
]


@pytest.mark.parametrize(("said", "status", "code", "times"), FILE)
def test_download(
    said: Any, status: Status, code: str, times: int, provider: Provider, drive: Drive
) -> None:
    provider.answers(file=said)
    job = drive()
    assert (job.status, job.error_code, provider.asked["file"]) == (status, code, times)
    assert provider.asked["submit"] == 1
    assert job.outputs == [f"{BASE}/files/result.jpg"]
    assert not TryOnResult.objects.exists()


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://evil.example/x.jpg", "output_host"),
        ("http://images.segmind.com/x.jpg", "output_host"),
        ("https://169.254.169.254/latest", "output_host"),
    ],
)
def test_an_output_elsewhere_is_refused(
    url: str, code: str, provider: Provider, drive: Drive
) -> None:
    provider.answers(result=result_at(url))
    job = drive()
    assert (job.status, job.error_code) == (Status.FAILED, code)
    assert provider.asked["file"] == 0


def test_a_paid_result_survives_a_failed_download(provider: Provider, drive: Drive) -> None:
    good = provider.script["file"][0]
    provider.answers(file=[httpx.ReadTimeout("slow"), httpx.Response(503), good])
    job = drive()
    assert job.status == Status.SUCCEEDED
    assert provider.asked == {"submit": 1, "status": 1, "result": 1, "file": 3}


def test_a_retry_after_failed_downloads_fetches_only(provider: Provider, drive: Drive) -> None:
    good = provider.script["file"][0]
    provider.answers(file=httpx.Response(503))
    job = drive()
    assert job.status == Status.FAILED
    provider.answers(file=good)
    services.retry(job)
    job = drive()
    assert job.status == Status.SUCCEEDED
    assert (provider.asked["submit"], job.error_code) == (1, "")


def test_a_storage_that_fails_asks_for_the_file_only(
    provider: Provider, drive: Drive, monkeypatch: Any
) -> None:
    save = FileSystemStorage._save
    fails = iter([True, True, False])

    def full_disk(self: Any, name: str, content: Any) -> Any:
        if "results" in name and next(fails):
            raise OSError(28, "No space left on device")
        return save(self, name, content)

    monkeypatch.setattr(FileSystemStorage, "_save", full_disk)
    job = drive()
    assert job.status == Status.SUCCEEDED
    assert provider.asked == {"submit": 1, "status": 1, "result": 1, "file": 3}


def test_a_done_request_without_output_is_asked_again(provider: Provider, drive: Drive) -> None:
    good = provider.script["result"][0]
    provider.answers(result=[json(200, {"status": "COMPLETED", "metrics": {}}), good])
    assert drive().status == Status.SUCCEEDED
    assert provider.asked["result"] == 2


def test_a_result_that_is_not_ready_is_asked_again(provider: Provider, drive: Drive) -> None:
    good = provider.script["result"][0]
    provider.answers(result=[json(200, {"status": "PROCESSING"}), good])
    assert drive().status == Status.SUCCEEDED


def test_unknown_cost_stays_unknown(provider: Provider, drive: Drive) -> None:
    provider.answers(status=OK, result=result_at(f"{BASE}/files/r.jpg"))
    job = drive()
    assert (job.status, job.cost, job.provider_seconds) == (Status.SUCCEEDED, None, None)


def test_several_outputs_are_all_kept(provider: Provider, drive: Drive) -> None:
    links = [f"{BASE}/files/{n}.jpg" for n in range(3)]
    provider.answers(result=json(200, {"status": "COMPLETED", "output": links, "metrics": {}}))
    job = drive()
    assert job.status == Status.SUCCEEDED
    assert [result.position for result in job.results.order_by("position")] == [0, 1, 2]


def test_a_worker_that_died_while_submitting(provider: Provider, drive: Drive) -> None:
    TryOnJob.objects.update(status=Status.SUBMITTING)
    job = drive()
    assert (job.status, job.error_code) == (Status.UNCERTAIN, "worker_died")
    assert provider.asked["submit"] == 0
