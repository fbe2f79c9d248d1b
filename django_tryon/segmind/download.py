"""Fetch one output: from allowed hosts only, without the key, bounded in size and time.

A file that breaks off is taken up again where it broke, if the server can promise that it is still
the same file; otherwise it is begun anew. That happens a few times at once; all else is for the
job's next step.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from contextlib import suppress

import httpx

from django_tryon.exceptions import DownloadError, NotStored, OutputRefused
from django_tryon.segmind.connections import Line
from django_tryon.segmind.links import Rules, check_host, read_link, read_redirect
from django_tryon.segmind.part import Broken, Part
from django_tryon.segmind.replies import Output

MAX_REDIRECTS = 3

PAUSES = (0.2, 1.0, 3.0)
"""Seconds before a file that broke off is taken up again."""

CODES = {
    403: "output_forbidden",
    404: "output_gone",
    410: "output_gone",
}
"""What a link's answer says of the file; any other code may pass."""


async def download(line: Line, output: Output, rules: Rules) -> str:
    """Fetch an output into a temporary file and return its path; the caller removes it.

    Raises OutputRefused for what no repetition can mend, NotStored where our own disk fails, else
    DownloadError. The time begins to count with the line's turn.
    """
    path = ""
    try:
        handle, path = tempfile.mkstemp(prefix="tryon-")
        with os.fdopen(handle, "wb") as file:
            part = Part(file, rules.max_bytes)
            if output.url:
                async with line.turn(), asyncio.timeout(rules.timeout.total_seconds()):
                    await _bring(line, output.url, rules, part)
            else:
                part.write(output.content)
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
            raise NotStored(f"The result could not be written to disk: {said}.") from error
        raise
    return path


async def _bring(line: Line, link: str, rules: Rules, part: Part) -> None:
    """Fetch a file, and what is missing of it as often as it breaks off, within bounds."""
    for pause in PAUSES:
        try:
            return await _ask(line, link, rules, part)
        except Broken:
            await asyncio.sleep(pause)
    return await _ask(line, link, rules, part)


async def _ask(line: Line, link: str, rules: Rules, part: Part) -> None:
    """Ask for a file, or the rest of it. Raises Broken where it breaks off."""
    url = read_link(link)
    for _hop in range(MAX_REDIRECTS + 1):
        check_host(url, rules)
        request = line.request("GET", url, part.wanted(), seconds=rules.idle.total_seconds())
        async with line.send(request) as response:
            if response.has_redirect_location:
                url = read_redirect(response, url)
                continue
            if not part.fits(response):
                raise DownloadError(
                    f"The result's link answered {response.status_code}.",
                    code=CODES.get(response.status_code),
                )
            return await part.read(response)
    raise OutputRefused("The result's link redirects too often.", code="output_redirects")
