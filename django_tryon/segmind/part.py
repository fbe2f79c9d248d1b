"""A file on its way: how much of it is here, and whether the rest can be asked for alone."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import IO

import httpx

from django_tryon.exceptions import DownloadError, OutputRefused

OLD_ENOUGH = timedelta(minutes=1)
"""A file that changed just before it was asked for may change again within the same second, and
its date would not tell (RFC 9110, section 8.8.2.2)."""


class Broken(DownloadError):
    """A file that broke off; the rest may be asked for at once."""


class Part:
    """What has arrived so far."""

    def __init__(self, file: IO[bytes], max_bytes: int) -> None:
        self._file, self._max_bytes = file, max_bytes
        self._validator = ""
        """By which the server can tell whether the file is still the same; empty: it cannot."""

    def write(self, content: bytes) -> None:
        """Add some more, counted after any decompression; raises OutputRefused if too much."""
        self._refuse(self._file.tell() + len(content))
        self._file.write(content)

    def wanted(self) -> dict[str, str]:
        """Return the headers that ask for what is missing."""
        if not self._validator:
            self._restart()
            return {}
        return {"range": f"bytes={self._file.tell()}-", "if-range": self._validator}

    def fits(self, response: httpx.Response) -> bool:
        """Tell whether an answer brings the file, or just what is missing of it.

        Raises Broken where it has to be begun anew.
        """
        if response.status_code == httpx.codes.OK:
            self._restart()
            self._validator = validator_of(response)
            return True
        if not self._validator:
            return False
        begins = re.match(r"bytes (\d+)-", response.headers.get("content-range", ""))
        same = response.headers.get("etag", self._validator) == self._validator or (
            not self._validator.startswith('"')
        )
        if response.status_code == httpx.codes.PARTIAL_CONTENT:
            if begins and int(begins[1]) == self._file.tell() and same:
                return True
        elif response.status_code != httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
            return False
        self._validator = ""
        raise Broken("The rest of the result could not be had alone.")

    async def read(self, response: httpx.Response) -> None:
        """Take what an answer brings. Raises Broken if it ends early, OutputRefused if too long."""
        packed = "content-encoding" in response.headers
        declared = response.headers.get("content-length", "")
        whole = self._file.tell() + int(declared) if declared.isdecimal() else 0
        self._refuse(whole)
        try:
            async for some in response.aiter_bytes():
                self.write(some)
        except httpx.HTTPError as error:
            raise Broken(f"The result could not be downloaded ({type(error).__name__}).") from error
        if whole and not packed and self._file.tell() < whole:
            raise Broken("The result ended early.")

    def _restart(self) -> None:
        self._file.seek(0)
        self._file.truncate()

    def _refuse(self, size: int) -> None:
        if size > self._max_bytes:
            raise OutputRefused(
                f"The result is larger than {self._max_bytes / 2**20:.0f} MiB.",
                code="output_too_big",
            )


def validator_of(response: httpx.Response) -> str:
    """Return by what the rest of this file can be asked for later (RFC 9110, section 13.1.5)."""
    headers = response.headers
    if headers.get("accept-ranges", "").lower() != "bytes" or "content-encoding" in headers:
        return ""
    etag, modified = headers.get("etag", ""), headers.get("last-modified", "")
    if etag:
        return etag if etag.startswith('"') else ""  # W/"…": the same for people, not by the byte
    changed, said = _date(modified), _date(headers.get("date", ""))
    return modified if changed and said and said - changed >= OLD_ENOUGH else ""


def _date(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except ValueError:
        return None
