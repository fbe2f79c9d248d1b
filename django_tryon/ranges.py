"""Ranges: parts of a file, for players that ask for no more than they need (RFC 9110, section 14).

Safari plays no clip from a server that knows no ranges. Django's own ``FileResponse`` has none.
"""

from __future__ import annotations

import re
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse

ONE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.IGNORECASE | re.ASCII)
"""Several at once are answered with the whole file, as every server may."""


class Part:
    """Some bytes of an open file, read piece by piece."""

    def __init__(self, file: Any, start: int, length: int) -> None:
        file.seek(start)
        self.file, self.left = file, length

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes: at most so many, or all that are left."""
        most = self.left if size < 0 else min(size, self.left)
        piece: bytes = self.file.read(most)
        self.left -= len(piece)
        return piece

    def close(self) -> None:
        """Close the file."""
        self.file.close()


def respond(
    request: HttpRequest, file: Any, *, etag: str, content_type: str | None
) -> HttpResponse | FileResponse:
    """Answer with an open, seekable Django file, or with the part of it that is asked for.

    ``etag`` is a strong one, or empty where nothing tells one version of the file from another.
    """
    size = file.size
    wanted = asked_part(request, size, etag)
    response: HttpResponse | FileResponse
    if wanted is not None and wanted[0] > wanted[1]:
        file.close()
        response = HttpResponse(status=416, content_type="text/plain")
        response["Content-Range"] = f"bytes */{size}"
    elif request.method == "HEAD":
        file.close()
        response = HttpResponse(content_type=content_type)
        response["Content-Length"] = str(size)
    elif wanted is None:
        response = FileResponse(file, content_type=content_type)
        response["Content-Length"] = str(size)
    else:
        first, last = wanted
        part: Any = Part(file, first, last - first + 1)
        response = FileResponse(part, status=206, content_type=content_type)
        response["Content-Length"] = str(last - first + 1)
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
    response["Accept-Ranges"] = "bytes"
    if etag:
        response["ETag"] = etag
    return response


def asked_part(request: HttpRequest, size: int, etag: str) -> tuple[int, int] | None:
    """Return the first and the last byte that are asked for; None for the whole file.

    A first one after the last one says that there is no such part.
    """
    found = ONE_RANGE.fullmatch(request.headers.get("Range", "").strip())
    if found is None or request.method != "GET":
        return None
    if request.headers.get("If-Range", etag) != etag:  # a part of another version is of no use
        return None
    first, last = found.groups()
    if not first:  # the last so many bytes
        return (max(0, size - int(last)), size - 1) if last else None
    if last and int(last) < int(first):
        return None  # it means nothing, so it counts for nothing
    return int(first), min(int(last or size - 1), size - 1)
