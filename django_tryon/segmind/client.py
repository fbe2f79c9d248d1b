"""Our own thin client: it asks what the flow needs, and hands the key to nobody else."""

from __future__ import annotations

import base64
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from types import TracebackType
from typing import Any
from urllib.parse import quote

import httpx

from django_tryon.exceptions import AnswerLost, ProviderError, UnexpectedReply, Unreachable
from django_tryon.segmind.errors import from_failure, from_reply
from django_tryon.segmind.replies import (
    Output,
    Reply,
    decode,
    money,
    number,
    read_json,
    read_outputs,
    read_reply,
    read_submitted,
)

V1_TIMEOUT = timedelta(seconds=150)
"""A v1 request blocks until the work is done; Segmind itself gives up at about 100 s."""


@dataclass(frozen=True)
class Finished:
    """What a blocking v1 request brought home."""

    request_id: str
    outputs: tuple[Output, ...]
    cost: Decimal | None
    seconds: float | None


class SegmindClient:
    """Speaks to one provider with one connection pool. Use it on one event loop only."""

    def __init__(
        self,
        *,
        api_key: str,
        base_url: str,
        timeout: timedelta = timedelta(seconds=30),
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self._key = api_key
        self._http = httpx.AsyncClient(
            transport=transport,
            timeout=httpx.Timeout(timeout.total_seconds(), connect=10),
            limits=httpx.Limits(max_connections=100, max_keepalive_connections=50),
            follow_redirects=False,
            headers={"user-agent": "django-tryon"},
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
        await self._http.aclose()

    @property
    def http(self) -> httpx.AsyncClient:
        """The pool, for downloads; it sends no key of itself."""
        return self._http

    async def submit(self, slug: str, payload: Mapping[str, Any]) -> str:
        """Ask for a job (v2) and return its request id. The one call that costs money.

        Raises NotAccepted where certainly nothing was started, AnswerLost where perhaps something
        was, and another ProviderError for a definite no.
        """
        return read_submitted(await self._send("POST", f"/v2/{slug}", json=payload))

    async def status(self, request_id: str) -> Reply:
        """Ask how a request stands (light: no output). Raises ProviderError."""
        return read_reply(await self._send("GET", f"/v2/requests/{quote(request_id, safe='')}/status"))

    async def result(self, request_id: str) -> Reply:
        """Ask for a request's outputs. Raises ProviderError."""
        reply = read_reply(await self._send("GET", f"/v2/requests/{quote(request_id, safe='')}"))
        if reply.state == "done" and not reply.outputs:
            raise UnexpectedReply("Segmind says the job is done, but names no output file.")
        return reply

    async def run_v1(self, slug: str, payload: Mapping[str, Any]) -> Finished:
        """Ask for a job in one blocking request (v1) and return its output.

        Raises what ``submit`` raises.
        """
        response = await self._send(
            "POST", f"/v1/{slug}", json=payload, timeout=V1_TIMEOUT.total_seconds()
        )
        if not response.is_success:
            raise from_reply(response.status_code, read_json(response), response.headers)
        headers = response.headers
        cost, seconds = headers.get("x-cost"), headers.get("x-generation-time")
        return Finished(
            request_id=str(headers.get("x-request-id") or "")[:128],
            outputs=_v1_outputs(response),
            cost=money(cost),
            seconds=number(float(seconds)) if seconds and _is_number(seconds) else None,
        )

    async def credits(self) -> Decimal:
        """Ask for the credits left, US$; runs nothing and is free."""
        response = await self._send("GET", "/v1/get-user-credits")
        body = read_json(response)
        if not response.is_success:
            raise from_reply(response.status_code, body, response.headers)
        paid = money(body.get("credits")) if isinstance(body, dict) else None
        if paid is None:
            raise UnexpectedReply("Segmind's answer named no credits.")
        return paid + (money(body.get("free-credits")) or Decimal(0))

    async def upload(self, url: str, files: Sequence[tuple[str, bytes]]) -> list[str]:
        """Put files (content type, bytes) into Segmind's asset store and return their public links.

        They are public for good: there is no way to delete them.
        """
        data = [
            f"data:{kind};base64,{base64.b64encode(content).decode()}" for kind, content in files
        ]
        response = await self._send("POST", url, json={"data_urls": data}, timeout=120)
        body = read_json(response)
        if not response.is_success:
            raise from_reply(response.status_code, body, response.headers)
        # The docs say "urls", every live client has met "file_urls".
        links = (body.get("file_urls") or body.get("urls")) if isinstance(body, dict) else None
        if not isinstance(links, list) or len(links) != len(files):
            raise UnexpectedReply("Segmind's asset store did not name the uploaded files.")
        return [str(link) for link in links]

    async def _send(
        self, method: str, path: str, *, json: Any = None, timeout: float | None = None
    ) -> httpx.Response:
        """Send one request with the key, to the provider's own hosts; raises ProviderError."""
        url = path if path.startswith("http") else self.base_url + path
        extra = {} if timeout is None else {"timeout": timeout}
        try:
            return await self._http.request(
                method, url, json=json, headers={"x-api-key": self._key}, **extra
            )
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise Unreachable(f"Segmind could not be reached ({_reason(error)}).") from error
        except httpx.HTTPError as error:
            raise AnswerLost(f"Segmind's answer did not arrive ({_reason(error)}).") from error
        except (httpx.InvalidURL, ValueError) as error:
            raise ProviderError("The address of the provider is not a URL.") from error


def _reason(error: Exception) -> str:
    cause = error.__cause__ or error.__context__
    tls = isinstance(cause, ssl.SSLError) or "CERTIFICATE" in str(error)
    return "TLS" if tls else type(error).__name__


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdigit()


def _v1_outputs(response: httpx.Response) -> tuple[Output, ...]:
    """Return the files of a v1 answer: raw bytes, or JSON with base64; it may be an error, too."""
    kind = response.headers.get("content-type", "")
    if kind.startswith(("image/", "video/")):
        return (Output(content=response.content),)
    body = read_json(response)
    if isinstance(body, dict):
        if body.get("error"):  # v1 may say so under 200
            raise from_failure(body, response.status_code)
        image = body.get("image")
        content = decode(image) if isinstance(image, str) else b""
        outputs = (Output(content=content),) if content else tuple(read_outputs(body))
        if outputs:
            return outputs
    # Accepted, and paid for, but unreadable: staff must look.
    raise AnswerLost("Segmind answered with something that is neither picture nor clip.")
