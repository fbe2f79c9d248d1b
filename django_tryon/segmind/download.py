"""Fetch one output: from allowed hosts only, without the key, bounded in size and time."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import IO

import httpx

from django_tryon.exceptions import DownloadError, OutputRefused
from django_tryon.hosts import host_of, is_loopback, why_not_public
from django_tryon.segmind.replies import Output

MAX_REDIRECTS = 3

CODES = {
    403: "output_forbidden",
    404: "output_gone",
    410: "output_gone",
}
"""What a link's answer says of the file; any other code may pass."""


@dataclass(frozen=True)
class Rules:
    """What a download must keep to."""

    hosts: Sequence[str]
    """Allowed hosts, as ``name`` (its usual port; on a loopback host any) or ``name:port``."""
    allow_http: bool
    """Loopback hosts, and plain http to them; true only where the provider itself is one."""
    max_bytes: int
    timeout: timedelta


async def download(http: httpx.AsyncClient, output: Output, rules: Rules) -> str:
    """Fetch an output into a temporary file and return its path; the caller removes it.

    Raises OutputRefused for what no repetition can mend, else DownloadError.
    """
    path = ""
    try:
        handle, path = tempfile.mkstemp(prefix="tryon-")
        with os.fdopen(handle, "wb") as file:
            if output.url:
                async with asyncio.timeout(rules.timeout.total_seconds()):
                    await _stream(http, output.url, rules, file)
            else:
                _write(file, output.content, rules)
            if not file.tell():
                raise DownloadError("The result is an empty file.")
    except BaseException as error:
        with suppress(OSError):
            os.unlink(path)
        if isinstance(error, TimeoutError):
            raise DownloadError("The result took too long to download.") from error
        if isinstance(error, httpx.HTTPError):
            raise DownloadError(
                f"The result could not be downloaded ({type(error).__name__})."
            ) from error
        if isinstance(error, OSError):
            said = error.strerror or type(error).__name__
            raise DownloadError(f"The result could not be written to disk: {said}.") from error
        raise
    return path


async def _stream(http: httpx.AsyncClient, link: str, rules: Rules, file: IO[bytes]) -> None:
    url = _read(link)
    for _hop in range(MAX_REDIRECTS + 1):
        check_host(url, rules)
        async with http.stream("GET", url) as response:
            if response.has_redirect_location:
                url = _read(response.headers["location"], seen_from=url)
                continue
            if response.status_code != httpx.codes.OK:
                raise DownloadError(
                    f"The result's link answered {response.status_code}.",
                    code=CODES.get(response.status_code),
                )
            declared = response.headers.get("content-length", "")
            if declared.isdecimal() and int(declared) > rules.max_bytes:
                raise _too_big(rules)
            async for chunk in response.aiter_bytes():
                _write(file, chunk, rules)
            return
    raise OutputRefused("The result's link redirects too often.", code="output_redirects")


def _write(file: IO[bytes], content: bytes, rules: Rules) -> None:
    """Write some more, counted after any decompression."""
    if file.tell() + len(content) > rules.max_bytes:
        raise _too_big(rules)
    file.write(content)


def _read(link: str, *, seen_from: httpx.URL | None = None) -> httpx.URL:
    """Return a link as the client will understand it, so that what is checked is what is asked."""
    try:
        return seen_from.join(link) if seen_from else httpx.URL(link)
    except (httpx.InvalidURL, ValueError) as error:
        raise OutputRefused("The result's link is not a URL.", code="output_host") from error


def check_host(url: httpx.URL, rules: Rules) -> None:
    """Refuse a link that does not lead to an allowed host; raises OutputRefused."""
    here = is_loopback(str(url))
    if url.scheme != "https" and not (url.scheme == "http" and here and rules.allow_http):
        raise OutputRefused("The result's link is not https.", code="output_host")
    if url.userinfo:
        raise OutputRefused("The result's link holds a user name.", code="output_host")
    if not (here and rules.allow_http) and (why := why_not_public(str(url))):
        raise OutputRefused(f"The result's link cannot be followed: {why}.", code="output_host")
    if not any(_names(entry, url, here) for entry in rules.hosts):
        raise OutputRefused(
            f"The result lies on {url.netloc.decode('ascii')}, "
            "which TRYON['OUTPUT_HOSTS'] does not name.",
            code="output_host",
        )


def _names(entry: str, url: httpx.URL, here: bool) -> bool:
    """Tell whether an entry of the allowed hosts names the host of this URL."""
    bare_ipv6 = entry.count(":") > 1 and not entry.startswith("[")
    try:
        named = httpx.URL(f"{url.scheme}://{f'[{entry}]' if bare_ipv6 else entry}")
    except httpx.InvalidURL:
        return False
    same_port = named.port == url.port or (here and named.port is None)
    return same_port and host_of(str(named)) == host_of(str(url)) != ""


def _too_big(rules: Rules) -> OutputRefused:
    return OutputRefused(
        f"The result is larger than {rules.max_bytes / 2**20:.0f} MiB.", code="output_too_big"
    )
