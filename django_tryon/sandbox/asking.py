"""Tell how a request is doing and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from .door import Refusal, endpoint
from .faults import Step
from .ledger import Entry

if TYPE_CHECKING:
    from .app import Sandbox


@endpoint(Step.STATUS)
async def show_status(sandbox: Sandbox, request: Request) -> Response:
    """Answer `GET /v2/requests/{id}/status`: the state, without the output."""
    entry = await _find(sandbox, request)
    return _answer(_status(sandbox, entry))


@endpoint(Step.RESULT)
async def show_result(sandbox: Sandbox, request: Request) -> Response:
    """Answer `GET /v2/requests/{id}`: the output of a completed request, else its state."""
    entry = await _find(sandbox, request)
    body = _status(sandbox, entry)
    if body["status"] == "COMPLETED":
        body |= {"error": None, "output": entry.output, "seed": entry.seed} | _media(entry)
        if "prompt" in entry.body:
            body["prompt"] = entry.body["prompt"]
        body["metrics"] |= {
            "cost": float(entry.cost or 0),
            "remaining_credits": float(entry.remaining or 0),
        }
    return _answer(body)


async def _find(sandbox: Sandbox, request: Request) -> Entry:
    request_id = request.path_params["request_id"]
    entry = sandbox.ledger.find_recent(request_id, now=sandbox.clock())
    if entry is None:
        raise Refusal(404, f"Request {request_id} not found")
    await sandbox.catch_up(entry)
    return entry


def _status(sandbox: Sandbox, entry: Entry) -> dict[str, Any]:
    state = entry.state(sandbox.clock())
    body: dict[str, Any] = {"status": state, "request_id": entry.request_id, "metrics": {}}
    if state in {"COMPLETED", "FAILED"}:
        inference_time = round(entry.inference_time or 0, 3)
        body["metrics"] = {
            "inference_time": inference_time,
            "queue_time": round(entry.queue_time, 3),
            "total_time": round(entry.queue_time + inference_time, 3),
        }
    else:
        body["status_url"] = f"{entry.base_url}/v2/requests/{entry.request_id}/status"
        body["response_url"] = f"{entry.base_url}/v2/requests/{entry.request_id}"
    if state == "FAILED":
        body["error"] = entry.error
    return body


def _media(entry: Entry) -> dict[str, Any]:
    if not entry.files:
        return {}
    if entry.files[0]["content_type"].startswith("video/"):
        return {"video": entry.files[0]}
    return {"images": entry.files}


def _answer(body: dict[str, Any]) -> Response:
    return JSONResponse(body, status_code=422 if body["status"] == "FAILED" else 200)
