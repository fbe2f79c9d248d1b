"""What every request to the sandbox passes first: the key, the fault hook, the shape of errors."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from .faults import Step, settled

if TYPE_CHECKING:
    from .app import Sandbox

Endpoint = Callable[[Request], Awaitable[Response]]
Answer = Callable[["Sandbox", Request], Awaitable[Response]]

NO_KEY = "Missing Authorization or x-api-key in header"
BAD_KEY = "Unauthorized. API key is invalid or may have expired..."


class Refusal(Exception):
    """A request that is turned away with a status code and a message."""

    def __init__(self, status_code: int, message: str) -> None:
        super().__init__(message)
        self.status_code = status_code

    def response(self) -> Response:
        """Return Segmind's envelope."""
        return JSONResponse({"error": str(self)}, status_code=self.status_code)


class Delivery(Response):
    """The last byte of a request's file."""

    def __init__(self, *args: Any, request_id: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.request_id = request_id


def endpoint(step: Step, *, needs_key: bool = True) -> Callable[[Answer], Endpoint]:
    """Turn a function of the sandbox and a request into an endpoint."""

    def decorate(answer: Answer) -> Endpoint:
        async def handle(request: Request) -> Response:
            sandbox: Sandbox = request.app.state.sandbox
            try:
                if needs_key:
                    _check_key(request.headers)
                forced = await sandbox.ask_faults(step, request=request, entry=None)
                if isinstance(forced, Response):
                    return forced
                own = await answer(sandbox, request)
            except Refusal as refusal:
                return refusal.response()
            sent = settled(forced, own)
            if sent is own and isinstance(own, Delivery):
                sandbox.ledger.deliver(own.request_id)
            return sent

        return handle

    return decorate


def _check_key(headers: Mapping[str, str]) -> None:
    key = headers.get("x-api-key")
    if not key and "authorization" not in headers:
        raise Refusal(401, NO_KEY)
    if not key or not key.startswith("SG_"):  # a bearer token is no key here either
        raise Refusal(401, BAD_KEY)


async def read_object(request: Request) -> dict[str, Any]:
    """Return the JSON object in the request's body."""
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != "application/json":
        raise Refusal(406, "Invalid content type")
    try:
        body = json.loads(await request.body(), parse_constant=_refuse_constant)
    except ValueError as error:
        raise Refusal(400, "The request body is not valid JSON") from error
    if not isinstance(body, dict):
        raise Refusal(400, "The request body must be a JSON object")
    return body


def _refuse_constant(name: str) -> None:
    raise ValueError(name)  # NaN and Infinity are Python's, not JSON's


async def show_http_error(request: Request, error: Exception) -> Response:
    """Answer an unknown path in JSON and a wrong verb in HTML, as Segmind's gateway does."""
    assert isinstance(error, HTTPException)  # noqa: S101  (it is registered for nothing else)
    if error.status_code == 405:
        page = "<html><head><title>405 Not Allowed</title></head><body><h1>405</h1></body></html>"
        return HTMLResponse(page, status_code=405, headers=error.headers)
    return JSONResponse({"error": error.detail}, status_code=error.status_code)
