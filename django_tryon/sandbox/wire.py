"""Answers that break on the wire, and how that is played inside a process.

`serving.py` plays the same over a socket.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from enum import StrEnum
from typing import Any

import httpx
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

WIRE = "django_tryon.wire"
"""Among the scope's extensions: whoever plays broken answers."""

BLOCK = b" " * 2**16


class How(StrEnum):
    """What becomes of an answer."""

    REFUSED = "refused"
    """The connection is refused."""
    RESET = "reset"
    """The connection is reset before the first byte of an answer."""
    HANG = "hang"
    """Nothing comes, ever."""
    RESET_AMID = "reset-amid"
    """The connection is reset in the middle of the answer."""
    CUT = "cut"
    """The connection is closed in the middle of the answer."""
    TRICKLE = "trickle"
    """A byte a second."""
    ENDLESS = "endless"
    """Blanks without end."""


class Broken(Response):
    """An answer that does not arrive as it should: ``own`` is what would have been sent."""

    def __init__(self, how: How, own: Response | None = None) -> None:
        super().__init__()
        self.how = how
        self.own = own or Response()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Have the answer broken by whoever holds the wire."""
        play: Player = scope["extensions"][WIRE]
        await play(self, scope, receive, send)

    @property
    def half(self) -> bytes:
        """The first half of the own answer's body."""
        body = bytes(self.own.body)
        return body[: len(body) // 2]


Player = Callable[[Broken, Scope, Receive, Send], Awaitable[None]]

AT_ONCE: dict[How, type[httpx.TransportError]] = {
    How.REFUSED: httpx.ConnectError,
    How.RESET: httpx.ReadError,
    How.HANG: httpx.ReadTimeout,
}
AMID: dict[How, type[httpx.TransportError]] = {
    How.RESET_AMID: httpx.ReadError,
    How.CUT: httpx.RemoteProtocolError,
    How.TRICKLE: httpx.ReadTimeout,
}
"""What httpx raises on a real wire."""


class Inside:
    """Plays broken answers for a caller in this process; what would take time ends at once."""

    def __init__(self) -> None:
        self.stream: httpx.AsyncByteStream | None = None

    async def __call__(self, broken: Broken, scope: Scope, receive: Receive, send: Send) -> None:
        """Raise what the caller shall meet, or remember the body that it shall read."""
        if broken.how in AT_ONCE:
            raise AT_ONCE[broken.how](broken.how)
        self.stream = _Pieces(broken)
        await broken.own(scope, receive, send)


class _Pieces(httpx.AsyncByteStream):
    def __init__(self, broken: Broken) -> None:
        self._broken = broken

    async def __aiter__(self) -> AsyncIterator[bytes]:
        how = self._broken.how
        while how == How.ENDLESS:
            yield BLOCK
        yield bytes(self._broken.own.body[:1]) if how == How.TRICKLE else self._broken.half
        raise AMID[how](how)


async def ask_inside(app: Any, request: httpx.Request) -> httpx.Response:
    """Pass a request to an ASGI app in this process; raises what httpx would raise."""
    wire = Inside()

    async def wired(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "extensions": {WIRE: wire}}, receive, send)

    response = await httpx.ASGITransport(app=wired).handle_async_request(request)
    if wire.stream is None:
        return response
    return httpx.Response(response.status_code, headers=response.headers, stream=wire.stream)
