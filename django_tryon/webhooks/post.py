"""Post one message: directly, to public addresses, without following anything.

Each message has a connection of its own. It goes to the very address that was looked at, so a name
that leads elsewhere a moment later changes nothing, and no connection is shared between hosts.
"""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cache

import httpx

from django_tryon.hosts import host_of, is_loopback
from django_tryon.segmind.connections import QuietClient
from django_tryon.webhooks.resolve import is_address, is_allowed, resolve
from django_tryon.webhooks.sign import headers

TIMEOUT = 15.0
"""Seconds for all of it."""
LONGEST_CONNECT = 5.0
"""Seconds for each of the addresses."""
MOST_ADDRESSES = 3
MOST_READ = 2048
"""Bytes of an answer; nobody needs more of it."""
LONGEST_READING = 3.0
"""Seconds; what is left of an answer after that is not waited for."""
MOST_SAID = 200
"""Letters of it that are kept."""


@dataclass(frozen=True)
class Message:
    """What is sent where."""

    id: str
    url: str
    body: str
    secrets: tuple[str, ...]
    local: bool
    """Whether it may go to this machine."""


@dataclass(frozen=True)
class Answer:
    """What an endpoint said, or why it could not."""

    code: int | None
    """The HTTP status; None if there was no answer."""
    text: str = ""

    @property
    def is_success(self) -> bool:
        """Whether the message was taken."""
        return self.code is not None and 200 <= self.code < 300


async def post(message: Message) -> Answer:
    """Post a message once, and return what came of it; a fault of the network is an answer, too."""
    try:
        async with asyncio.timeout(TIMEOUT):
            return await _post(message)
    except TimeoutError:
        return Answer(None, f"There was no answer within {TIMEOUT:.0f} s.")
    except (httpx.HTTPError, OSError) as error:
        return Answer(None, _reason(error))


async def _post(message: Message) -> Answer:
    url, host = httpx.URL(message.url), host_of(message.url)
    here = message.local and is_loopback(message.url)
    if url.scheme != "https" and not (here and url.scheme == "http"):
        return Answer(None, "Not sent: the address does not begin with https://.")
    addresses = await resolve(host, url.port or (443 if url.scheme == "https" else 80))
    if not all(is_allowed(address, local=here) for address in addresses):
        return Answer(None, "Not sent: the address leads into a private network.")
    failed: httpx.HTTPError | None = None
    for address in addresses[:MOST_ADDRESSES]:
        try:
            return await _ask(message, url, address)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:  # nothing was sent: the next
            failed = error
    raise failed or OSError("no address")


async def _ask(message: Message, url: httpx.URL, address: str) -> Answer:
    given = headers(message.secrets, message.id, int(time.time()), message.body) | {
        "host": url.netloc.decode("ascii"),
        "content-type": "application/json",
    }
    # The certificate must be the name's, wherever the name leads.
    named = {} if is_address(host_of(message.url)) else {"sni_hostname": url.host}
    async with _client() as http:
        request = http.build_request(
            "POST",
            url.copy_with(host=address),
            content=message.body.encode(),
            headers=given,
            extensions=named,
        )
        response = await http.send(request, stream=True)
        try:
            return Answer(response.status_code, await _said(response))
        finally:
            await response.aclose()


def _client() -> QuietClient:
    return QuietClient(
        verify=_tls(),
        trust_env=False,  # a proxy would look the name up anew
        timeout=httpx.Timeout(TIMEOUT, connect=LONGEST_CONNECT),
        headers={"user-agent": "django-tryon", "accept": "*/*", "accept-encoding": "identity"},
    )


@cache
def _tls() -> ssl.SSLContext:
    """Return what all connections share; it is slow to make."""
    return httpx.create_ssl_context()


async def _said(response: httpx.Response) -> str:
    """Return the beginning of an answer that is not a success, if it is meant to be read."""
    if response.is_success:
        return ""
    if response.is_redirect:
        return "It redirects, and a webhook follows nothing: enter the address that it leads to."
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in {"text/plain", "application/json", "application/problem+json"}:
        return ""
    body = bytearray()
    with suppress(httpx.HTTPError, TimeoutError):  # what counts is the status, and that is known
        async with asyncio.timeout(LONGEST_READING):
            async for part in response.aiter_raw():
                body += part
                if len(body) >= MOST_READ:
                    break
    return tidy(body[:MOST_READ].decode(errors="replace"))


def tidy(text: str) -> str:
    """Return somebody else's words on one short line, without control characters."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", " ", text).split())[
        :MOST_SAID
    ]


def _reason(error: BaseException) -> str:
    """Return why there was no answer, in words without any address."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            said = getattr(cause, "verify_message", "") or cause.reason or "no reason given"
            return f"TLS failed: {tidy(str(said))}."
        if isinstance(cause, socket.gaierror):
            return "Its name is unknown."
        if isinstance(cause, ConnectionRefusedError):
            return "The connection was refused."
        cause = cause.__cause__ or cause.__context__
    return f"The connection failed ({type(error).__name__})."
