"""What a fault can do to a step: the few ways from which `known_faults.py` puts each together."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response

from .faults import Forced, Step
from .ledger import Entry
from .runs import NeverEnds, RunFailed
from .wire import Broken, How

if TYPE_CHECKING:
    from .app import Sandbox

RESET_HEADER = "x-rate-limit-reset-at-utc"
RESET_AFTER = timedelta(seconds=40)


@dataclass(frozen=True)
class Moment:
    """The step that a fault befalls."""

    sandbox: Sandbox
    step: Step
    request: Request | None
    entry: Entry | None

    @property
    def asked_after(self) -> Entry | None:
        """The entry that a status or result is asked of."""
        assert self.request is not None  # noqa: S101  (it is None in a run only)
        return self.sandbox.ledger.find(self.request.path_params.get("request_id", ""))

    @property
    def file_name(self) -> str:
        """The name of the file that is asked for."""
        assert self.request is not None  # noqa: S101
        return str(self.request.path_params["name"])


Deed = Callable[[Moment], Forced]


def answer(
    status: int, content: Any, *, media_type: str = "", reset: bool = False, **headers: str
) -> Deed:
    """Answer this: text as it is, HTML by its look, anything else as JSON."""
    text = content if isinstance(content, str) else json.dumps(content)
    if not media_type:
        media_type = "text/html" if text.startswith("<") else "application/json"

    def do(moment: Moment) -> Response:
        more = dict(headers)
        if reset:
            at = moment.sandbox.clock().astimezone(UTC) + RESET_AFTER
            more[RESET_HEADER] = at.isoformat(timespec="seconds")
        return Response(text, status_code=status, media_type=media_type, headers=more)

    return do


def broken(how: How) -> Deed:
    """Break the wire instead of answering; the step is not taken."""
    return lambda moment: Broken(how)


def broken_answer(how: How) -> Deed:
    """Take the step, and break the wire while it is answered."""
    return lambda moment: lambda own: Broken(how, own)


def sent_as(content: Callable[[bytes], bytes] = bytes, *, media_type: str = "") -> Deed:
    """Take the step, and send another body, or the same as another type; whole, in any case."""

    def alter(own: Response) -> Response:
        headers = {name: value for name, value in own.headers.items() if name != "content-length"}
        if media_type:
            headers["content-type"] = media_type
        return Response(content(bytes(own.body)), status_code=own.status_code, headers=headers)

    return lambda moment: alter


def rewritten(change: Callable[[dict[str, Any]], Any]) -> Deed:
    """Take the step, and change the JSON object that it answers; a file stays as it is."""

    def content(body: bytes) -> bytes:
        if not body.startswith(b"{"):
            return body
        return json.dumps(change(json.loads(body))).encode()

    return sent_as(content)


def fails(message: str) -> Deed:
    """Let the run fail with these words."""

    def do(moment: Moment) -> None:
        raise RunFailed(message)

    return do


def never_ends(moment: Moment) -> None:
    """Let the run go on for ever."""
    raise NeverEnds


def forgets(moment: Moment) -> None:
    """Forget the request that is asked after; only the history keeps it."""
    if moment.asked_after is not None:
        moment.asked_after.is_forgotten = True


def loses_file(moment: Moment) -> None:
    """Delete the file that is asked for."""
    moment.sandbox.outputs.remove(moment.file_name)


def without_range(moment: Moment) -> None:
    """Take no notice of a wish for a part of the file."""
    assert moment.request is not None  # noqa: S101
    headers = moment.request.scope["headers"]
    moment.request.scope["headers"] = [line for line in headers if line[0] != b"range"]
    moment.request.__dict__.pop("_headers", None)  # Starlette has read them already


def redirects(location: str) -> Deed:
    """Send the caller elsewhere; without a location, to where it is already."""

    def do(moment: Moment) -> Response:
        assert moment.request is not None  # noqa: S101
        return Response(status_code=302, headers={"location": location or str(moment.request.url)})

    return do
