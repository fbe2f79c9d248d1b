from __future__ import annotations

from collections.abc import Callable

import pytest

from .conftest import BODIES, IDM, Caller

HISTORY = "/inference-request/request-history"


def test_credits_are_the_balance(make: Callable[..., Caller]) -> None:
    call = make(balance=12.5)
    response = call("GET", "/v1/get-user-credits")
    assert response.json() == {"credits": 12.5, "free-credits": 0.0}
    assert call("GET", "/v1/get-user-credits", key=None).status_code == 401


def test_history_tells_what_became_of_each_request(make: Callable[..., Caller]) -> None:
    call = make(seconds=10)
    done = call.submit("idm-vton", **IDM)["request_id"]
    call.clock.forward(seconds=1)
    failed = call.submit("fashion-ai", image="x", prompt="red")["request_id"]
    call.clock.forward(seconds=20)
    for request_id in (done, failed):
        call("GET", f"/v2/requests/{request_id}")
    pending = call.submit("idm-vton", **IDM)["request_id"]
    body = call("GET", HISTORY).json()
    assert [row["request_id"] for row in body["data"]] == [pending, failed, done]
    assert (body["page"], body["per_page"], body["total"], body["total_pages"]) == (1, 20, 3, 1)
    waiting, broken, fine = body["data"]
    assert waiting["model_status"] == "PENDING"
    assert waiting["latency_ms"] is waiting["credits_deduction"] is None
    assert broken["model_status"] == "FAILED"
    assert "image must be a valid http(s) URL" in broken["error"]
    assert broken["credits_deduction"] is broken["generation_url"] is None
    assert fine == {
        "request_id": done,
        "model_name": "idm-vton",
        "model_status": "COMPLETED",
        "credits_deduction": 0.0443,
        "request_body": IDM,
        "generation_url": call.sandbox.ledger[0].output,
        "latency_ms": 10_000,
        "model_created": "2026-03-01T12:00:00Z",
        "created_at": "2026-03-01T12:00:00Z",
        "updated_at": "2026-03-01T12:00:10Z",
        "error": None,
    }
    assert call("GET", f"{HISTORY}/{done}").json() == fine


def test_one_request_is_found_at_any_age(call: Caller) -> None:
    answer = call.submit("idm-vton", **IDM)
    output = call("GET", answer["response_url"]).json()["output"]
    call.clock.forward(days=40)
    row = call("GET", f"{HISTORY}/{answer['request_id']}").json()
    assert row["generation_url"] == output
    assert call("GET", HISTORY).json()["data"] == []
    assert call("GET", f"{HISTORY}/nothing").status_code == 404


def test_history_is_filtered_sorted_and_paged(call: Caller) -> None:
    for slug in ("idm-vton", "fashion-ai", "p-image-try-on"):
        call.result(slug, **BODIES[slug])
        call.clock.forward(days=1)

    def names(**query: object) -> list[str]:
        rows = call("GET", HISTORY, params=query).json()["data"]
        return [row["model_name"] for row in rows]

    assert names(model_name="try-on") == ["p-image-try-on"]
    assert names(status="COMPLETED", per_page=2) == ["p-image-try-on", "fashion-ai"]
    assert names(per_page=2, page=2) == ["idm-vton"]
    assert names(status="FAILED") == []
    assert names(sort_by="credits_deduction") == ["fashion-ai", "idm-vton", "p-image-try-on"]
    assert names(sort_by="model_name", sort_order="asc") == [*sorted(BODIES)[:2], "p-image-try-on"]
    assert names(from_date="2026-03-02", to_date="2026-03-02") == ["fashion-ai"]
    call.clock.forward(days=5)
    assert names() == ["p-image-try-on", "fashion-ai"]  # a week unless asked otherwise


@pytest.mark.parametrize(
    "query",
    [
        "per_page=0",
        "per_page=101",
        "page=0",
        "page=x",
        "from_date=yesterday",
        "from_date=2026-01-01&to_date=2026-03-01",
        "from_date=2026-03-02&to_date=2026-03-01",
        "status=DONE",
        "sort_by=colour",
        "sort_order=up",
    ],
)
def test_a_faulty_question_is_400(call: Caller, query: str) -> None:
    assert call("GET", f"{HISTORY}?{query}").status_code == 400
