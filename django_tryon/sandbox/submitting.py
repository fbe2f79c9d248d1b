"""Take requests: `POST /v2/{model}` answers at once, `POST /v1/{model}` with the result."""

from __future__ import annotations

import asyncio
import random
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from .catalogue import MODELS, Model
from .door import Delivery, Refusal, endpoint, read_object
from .faults import Step, settled
from .ledger import Entry, InsufficientCredits
from .runs import run
from .validation import InvalidParameter, validate

if TYPE_CHECKING:
    from .app import Sandbox

QUEUED_SHARE = 0.15
"""How much of a request's time it waits for a worker."""
LARGEST_RANDOM_SEED = 999_999_999


@endpoint(Step.SUBMIT)
async def submit(sandbox: Sandbox, request: Request) -> Response:
    """Accept a request and say where to ask after it."""
    model, body = await _read(sandbox, request)
    entry = _accept(sandbox, request, model, body, version="v2")
    sandbox.start(entry)
    forced = await sandbox.ask_faults(Step.ACCEPTED, request=request, entry=entry)
    root = entry.base_url
    own = JSONResponse(
        {
            "request_id": entry.request_id,
            "status": "QUEUED",
            "poll_url": f"{root}/v1/requests/{entry.request_id}",
            "status_url": f"{root}/v2/requests/{entry.request_id}/status",
            "response_url": f"{root}/v2/requests/{entry.request_id}",
        }
    )
    return settled(forced, own)


@endpoint(Step.SUBMIT)
async def run_now(sandbox: Sandbox, request: Request) -> Response:
    """Run a request while the caller waits and answer with the file itself."""
    model, body = await _read(sandbox, request)
    try:
        validate(model, body)
    except InvalidParameter as error:
        raise Refusal(400 if error.missing else 422, str(error)) from error
    entry = _accept(sandbox, request, model, body, version="v1")
    forced = await sandbox.ask_faults(Step.ACCEPTED, request=request, entry=entry)
    await run(sandbox, entry)  # it goes on whatever becomes of its answer
    await asyncio.sleep(max(0, (entry.ready_at - sandbox.clock()).total_seconds()))
    return settled(forced, _outcome(sandbox, entry))


def _outcome(sandbox: Sandbox, entry: Entry) -> Response:
    if entry.outcome is None:
        # Segmind's own cut-off: it stops waiting for its model after a while.
        return Refusal(500, "Internal Polling Error").response()
    if entry.outcome == "FAILED":
        status = 500 if entry.error == "Internal server error" else 400
        return Refusal(status, str(entry.error)).response()
    return _file(sandbox, entry)


async def _read(sandbox: Sandbox, request: Request) -> tuple[Model, dict[str, Any]]:
    slug = request.path_params["slug"]
    body = await read_object(request)
    model = MODELS.get(slug)
    if slug in sandbox.retired:
        raise Refusal(410, f"Model {slug} has been retired and is no longer available")
    if model is None:
        raise Refusal(404, f"Model {slug} not found")
    return model, body


def _accept(
    sandbox: Sandbox, request: Request, model: Model, body: dict[str, Any], *, version: str
) -> Entry:
    now = sandbox.clock()
    seconds = sandbox.draw_seconds(model)
    entry = Entry(
        model=model,
        body=body,
        version=version,
        base_url=str(request.base_url).rstrip("/"),
        submitted_at=now,
        starts_at=now + timedelta(seconds=seconds * QUEUED_SHARE),
        ready_at=now + timedelta(seconds=seconds),
        seed=_seed(model, body),
    )
    try:
        sandbox.ledger.accept(entry)
    except InsufficientCredits as error:
        raise Refusal(406, str(error)) from error
    return entry


def _seed(model: Model, body: dict[str, Any]) -> int:
    usual = next((field.default for field in model.fields if field.name == "seed"), None)
    seed: Any = body.get("seed", usual)
    try:
        number = int(seed)
    except (TypeError, ValueError):
        number = -1
    # Minus one, or none at all, asks for any.
    return number if number >= 0 else random.randrange(LARGEST_RANDOM_SEED)  # noqa: S311


def _file(sandbox: Sandbox, entry: Entry) -> Response:
    headers = {
        "x-request-id": entry.request_id,
        "x-cost": str(entry.cost),
        "x-remaining-credits": str(entry.remaining),
        "x-generation-time": f"{entry.inference_time:.3f}",
        "x-seed-value": str(entry.seed),
    }
    if not entry.files:
        return JSONResponse({"image": entry.output}, headers=headers)
    file = sandbox.outputs.find(entry.files[0]["file_name"], now=sandbox.clock())
    assert file is not None  # noqa: S101  (it was kept a moment ago)
    return Delivery(
        file.content,
        media_type=file.content_type,
        headers=headers,
        request_id=entry.request_id,
    )
