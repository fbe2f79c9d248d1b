"""Our own thin client: it asks what the flow needs, and hands the key to nobody else."""

from __future__ import annotations

import asyncio
import base64
import re
import socket
import ssl
from collections.abc import AsyncIterable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from types import TracebackType
from typing import Any, TypeAlias, cast
from urllib.parse import quote

import httpx

from django_tryon.exceptions import AnswerLost, Refused, Unreachable
from django_tryon.hosts import is_loopback
from django_tryon.segmind.connections import Connections, Line
from django_tryon.segmind.replies import (
    Finished as Finished,
)
from django_tryon.segmind.replies import (
    Reply,
    read_credits,
    read_finished,
    read_history,
    read_links,
    read_reply,
    read_result,
    read_submitted,
)

Stream: TypeAlias = AsyncIterable[bytes]

KEY = re.compile(r"[!-~]+")

NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
"""Faults after which certainly nobody has read a request; after any other, somebody may have."""

V1_TIMEOUT = timedelta(seconds=150)
"""A v1 request blocks until the work is done; Segmind itself gives up at about 100 s."""

UPLOAD_TIMEOUT = timedelta(seconds=120)

NO_STORE = {
    403: "This Segmind account may not use the asset store.",
    404: "There is no asset store at TRYON['ASSET_URL'].",
    410: "Segmind has given up the asset store at TRYON['ASSET_URL'].",
}
"""What the asset store's own refusals mean."""

LARGEST_REPLY = 4 * 2**20
"""Bytes of an answer that holds words only."""

LARGEST_HISTORY_REPLY = 32 * 2**20
"""Bytes of a page of the history, whose rows may hold whole pictures."""

LARGEST_MEDIA_REPLY = 128 * 2**20
"""Bytes of an answer that may hold a file, raw or as base64."""


