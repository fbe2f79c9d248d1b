"""The lines of one process to the outside, one for each kind of request."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any
from urllib.request import getproxies

import httpx

from django_tryon.exceptions import NotAccepted
from django_tryon.segmind.transport import FastTransport

LONGEST_CONNECT = 10.0
"""Seconds until a connection stands, TLS included."""

LONGEST_TURN = 120.0
"""Seconds that a request waits for its turn at most. Nothing was sent by then."""

KEPT_FOR = 15.0
"""Seconds that an idle connection is kept. One that the other side has closed meanwhile costs
nothing: what may be repeated is repeated over a new one."""

AT_ONCE = {
    "submits": 50,
    "blocking": 500,  # v1: each holds its connection until the work is done
    "polls": 100,
    "downloads": 32,
}
"""Requests on their way at once, by kind; more would be slower (docs: "The wire")."""

HEADERS = {"user-agent": "django-tryon", "accept": "*/*", "accept-encoding": "identity"}

# httpx writes every address it asks for into the log; ours lead to people's pictures.
_quiet: ContextVar[bool] = ContextVar("django_tryon_quiet", default=False)


def _is_to_be_logged(record: logging.LogRecord) -> bool:
    return not _quiet.get()


logging.getLogger("httpx").addFilter(_is_to_be_logged)


class QuietClient(httpx.AsyncClient):
    """An httpx client that keeps addresses out of the log and no cookies."""

    def __init__(self, **options: Any) -> None:
        # A cookie that one reply sets must not travel with another person's request.
        jar = CookieJar(policy=DefaultCookiePolicy(allowed_domains=[]))
        super().__init__(follow_redirects=False, cookies=jar, **options)

    async def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        """Send without a line in the log."""
        token = _quiet.set(True)
        try:
            return await super().send(request, **options)
        finally:
            _quiet.reset(token)


class ProxiedTransport(httpx.AsyncBaseTransport):
    """httpx's own way, which knows every kind of proxy that an environment may name."""

    def __init__(self, *, context: ssl.SSLContext, kept: int) -> None:
        """``kept``: how many idle connections are kept."""
        limits = httpx.Limits(
            max_connections=None, max_keepalive_connections=kept, keepalive_expiry=3
        )
        self._http = QuietClient(verify=context, limits=limits)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request by the proxy that is meant for it."""
        return await self._http.send(request, stream=True, auth=None)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()


@dataclass
class Line:
    """A transport, and the turns to use it: so many requests at once, and no more.

    A thousand begun at once would share the way so thinly that all of them run out of time.
    """

    transport: httpx.AsyncBaseTransport
    at_once: int
    timeout: httpx.Timeout
    longest_turn: float | None = LONGEST_TURN
    is_closed: bool = False
    _turns: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self._turns = asyncio.Semaphore(self.at_once)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a turn and hold it. What is given up here was not sent: raises NotAccepted."""
        try:
            async with asyncio.timeout(self.longest_turn if self._turns.locked() else None):
                await self._turns.acquire()
        except TimeoutError as error:
            raise NotAccepted("The request waited too long for its turn.", code="busy") from error
        except asyncio.CancelledError as error:
            raise NotAccepted(
                "The request was interrupted before it was sent.", code="interrupted"
            ) from error
        try:
            yield
        finally:
            self._turns.release()

    @asynccontextmanager
    async def send(self, request: httpx.Request) -> AsyncIterator[httpx.Response]:
        """Send one request and yield its answer, the body still to be read.

        Raises httpx.HTTPError. No redirect is followed, no cookie kept, nothing logged.
        """
        response = await self.transport.handle_async_request(request)
        try:
            yield response
        finally:
            await response.aclose()

    def request(
        self,
        method: str,
        url: str | httpx.URL,
        headers: Mapping[str, str],
        *,
        seconds: float | None = None,
        json: Any = None,
    ) -> httpx.Request:
        """Return a request as this line sends it; raises httpx.InvalidURL, TypeError, ValueError.

        ``seconds``: how long it may take, where that is not what is usual on this line.
        """
        limits = self.timeout if seconds is None else timeout(seconds)
        return httpx.Request(
            method,
            url,
            headers={**HEADERS, **headers},
            json=json,
            extensions={"timeout": limits.as_dict()},
        )

    async def aclose(self) -> None:
        """Close the connections."""
        self.is_closed = True
        await self.transport.aclose()


class Connections:
    """The lines of one process. They add no key to anything."""

    def __init__(
        self,
        *,
        seconds: float,
        transport: httpx.AsyncBaseTransport | None = None,
        proxies: bool = True,
        public_only: bool = True,
    ) -> None:
        """``proxies``: heed the proxies that the environment names.

        ``public_only``: download from no private address, whatever a name resolves to.
        """
        limits = timeout(seconds)
        if transport is not None:
            paid = free = files = transport
        else:
            # Slow to make: one for all.
            context = httpx.create_ssl_context(trust_env=proxies)
            if proxies and {"http", "https", "all"} & set(getproxies()):
                paid = ProxiedTransport(context=context, kept=0)
                free = ProxiedTransport(context=context, kept=50)
                files = ProxiedTransport(context=context, kept=20)
            else:
                context.set_alpn_protocols(["http/1.1"])
                # A kept connection may be closed by the other side at the very moment of the
                # request, and nobody can tell whether it was read: what costs money goes over a
                # new one, always.
                paid = FastTransport(context=context, kept_for=0)
                free = FastTransport(context=context, kept_for=KEPT_FOR)
                files = FastTransport(context=context, kept_for=KEPT_FOR, public_only=public_only)
        self.submits = Line(paid, AT_ONCE["submits"], limits)
        self.blocking = Line(paid, AT_ONCE["blocking"], limits)
        self.polls = Line(free, AT_ONCE["polls"], limits)
        self.downloads = Line(
            files,
            AT_ONCE["downloads"],
            limits,
            longest_turn=None,  # they are many, and may wait
        )

    async def aclose(self) -> None:
        """Close all connections."""
        for line in (self.submits, self.blocking, self.polls, self.downloads):
            await line.aclose()


def timeout(seconds: float) -> httpx.Timeout:
    """Return the limits of one request's parts.

    Connecting ends well before the whole may: it must be known that nothing was sent.
    """
    return httpx.Timeout(seconds, connect=min(LONGEST_CONNECT, seconds / 3))
