"""Ask for faults, and look at what happened, while the sandbox runs. From this machine only."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from .door import Refusal, read_object
from .known_faults import FAULTS
from .ledger import Entry
from .script import PROFILES

if TYPE_CHECKING:
    from .app import Sandbox


async def faults(request: Request) -> Response:
    """Answer `/faults`: GET lists, POST adds (or replaces), DELETE clears."""
    try:
        sandbox = _sandbox(request)
        if request.method == "DELETE":
            sandbox.script.clear()
        if request.method == "POST":
            if not request.headers.get("content-type", "").startswith("application/json"):
                # Else any page that is open in a browser here could order faults.
                raise Refusal(415, "Send JSON, with the header content-type: application/json")
            _order(sandbox, await read_object(request))
    except Refusal as refusal:
        return refusal.response()
    return JSONResponse(
        {
            "ordered": [str(order) for order in sandbox.script.orders],
            "known": [
                {"name": fault.name, "does": fault.says, "steps": sorted(fault.steps)}
                for fault in FAULTS
            ],
            "profiles": PROFILES,
        }
    )


def _order(sandbox: Sandbox, body: dict[str, Any]) -> None:
    wanted = body.get("faults", [])
    if not isinstance(wanted, list) or not all(isinstance(text, str) for text in wanted):
        raise Refusal(400, 'faults must be a list like ["reset@status:2", "503@submit:0.1"]')
    profile = body.get("profile", "")
    if profile and profile not in PROFILES:
        raise Refusal(400, f"There is no profile {profile}; there are: {', '.join(PROFILES)}")
    try:
        sandbox.script.add([*wanted, *PROFILES.get(profile, ())], anew=bool(body.get("replace")))
    except ValueError as error:
        raise Refusal(400, str(error)) from error


async def show_ledger(request: Request) -> Response:
    """Answer `GET /ledger`: what was accepted, billed and delivered."""
    try:
        sandbox = _sandbox(request)
    except Refusal as refusal:
        return refusal.response()
    await sandbox.settle()
    return JSONResponse(
        {
            "requests": [_row(entry) for entry in sandbox.ledger],
            "asked": dict(sandbox.asked),
            "billed": str(sandbox.ledger.billed),
            "balance": str(sandbox.ledger.balance),
        }
    )


def _row(entry: Entry) -> dict[str, Any]:
    return {
        "request_id": entry.request_id,
        "model": entry.model.slug,
        "version": entry.version,
        "token": token_of(entry.body),
        "accepted_at": entry.submitted_at.isoformat(),
        "ready_at": entry.ready_at.isoformat(),
        "outcome": entry.outcome,
        "error": entry.error,
        "billed": None if entry.cost is None else str(entry.cost),
        "delivered": entry.delivered,
    }


def _sandbox(request: Request) -> Sandbox:
    """Return the sandbox, if whoever asks sits at this machine."""
    where = request.url.hostname or ""
    caller = request.client.host if request.client else ""
    if not _is_loopback(caller) or not (where == "localhost" or _is_loopback(where)):
        raise Refusal(403, "The sandbox is scripted from its own machine only, at 127.0.0.1")
    sandbox: Sandbox = request.app.state.sandbox
    return sandbox


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def token_of(body: dict[str, Any]) -> str:
    """Return the mark by which django_tryon tells its requests apart; empty where there is none.

    It stands in the links to the inputs: after `#`, as `token=`, or in a signed path's list.
    """
    for link in _links(body):
        parts = urlsplit(link)
        said = parse_qs(parts.query).get("token", []) or [parts.fragment]
        found = said[0] or _signed(parts.path)
        if found:
            return found.removeprefix("token=")
    return ""


def _links(value: Any) -> Iterator[str]:
    if isinstance(value, str) and value.startswith(("http://", "https://")):
        yield value
    elif isinstance(value, list | dict):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _links(part)


def _signed(path: str) -> str:
    for segment in path.split("/"):
        signed = re.fullmatch(r"([\w-]{8,}):[\w-]+:[\w-]+", segment)
        if not signed:
            continue
        try:
            content = json.loads(base64.urlsafe_b64decode(signed[1] + "=" * (-len(signed[1]) % 4)))
        except ValueError:
            continue
        if isinstance(content, list) and content and isinstance(content[-1], str):
            return content[-1]
    return ""