class SegmindClient:
    """Speaks to one provider with one set of connections. Use it on one event loop only."""

    def __init__(
        self,
        *,
        api_key: str,
        base_url: str,
        timeout: timedelta = timedelta(seconds=30),
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self._key = (api_key or "").strip()  # keys read from files end in a line break
        # What is meant for this machine must not go to a proxy.
        is_here = is_loopback(base_url)
        self._seconds = timeout.total_seconds()
        self._to = Connections(
            seconds=self._seconds,
            transport=transport,
            proxies=not is_here,
            public_only=not is_here,
        )

    def __repr__(self) -> str:
        return f"<SegmindClient {self.base_url}>"

    async def __aenter__(self) -> SegmindClient:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._to.aclose()

    @property
    def downloads(self) -> Line:
        """The line for downloads; it sends neither key nor cookies."""
        return self._to.downloads

    async def submit(self, slug: str, payload: Mapping[str, Any]) -> str:
        """Ask for a job (v2) and return its request id. The one call that costs money.

        Raises NotAccepted where certainly nothing was started, AnswerLost where perhaps something
        was, and another ProviderError for a definite no.
        """
        url = f"{self.base_url}/v2/{quote(slug, safe='')}"
        return read_submitted(await self._send(self._to.submits, "POST", url, json=payload))

    async def status(self, request_id: str) -> Reply:
        """Ask how a request stands (light: no output). Raises ProviderError."""
        return read_reply(await self._send(self._to.polls, "GET", self._of(request_id) + "/status"))

    async def result(self, request_id: str) -> Reply:
        """Ask for a request's outputs. Raises ProviderError."""
        url = self._of(request_id)
        return read_result(
            await self._send(self._to.polls, "GET", url, largest=LARGEST_MEDIA_REPLY)
        )

    async def run_v1(self, slug: str, payload: Mapping[str, Any]) -> Finished:
        """Ask for a job in one blocking request (v1) and return its output.

        Raises what ``submit`` raises.
        """
        response = await self._send(
            self._to.blocking,
            "POST",
            f"{self.base_url}/v1/{quote(slug, safe='')}",
            json=payload,
            timeout=V1_TIMEOUT,
            largest=LARGEST_MEDIA_REPLY,
        )
        return read_finished(response)

    async def credits(self) -> Decimal:
        """Ask for the credits left, US$; runs nothing and is free."""
        url = f"{self.base_url}/v1/get-user-credits"
        return read_credits(await self._send(self._to.polls, "GET", url))

    async def history(self, url: str) -> Any:
        """Ask the account's request history, which lies on a host of its own, and return the JSON.

        Raises ProviderError.
        """
        if is_loopback(url) and not is_loopback(self.base_url):
            raise Refused(
                "TRYON['HISTORY_URL'] is on this machine: the key must not go there.",
                code="bad_address",
            )
        reply = await self._send(self._to.polls, "GET", url, largest=LARGEST_HISTORY_REPLY)
        return read_history(reply)

    async def upload(self, url: str, files: Sequence[tuple[str, bytes]]) -> list[str]:
        """Put files (content type, bytes) into Segmind's asset store and return their public links.

        They are public for good: there is no way to delete them. ``url`` is the asset store's.
        """
        if is_loopback(self.base_url) and not is_loopback(url):
            raise Refused(
                "TRYON['BASE_URL'] is the sandbox's, but TRYON['ASSET_URL'] is not: "
                "nothing is uploaded to a public store by a test.",
                code="asset_store",
            )
        body = {
            "data_urls": [
                f"data:{kind};base64,{base64.b64encode(content).decode()}"
                for kind, content in files
            ]
        }
        response = await self._send(self._to.polls, "POST", url, json=body, timeout=UPLOAD_TIMEOUT)
        if response.status_code in NO_STORE:
            # Elsewhere these speak of an engine; here they must not stop one.
            error = Refused(NO_STORE[response.status_code], code="asset_store")
            error.status_code = response.status_code
            raise error
        return read_links(response, count=len(files))

    def _of(self, request_id: str) -> str:
        # Built here, never taken from an answer: the key goes where the settings say.
        return f"{self.base_url}/v2/requests/{quote(request_id, safe='')}"

    async def _send(
        self,
        line: Line,
        method: str,
        url: str,
        *,
        json: Any = None,
        timeout: timedelta | None = None,
        largest: int = LARGEST_REPLY,
    ) -> httpx.Response:
        """Send one request with the key and return the whole answer; raises ProviderError.

        An answer larger than ``largest`` comes back empty.
        """
        seconds = timeout.total_seconds() if timeout else self._seconds
        request = self._build(line, method, url, json, seconds)
        # The time begins to count with its turn, so that waiting uses up none of it.
        async with line.turn():
            try:
                # The transport's limits are for each part of an answer; this is for all of it.
                async with asyncio.timeout(seconds), line.send(request) as response:
                    return await self._read(response, largest)
            except NEVER_SENT as error:
                raise Unreachable(f"Segmind could not be reached ({_reason(error)}).") from error
            except (httpx.HTTPError, TimeoutError) as error:
                raise AnswerLost(f"Segmind's answer did not arrive ({_reason(error)}).") from error

    def _build(self, line: Line, method: str, url: str, json: Any, seconds: float) -> httpx.Request:
        """Return the request; raises Refused for one that must not leave."""
        if not KEY.fullmatch(self._key):
            said = "holds signs that no key has" if self._key else "is not set"
            raise Refused(f"TRYON['API_KEY'] {said}.", code="bad_key")
        if not (url[:8].lower() == "https://" or is_loopback(url)):
            raise Refused(
                "The key is only sent over https. Check TRYON['BASE_URL'] and TRYON['ASSET_URL'].",
                code="bad_address",
            )
        try:
            return line.request(method, url, {"x-api-key": self._key}, seconds=seconds, json=json)
        except httpx.InvalidURL as error:
            raise Refused(
                "The provider's address is not a URL. Check TRYON['BASE_URL'].", code="bad_address"
            ) from error
        except (TypeError, ValueError) as error:
            raise Refused(
                f"The request cannot be written as JSON: {error}.", code="invalid_input"
            ) from error

    async def _read(self, response: httpx.Response, largest: int) -> httpx.Response:
        """Return the answer with its body, bounded, and without our key if it repeats that."""
        body = bytearray()
        packed = "content-encoding" in response.headers
        async for part in response.aiter_bytes() if packed else cast(Stream, response.stream):
            body += part
            if len(body) > largest:
                body.clear()
                break
        content = bytes(body).replace(self._key.encode(), b"(key)")
        headers = [
            (name, value)
            for name, value in response.headers.multi_items()
            if name not in {"content-encoding", "content-length", "transfer-encoding"}
        ]
        return httpx.Response(response.status_code, headers=headers, content=content)


def _reason(error: BaseException) -> str:
    """Return why a request came to nothing, in a word or two without any address."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return "TLS"
        if isinstance(cause, socket.gaierror):
            return "its name is unknown"
        cause = cause.__cause__ or cause.__context__
    return type(error).__name__
