"""Serve a sandbox over sockets, and break them on request."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import Any

import uvicorn
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from .app import Sandbox
from .wire import BLOCK, WIRE, Broken, How

REFUSING = 2.0
"""For how many seconds connections are refused once that was asked for."""
TRICKLE_GAP = 1.0
"""Seconds between two bytes."""

RESET_ON_CLOSE = struct.pack("ii", 1, 0)
"""SO_LINGER: whatever was not sent is thrown away, and the other side hears a reset."""


class Line(AutoHTTPProtocol):  # type: ignore[misc,valid-type]
    """A connection whose requests bring their transport along."""

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Let the app have the transport."""
        super().connection_made(transport)
        app: Any = self.app  # type: ignore[has-type]

        async def with_transport(scope: Scope, receive: Receive, send: Send) -> None:
            await app({**scope, "transport": transport}, receive, send)

        self.app = with_transport


class Server(uvicorn.Server):
    """A server of one sandbox."""

    def __init__(self, sandbox: Sandbox, **options: Any) -> None:
        usual: dict[str, Any] = {
            "http": Line,
            "interface": "asgi3",
            "log_level": "warning",
            "access_log": False,
            "lifespan": "off",
            "ws": "none",
        }
        super().__init__(uvicorn.Config(self._answer, **usual | options))
        self._sandbox = sandbox
        self._reopening: asyncio.Task[None] | None = None

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._sandbox({**scope, "extensions": {WIRE: self._break}}, receive, send)

    async def _break(self, broken: Broken, scope: Scope, receive: Receive, send: Send) -> None:
        transport: asyncio.Transport = scope["transport"]
        match broken.how:
            case How.REFUSED:
                self.refuse()
            case How.HANG:
                await _gone(receive)
            case How.RESET_AMID | How.CUT:
                await _begin(broken, send)
                await send(_piece(broken.half))
            case How.TRICKLE:
                await _begin(broken, send)
                await _trickle(bytes(broken.own.body), receive, send)
            case How.ENDLESS:
                await _begin(broken, send)
                while not transport.is_closing():
                    await send(_piece(BLOCK))
                    await asyncio.sleep(0)  # others are to be answered meanwhile
        if broken.how == How.CUT:
            transport.close()  # what was written still goes out
        elif not transport.is_closing():  # the caller may have left meanwhile
            line: socket.socket = transport.get_extra_info("socket")
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
            transport.abort()
        await _gone(receive)

    def refuse(self, seconds: float = REFUSING) -> None:
        """Refuse connections for a while; those that are there go on."""
        if self._reopening is None or self._reopening.done():
            places = [line.getsockname() for server in self.servers for line in server.sockets]
            self.config.host, self.config.port = places[0][:2]
            for server in self.servers:
                server.close()
            self._reopening = asyncio.get_running_loop().create_task(self._reopen(seconds))

    async def _reopen(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        if not self.should_exit:  # pragma: no branch
            await self.startup()


async def _begin(broken: Broken, send: Send) -> None:
    headers = broken.own.raw_headers
    if broken.how == How.ENDLESS:
        headers = [header for header in headers if header[0] != b"content-length"]
    await send(
        {
            "type": "http.response.start",
            "status": broken.own.status_code,
            "headers": headers,
        }
    )


def _piece(content: bytes) -> dict[str, Any]:
    return {"type": "http.response.body", "body": content, "more_body": True}


async def _trickle(body: bytes, receive: Receive, send: Send) -> None:
    # Coverage loses sight of a frame in which a wait was cancelled.
    for byte in body:  # pragma: no branch
        await send(_piece(bytes([byte])))
        if await _gone(receive, within=TRICKLE_GAP):  # pragma: no branch
            return


async def _gone(receive: Receive, *, within: float | None = None) -> bool:
    """Wait until the caller has left, and tell whether it has."""
    try:
        async with asyncio.timeout(within):
            while (await receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        return False
    return True
