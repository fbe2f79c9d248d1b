from __future__ import annotations

import io
from collections.abc import Callable

import av
import pytest
from PIL import Image

from .conftest import BODIES, IDM, ROOT, Caller


def test_a_request_goes_through_its_states(make: Callable[..., Caller]) -> None:
    call = make(seconds=10)
    answer = call.submit("idm-vton", **IDM)
    queued = call("GET", answer["status_url"])
    assert queued.status_code == 200
    assert queued.json() == {
        "status": "QUEUED",
        "request_id": answer["request_id"],
        "metrics": {},
        "status_url": answer["status_url"],
        "response_url": answer["response_url"],
    }
    call.clock.forward(seconds=2)
    assert call("GET", answer["status_url"]).json()["status"] == "PROCESSING"
    assert "output" not in call("GET", answer["response_url"]).json()
    call.clock.forward(seconds=8)
    status = call("GET", answer["status_url"])
    assert status.status_code == 200
    assert status.json() == {
        "status": "COMPLETED",
        "request_id": answer["request_id"],
        "metrics": {"inference_time": 8.5, "queue_time": 1.5, "total_time": 10.0},
    }


@pytest.mark.parametrize("slug", BODIES)
def test_a_result_carries_output_metrics_and_file(call: Caller, slug: str) -> None:
    body = call.result(slug, **BODIES[slug])
    assert (body["status"], body["error"]) == ("COMPLETED", None)
    entry = call.sandbox.ledger[0]
    assert body["metrics"]["cost"] == float(entry.cost or 0)
    assert body["metrics"]["remaining_credits"] == float(call.sandbox.ledger.balance)
    assert body["seed"] == entry.seed
    file = body["video"] if slug == "video-tryon-v2" else body["images"][0]
    assert file["url"] == body["output"]
    assert body["output"].startswith(f"{ROOT}/outputs/")
    given = call("GET", body["output"], key=None)  # like images.segmind.com: no key
    assert given.headers["content-type"] == file["content_type"]
    assert len(given.content) == file["file_size"]
    if slug == "video-tryon-v2":
        with av.open(io.BytesIO(given.content)) as container:
            assert container.streams.video[0].codec_context.name == "h264"
    else:
        Image.open(io.BytesIO(given.content)).load()
    assert ("prompt" in body) == ("prompt" in BODIES[slug])


def test_the_older_poll_url_gives_the_result(call: Caller) -> None:
    answer = call.submit("idm-vton", **IDM)
    assert call("GET", answer["poll_url"]).json()["output"]


@pytest.mark.parametrize("url", ["status_url", "response_url"])
def test_a_failure_is_422_with_the_reason(call: Caller, url: str) -> None:
    answer = call.submit("idm-vton", **IDM | {"category": "shoes"})
    response = call("GET", answer[url])
    assert response.status_code == 422
    body = response.json()
    assert body["status"] == "FAILED"
    assert body["error"] == (
        "Validation error in IdmVtonInferenceProcessor: "
        "category must be one of upper_body, lower_body, dresses"
    )
    assert set(body["metrics"]) == {"inference_time", "queue_time", "total_time"}


def test_a_wrong_parameter_fails_as_soon_as_a_worker_has_it(make: Callable[..., Caller]) -> None:
    call = make(seconds=10)
    answer = call.submit("idm-vton", **IDM | {"stepz": 3})
    call.clock.forward(seconds=10)
    call("GET", answer["status_url"])
    entry = call.sandbox.ledger[0]
    assert entry.ready_at == entry.starts_at


def test_an_unknown_request_is_404(call: Caller) -> None:
    response = call("GET", "/v2/requests/0000/status")
    assert (response.status_code, response.json()) == (404, {"error": "Request 0000 not found"})


def test_a_record_is_kept_for_an_hour_and_its_file_for_a_week(call: Caller) -> None:
    answer = call.submit("idm-vton", **IDM)
    output = call("GET", answer["response_url"]).json()["output"]
    call.clock.forward(minutes=59, seconds=59)
    assert call("GET", answer["response_url"]).status_code == 200
    call.clock.forward(seconds=1)
    assert call("GET", answer["response_url"]).status_code == 404
    assert call("GET", answer["status_url"]).status_code == 404
    call.clock.forward(days=6, hours=22, minutes=59)
    assert call("GET", output).status_code == 200
    call.clock.forward(minutes=1)
    assert call("GET", output).status_code == 404
    call.result("idm-vton", **IDM)  # what has expired is forgotten when something new is kept
    assert len(call.sandbox.outputs._files) == 1
