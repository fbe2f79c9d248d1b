"""Download what a request points to."""

from __future__ import annotations

import ssl
from collections.abc import Awaitable, Callable
from functools import lru_cache

import httpx

Fetch = Callable[[str], Awaitable[bytes]]
"""Returns what is found at an http(s) address, or raises `CannotFetch`."""

MAX_BYTES = 200 * 1024 * 1024
TIMEOUT_SECONDS = 30


class CannotFetch(Exception):
    """An input that could not be downloaded."""


async def fetch_url(url: str, *, transport: httpx.AsyncBaseTransport | None = None) -> bytes:
    """Download an address, following redirects, up to `MAX_BYTES`."""
    try:
        async with (
            httpx.AsyncClient(
                transport=transport,
                timeout=TIMEOUT_SECONDS,
                follow_redirects=True,
                trust_env=False,
                verify=_trust(),
            ) as client,
            client.stream("GET", url) as response,
        ):
            if response.status_code != httpx.codes.OK:
                raise CannotFetch(f"the address answered HTTP {response.status_code}")
            content = bytearray()
            async for chunk in response.aiter_bytes():
                content += chunk
                if len(content) > MAX_BYTES:
                    raise CannotFetch(f"the file is larger than {MAX_BYTES} bytes")
            return bytes(content)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise CannotFetch(type(error).__name__) from error


@lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    # Loading the certificates takes longer than most downloads here: once is enough.
    return httpx.create_ssl_context()
