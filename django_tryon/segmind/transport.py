"""httpx's way of sending a request, done by aiohttp, which takes a fraction of the processor time.

httpx stays what the rest of the code, and every test, speaks. What an error says of a request, and
so whether a paid one may be repeated, is decided in the two tables here.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from functools import lru_cache
from typing import Any

import aiohttp
import httpx
import yarl

from django_tryon.segmind.resolver import Resolver

NEVER_LEFT: tuple[tuple[type[BaseException], type[httpx.TransportError]], ...] = (
    (aiohttp.ConnectionTimeoutError, httpx.ConnectTimeout),
    # A name that is unknown, a connection refused, TLS that does not come about.
    (aiohttp.ClientConnectorError, httpx.ConnectError),
    (aiohttp.InvalidURL, httpx.UnsupportedProtocol),
    (aiohttp.NonHttpUrlClientError, httpx.UnsupportedProtocol),
)
"""Raised before the first byte of a request; a closed list, the rest may have been read."""

PERHAPS_READ: tuple[tuple[type[BaseException], type[httpx.TransportError]], ...] = (
    (TimeoutError, httpx.ReadTimeout),
    (aiohttp.ServerDisconnectedError, httpx.RemoteProtocolError),
    (aiohttp.ClientPayloadError, httpx.RemoteProtocolError),
    (aiohttp.ClientResponseError, httpx.RemoteProtocolError),
    (OSError, httpx.ReadError),
    (aiohttp.ClientError, httpx.RemoteProtocolError),
)

NO_HEADERS_OF_ITS_OWN = ("User-Agent", "Accept", "Accept-Encoding", "Content-Type")

LONGEST_LINE = 64 * 1024
"""Bytes of one header; links in them are long."""


class FastTransport(httpx.AsyncBaseTransport):
    """One pool of connections. Use it on one event loop only; nothing in it waits for a turn."""

    def __init__(
        self, *, context: ssl.SSLContext, kept_for: float, public_only: bool = False
    ) -> None:
        """``kept_for``: seconds that an idle connection is kept; 0 for a new one each time.

        ``public_only``: connect to no private address, whatever a name resolves to.
        """
        self._context, self._kept_for, self._public_only = context, kept_for, public_only
        self._session: aiohttp.ClientSession | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and return its answer, the body still to be read."""
        session = self._session or self._open()
        times = request.extensions.get("timeout", {})
        try:
            answer = await session.request(
                request.method,
                # As it stands: a signed link that is quoted anew is another link.
                yarl.URL(str(request.url), encoded=True),
                headers=request.headers.multi_items(),
                data=await request.aread() or None,
                allow_redirects=False,
                timeout=_limits(times.get("connect"), times.get("read")),
            )
        except Exception as error:
            raise as_httpx(error) from error
        return httpx.Response(
            answer.status,
            headers=list(answer.raw_headers),
            stream=Body(answer),
            request=request,
            extensions={"reason_phrase": (answer.reason or "").encode("ascii", "ignore")},
        )

    async def aclose(self) -> None:
        """Close the connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _open(self) -> aiohttp.ClientSession:
        # Here, not in the constructor: it belongs to the loop that it is made on.
        options: dict[str, Any] = (
            {"keepalive_timeout": self._kept_for} if self._kept_for else {"force_close": True}
        )
        connector = aiohttp.TCPConnector(
            ssl=self._context,
            limit=0,  # whoever asks has had to wait for a turn already
            resolver=Resolver(public_only=self._public_only),
            timeout_ceil_threshold=float("inf"),
            **options,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            # A cookie that one reply sets must not travel with another person's request.
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            skip_auto_headers=NO_HEADERS_OF_ITS_OWN,
            max_field_size=LONGEST_LINE,
            max_line_size=LONGEST_LINE,
        )
        return self._session


class Body(httpx.AsyncByteStream):
    """What follows an answer's head, as it arrives."""

    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for part in self._answer.content.iter_any():
                yield part
        except (aiohttp.ClientError, OSError) as error:
            raise as_httpx(error) from error

    async def aclose(self) -> None:
        """Give back a connection that was read to its end, and close any other."""
        self._answer.close()


def as_httpx(error: Exception) -> Exception:
    """Return the error of httpx that says the same; what is no fault of the line, as it is."""
    for kind, said in NEVER_LEFT + PERHAPS_READ:
        if isinstance(error, kind):
            # Its words hold addresses.
            return said(kind.__name__)
    return error


@lru_cache(maxsize=16)
def _limits(connect: float | None, read: float | None) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=None, connect=connect, sock_read=read)
