"""The account's credits and the history of its requests."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from .door import Refusal, endpoint
from .faults import Step
from .ledger import Entry

if TYPE_CHECKING:
    from .app import Sandbox

LONGEST_WINDOW = timedelta(days=31)
USUAL_WINDOW = timedelta(days=7)
LARGEST_PAGE = 100
STATUSES = ("COMPLETED", "FAILED", "PENDING")
SORTS = ("model_created", "model_name", "credits_deduction")


@endpoint(Step.CREDITS)
async def show_credits(sandbox: Sandbox, request: Request) -> Response:
    """Answer `GET /v1/get-user-credits`."""
    return JSONResponse({"credits": float(sandbox.ledger.balance), "free-credits": 0.0})


@endpoint(Step.HISTORY)
async def list_history(sandbox: Sandbox, request: Request) -> Response:
    """Answer `GET /inference-request/request-history`, newest first unless asked otherwise."""
    query = request.query_params
    now = sandbox.clock()
    page, per_page = _number(query.get("page"), 1), _number(query.get("per_page"), 20)
    if page < 1 or not 1 <= per_page <= LARGEST_PAGE:
        raise Refusal(400, f"page must be at least 1 and per_page between 1 and {LARGEST_PAGE}")
    to_date = _date(query.get("to_date"), now.date())
    from_date = _date(query.get("from_date"), to_date - USUAL_WINDOW)
    if not timedelta(0) <= to_date - from_date <= LONGEST_WINDOW:
        raise Refusal(400, f"The window may span at most {LONGEST_WINDOW.days} days")
    status = _choice(query.get("status"), STATUSES, "status")
    entries = [
        entry
        for entry in sandbox.ledger
        if from_date <= entry.submitted_at.date() <= to_date
        and query.get("model_name", "") in entry.model.slug
    ]
    for entry in entries:
        await sandbox.catch_up(entry)
    rows = [
        row
        for entry in entries
        if (row := _row(entry, now=now))["model_status"] == (status or row["model_status"])
    ]
    sort_by = _choice(query.get("sort_by"), SORTS, "sort_by") or "model_created"
    order = _choice(query.get("sort_order"), ("asc", "desc"), "sort_order") or "desc"
    rows.sort(key=lambda row: row[sort_by] or 0, reverse=order == "desc")
    start = (page - 1) * per_page
    return JSONResponse(
        {
            "data": rows[start : start + per_page],
            "page": page,
            "per_page": per_page,
            "total": len(rows),
            "total_pages": -(-len(rows) // per_page),
        }
    )


@endpoint(Step.HISTORY)
async def show_history(sandbox: Sandbox, request: Request) -> Response:
    """Answer `GET /inference-request/request-history/{id}`, whatever the request's age."""
    entry = sandbox.ledger.find(request.path_params["request_id"])
    if entry is None:
        raise Refusal(404, f"Request {request.path_params['request_id']} not found")
    await sandbox.catch_up(entry)
    return JSONResponse(_row(entry, now=sandbox.clock()))


def _row(entry: Entry, *, now: datetime) -> dict[str, Any]:
    state = entry.state(now)
    ended = state in {"COMPLETED", "FAILED"}
    return {
        "request_id": entry.request_id,
        "model_name": entry.model.slug,
        "model_status": state if ended else "PENDING",
        "credits_deduction": float(entry.cost) if ended and entry.cost is not None else None,
        "request_body": entry.body,
        "generation_url": entry.files[0]["url"] if ended and entry.files else None,
        "latency_ms": _latency_ms(entry) if ended else None,
        "model_created": _stamp(entry.submitted_at),
        "created_at": _stamp(entry.submitted_at),
        "updated_at": _stamp(entry.ready_at if ended else entry.submitted_at),
        "error": entry.error if ended else None,
    }


def _latency_ms(entry: Entry) -> int:
    return round((entry.queue_time + (entry.inference_time or 0)) * 1000)


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _number(text: str | None, default: int) -> int:
    if text is None:
        return default
    if not text.isascii() or not text.isdigit():
        raise Refusal(400, f"{text} is not a number")
    return int(text)


def _date(text: str | None, default: date) -> date:
    try:
        return default if text is None else date.fromisoformat(text)
    except ValueError as error:
        raise Refusal(400, f"{text} is not a date like 2026-01-31") from error


def _choice(text: str | None, choices: tuple[str, ...], name: str) -> str | None:
    if text is not None and text not in choices:
        raise Refusal(400, f"{name} must be one of {', '.join(choices)}")
    return text
