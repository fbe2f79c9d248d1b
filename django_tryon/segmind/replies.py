"""Read what Segmind answers: the outcome first, then the output in any of its shapes."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

import httpx

from django_tryon.exceptions import AnswerLost, ProviderError, UnexpectedReply
from django_tryon.segmind.errors import from_failure, from_reply

# The four states of the model pages ("Status states").
STATES: dict[str, Literal["pending", "done", "failed"]] = {
    "QUEUED": "pending",
    "PROCESSING": "pending",
    "COMPLETED": "done",
    "FAILED": "failed",
}


@dataclass(frozen=True)
class Output:
    """One file that a request produced: a link, or the bytes themselves."""

    url: str = ""
    content: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class Reply:
    """What a status or result answer says."""

    state: Literal["pending", "done"]
    cost: Decimal | None = None
    """US$, where the provider told it; unknown is None, never 0."""
    seconds: float | None = None
    """The provider's own run time."""
    outputs: tuple[Output, ...] = ()


def read_json(response: httpx.Response) -> Any:
    """Return the body as JSON, or its text where it is something else."""
    try:
        return response.json()
    except (ValueError, UnicodeDecodeError):
        return response.text[:2000]


def read_submitted(response: httpx.Response) -> str:
    """Return the id of the request that was accepted; raises ProviderError."""
    body = read_json(response)
    if isinstance(body, dict) and body.get("status") == "FAILED":
        raise from_failure(body, response.status_code)
    if response.is_success and isinstance(body, dict):
        request_id = body.get("request_id")
        if isinstance(request_id, str) and 0 < len(request_id) <= 128:
            return request_id
    if response.is_success:
        # Somebody said yes; without the id we cannot know to what.
        lost = AnswerLost("Segmind accepted the request, but its answer held no request id.")
        lost.status_code = response.status_code
        raise lost
    raise from_reply(response.status_code, body, response.headers)


def read_reply(response: httpx.Response) -> Reply:
    """Return what a status or result answer says; raises ProviderError.

    The body's own ``status`` is asked before the HTTP code: a failed request may come as 422 or 200.
    """
    body = read_json(response)
    told = body.get("status") if isinstance(body, dict) else None
    state = STATES.get(told) if isinstance(told, str) else None
    if state == "failed":
        raise from_failure(body, response.status_code)
    if state is None or not response.is_success:
        raise _no_reply(response, body, told)
    metrics = body.get("metrics")
    metrics = metrics if isinstance(metrics, dict) else {}
    return Reply(
        state=state,
        cost=money(metrics.get("cost")),
        seconds=number(metrics.get("inference_time")),
        outputs=tuple(read_outputs(body)) if state == "done" else (),
    )


def _no_reply(response: httpx.Response, body: Any, told: Any) -> ProviderError:
    if not response.is_success:
        return from_reply(response.status_code, body, response.headers)
    said = f"an unknown status {told!r}" if told else "no status"
    error = UnexpectedReply(f"Segmind's answer had {said}.")
    error.status_code = response.status_code
    return error


def money(value: Any) -> Decimal | None:
    """Return an amount in US$, or None for anything that is not a plain amount."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and 0 <= amount < 100_000 else None


def number(value: Any) -> float | None:
    """Return a non-negative number of seconds, or None."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e7:
        return None
    return float(value)


def read_outputs(body: dict[str, Any]) -> list[Output]:
    """Return every file that a completed body names, in order, each once."""
    found: dict[Output, None] = {}
    for key in ("output", "images", "image", "video", "videos"):
        for output in _files(body.get(key)):
            found.setdefault(output)
        if found:
            break
    return list(found)


KEYS = ("url", "image_url", "video_url", "media_url", "image", "video", "data", "value")
"""Where an object keeps its file or files."""


def _files(value: Any) -> Iterator[Output]:
    """Yield the files in a value: a link, a data URI, base64, JSON in a string, a list, an object."""
    if isinstance(value, list):
        for item in value:
            yield from _files(item)
    elif isinstance(value, dict):
        for key in KEYS:
            if value.get(key):
                yield from _files(value[key])
                return
    elif isinstance(value, str):
        text = value.strip()
        if re.match(r"https?://", text, re.IGNORECASE):
            yield Output(url=text)
        elif text[:1] in {"[", "{", '"'}:
            yield from _files(_parse(text))
        elif content := decode(text):
            yield Output(content=content)


def _parse(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def decode(text: str) -> bytes:
    """Return the bytes of a data URI or of plain base64; nothing for any other text."""
    if text.startswith("data:"):
        text = text.partition(",")[2]
    if len(text) < 64:
        return b""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
