"""Read what Segmind answers: the outcome first, then what the answer tells besides."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

import httpx

from django_tryon.exceptions import AnswerLost, ProviderError, UnexpectedReply
from django_tryon.segmind.errors import from_failure, from_reply, tidy
from django_tryon.segmind.outputs import Output as Output
from django_tryon.segmind.outputs import decode, read_outputs

# The four states of the model pages ("Status states").
STATES: dict[str, Literal["pending", "done", "failed"]] = {
    "QUEUED": "pending",
    "PROCESSING": "pending",
    "COMPLETED": "done",
    "FAILED": "failed",
}

LONGEST_ID = 128

OF_THE_DOOR = {401, 403, 406, 410, 429}
"""Codes of a submit that speak of key, account, model or pace, whatever the body calls it."""


@dataclass(frozen=True)
class Reply:
    """What a status or result answer says."""

    state: Literal["pending", "done"]
    cost: Decimal | None = None
    """US$, where the provider told it; unknown is None, never 0."""
    seconds: float | None = None
    """The provider's own run time."""
    outputs: tuple[Output, ...] = ()


@dataclass(frozen=True)
class Finished:
    """What a blocking v1 request brought home."""

    request_id: str
    outputs: tuple[Output, ...]
    cost: Decimal | None
    seconds: float | None


def read_json(response: httpx.Response) -> Any:
    """Return the body as JSON, or the beginning of its text where it is something else."""
    try:
        return response.json()
    except (ValueError, RecursionError):
        return response.text[:2000]


def read_submitted(response: httpx.Response) -> str:
    """Return the id of the request that was accepted; raises ProviderError."""
    body = read_json(response)
    state, request_id = _state(body), read_id(body)
    if state == "failed":
        refused = response.status_code in OF_THE_DOOR
        raise (
            from_reply(response.status_code, body, response.headers)
            if refused
            else from_failure(body, response.status_code)
        )
    # A body that says it was queued was queued, whatever a gateway made of the code.
    if request_id and (response.is_success or state):
        return request_id
    if response.is_success or state:
        # Somebody said yes; without the id we cannot know to what.
        lost = AnswerLost("Segmind accepted the request, but its answer held no request id.")
        lost.status_code = response.status_code
        raise lost
    raise from_reply(response.status_code, body, response.headers)


def read_reply(response: httpx.Response) -> Reply:
    """Return what a status or result answer says; raises ProviderError.

    The body's own ``status`` is asked before the HTTP code: a failed request comes as 422 or 200.
    """
    body = read_json(response)
    state = _state(body)
    if state == "failed":
        raise from_failure(body, response.status_code)
    if state is None:
        raise _no_reply(response, body)
    metrics = body.get("metrics")
    metrics = metrics if isinstance(metrics, dict) else {}
    return Reply(
        state=state,
        cost=price(metrics.get("cost")),
        seconds=number(metrics.get("inference_time")),
        outputs=tuple(read_outputs(body)) if state == "done" else (),
    )


def read_result(response: httpx.Response) -> Reply:
    """Return what a result answer says; raises ProviderError, also if it is done without output."""
    reply = read_reply(response)
    if reply.state == "done" and not reply.outputs:
        raise _unexpected(
            response, f"Segmind says the job is done, but names no file: {tidy(response.text)}"
        )
    return reply


def read_finished(response: httpx.Response) -> Finished:
    """Return what a v1 answer brought: raw bytes, or JSON with base64 or links."""
    headers = response.headers
    return Finished(
        request_id=read_id({"request_id": headers.get("x-request-id")}),
        outputs=_v1_outputs(response),
        cost=price(headers.get("x-cost")),
        seconds=number(headers.get("x-generation-time")),
    )


def read_credits(response: httpx.Response) -> Decimal:
    """Return the credits left, US$, paid and free together; an overdrawn account has minus."""
    body = _read_ok(response)
    told = [amount(body.get(key)) for key in ("credits", "free-credits")]
    known = [part for part in told if part is not None]
    if not known:
        raise _unexpected(response, "Segmind's answer named no credits.")
    return sum(known, Decimal(0))


