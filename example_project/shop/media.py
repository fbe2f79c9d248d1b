"""Serve pictures and clips on a developer's machine.

Django's own development view knows no ranges, and Safari plays no clip without them.
"""

from __future__ import annotations

import re

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe
from django.views.static import serve

ONE_RANGE = re.compile(r"bytes=(\d*)-(\d*)$")


@require_safe
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """Answer with a file of ``MEDIA_ROOT``, or with the part of it that was asked for."""
    if not settings.DEBUG:  # a real site lets its web server or its storage do this
        raise Http404
    response = serve(request, path, document_root=settings.MEDIA_ROOT)
    if not isinstance(response, FileResponse):
        return response
    response["Accept-Ranges"] = "bytes"
    asked = ONE_RANGE.match(request.headers.get("Range", ""))
    if asked is None or not any(asked.groups()):
        return response
    size = int(response["Content-Length"])
    first, last = _bounds(asked[1], asked[2], size)
    if first > last:
        response.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    file = response.file_to_stream
    file.seek(first)
    part = HttpResponse(
        file.read(last - first + 1), status=206, content_type=response["Content-Type"]
    )
    response.close()
    part["Accept-Ranges"] = "bytes"
    part["Content-Range"] = f"bytes {first}-{last}/{size}"
    return part


def _bounds(first: str, last: str, size: int) -> tuple[int, int]:
    """Return the first and the last byte; ``bytes=-500`` means the last 500."""
    if not first:
        return max(0, size - int(last)), size - 1
    return int(first), min(int(last), size - 1) if last else size - 1
