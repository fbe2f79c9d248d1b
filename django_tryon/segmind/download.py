"""Fetch one output: from allowed hosts only, without the key, bounded in size and time."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urljoin, urlsplit

import httpx

from django_tryon.exceptions import DownloadError, OutputRefused
from django_tryon.hosts import is_loopback
from django_tryon.segmind.replies import Output

MAX_REDIRECTS = 3


@dataclass(frozen=True)
class Rules:
    """What a download must keep to."""

    hosts: Sequence[str]
    """Allowed hosts, as names or ``name:port``."""
    allow_http: bool
    """Plain http to a loopback host; true only where the provider itself is one."""
    max_bytes: int
    timeout: timedelta


async def download(http: httpx.AsyncClient, output: Output, rules: Rules) -> str:
    """Fetch an output into a temporary file and return its path; the caller removes it.

    Raises OutputRefused for what no repetition can mend, else DownloadError.
    """
    handle, path = tempfile.mkstemp(prefix="tryon-")
    try:
        with os.fdopen(handle, "wb") as file:
            if output.url:
                async with asyncio.timeout(rules.timeout.total_seconds()):
                    await _stream(http, output.url, rules, file)
            elif len(output.content) > rules.max_bytes:
                raise _too_big(rules)
            else:
                file.write(output.content)
    except BaseException as error:
        os.unlink(path)
        if isinstance(error, TimeoutError):
            raise DownloadError("The result took too long to download.") from error
        if isinstance(error, httpx.HTTPError):
            raise DownloadError(
                f"The result could not be downloaded ({type(error).__name__})."
            ) from error
        if isinstance(error, OSError):
            raise DownloadError(f"The result could not be written to disk: {error}.") from error
        raise
    return path


async def _stream(http: httpx.AsyncClient, url: str, rules: Rules, file: object) -> None:
    for _hop in range(MAX_REDIRECTS + 1):
        check_host(url, rules)
        async with http.stream("GET", url, headers={"accept": "*/*"}) as response:
            if response.is_redirect:
                url = urljoin(url, response.headers.get("location", ""))
                continue
            if response.status_code != 200:
                error = DownloadError(f"The result's link answered {response.status_code}.")
                if response.status_code in {404, 410}:
                    error.code = "output_gone"
                raise error
            size = 0
            async for chunk in response.aiter_bytes():
                size += len(chunk)
                if size > rules.max_bytes:
                    raise _too_big(rules)
                file.write(chunk)  # type: ignore[attr-defined]
            if not size:
                raise DownloadError("The result's link answered with an empty file.")
            return
    raise OutputRefused("The result's link redirects in a loop.", code="output_redirects")


def check_host(url: str, rules: Rules) -> None:
    """Refuse a link that does not lead to an allowed host; raises OutputRefused."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise OutputRefused("The result's link is not a URL.", code="output_host") from error
    plain = parts.scheme == "http" and rules.allow_http and is_loopback(url)
    allowed = {name.lower() for name in rules.hosts}
    if parts.scheme != "https" and not plain:
        raise OutputRefused("The result's link is not https.", code="output_host")
    if host not in allowed and f"{host}:{port}" not in allowed:
        raise OutputRefused(
            f"The result lies on {host}, which TRYON['OUTPUT_HOSTS'] does not name.",
            code="output_host",
        )


def _too_big(rules: Rules) -> OutputRefused:
    return OutputRefused(
        f"The result is larger than {rules.max_bytes / 2**20:.0f} MiB.", code="output_too_big"
    )