def read_history(response: httpx.Response) -> Any:
    """Return what the request history answers; raises ProviderError."""
    body = read_json(response)
    if isinstance(body, str):  # some gateway's page; what it says of a request counts for nothing
        raise _unexpected(response, "Something other than Segmind's request history answered.")
    if not response.is_success:
        raise from_reply(response.status_code, body, response.headers)
    return body


def read_links(response: httpx.Response, *, count: int) -> list[str]:
    """Return the links to this many uploaded files, in their order."""
    body = _read_ok(response)
    # The docs say "urls"; every live client has met "file_urls".
    links = body.get("file_urls") or body.get("urls")
    if (
        not isinstance(links, list)
        or len(links) != count
        or not all(isinstance(link, str) and link.startswith("http") for link in links)
    ):
        raise _unexpected(response, "Segmind's asset store did not name the uploaded files.")
    return links


def amount(value: Any) -> Decimal | None:
    """Return an amount in US$, or None for anything that is not a plain number."""
    if not isinstance(value, int | float | str):
        return None
    try:
        read = Decimal(str(value).replace("_", "?"))
    except InvalidOperation:
        return None
    return read if read.is_finite() and abs(read) < 100_000 else None


def price(value: Any) -> Decimal | None:
    """Return an amount in US$ that somebody paid, or None."""
    read = amount(value)
    return read if read is not None and read >= 0 else None


def number(value: Any) -> float | None:
    """Return a non-negative number of seconds, or None."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        seconds = float(value)
    except (ValueError, OverflowError):
        return None
    return seconds if 0 <= seconds < 1e7 else None


def _state(body: Any) -> Literal["pending", "done", "failed"] | None:
    told = body.get("status") if isinstance(body, dict) else None
    return STATES.get(told) if isinstance(told, str) else None


def read_id(body: Any) -> str:
    """Return the request id of a body; empty where there is none that could be asked for."""
    told = body.get("request_id") if isinstance(body, dict) else None
    if not isinstance(told, str) or len(told) > LONGEST_ID or not told.strip("."):
        return ""
    # No space, control sign or broken half of a character: it must survive an address and a row.
    return told if told.isprintable() and " " not in told else ""


def _read_ok(response: httpx.Response) -> dict[str, Any]:
    """Return the object that a successful answer holds; raises ProviderError."""
    body = read_json(response)
    if not response.is_success:
        raise from_reply(response.status_code, body, response.headers)
    return body if isinstance(body, dict) else {}


def _no_reply(response: httpx.Response, body: Any) -> ProviderError:
    if not response.is_success:
        if response.status_code == 404 and not isinstance(body, dict):
            # Some gateway's page, not Segmind's word: a paid request is not given up for that.
            return _unexpected(response, "Something other than Segmind's API answered 404.")
        return from_reply(response.status_code, body, response.headers)
    told = body.get("status") if isinstance(body, dict) else None
    said = f"an unknown status {tidy(str(told))!r}" if told else "no status"
    return _unexpected(response, f"Segmind's answer had {said}.")


def _unexpected(response: httpx.Response, message: str) -> UnexpectedReply:
    error = UnexpectedReply(message)
    error.status_code = response.status_code
    return error


def _v1_outputs(response: httpx.Response) -> tuple[Output, ...]:
    kind = response.headers.get("content-type", "").lower()
    raw = kind.startswith(("image/", "video/", "application/octet-stream", "binary/"))
    if response.is_success and raw and response.content:
        return (Output(content=response.content),)
    body = read_json(response)
    error = body.get("error") if isinstance(body, dict) else ""
    if "polling error" in str(error).lower():
        # v1's own cut-off, at about 100 s: the work may well go on, and be paid for.
        raise _lost(response, "Segmind stopped waiting for its own model.")
    if _state(body) == "failed" or (response.is_success and error):  # v1 may say so under 200
        raise from_failure(body, response.status_code)
    if not response.is_success:
        raise from_reply(response.status_code, body, response.headers)
    if isinstance(body, dict):
        image = body.get("image")
        content = decode(image) if isinstance(image, str) else b""
        outputs = (Output(content=content),) if content else tuple(read_outputs(body))
        if outputs:
            return outputs
    # Accepted, and paid for, but unreadable: staff must look.
    raise _lost(response, "Segmind answered with something that is neither picture nor clip.")


def _lost(response: httpx.Response, message: str) -> AnswerLost:
    error = AnswerLost(message)
    error.status_code = response.status_code
    return error
