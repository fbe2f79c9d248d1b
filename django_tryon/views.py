"""Serve a private file to whoever holds a signed link that is still valid."""

from __future__ import annotations

import mimetypes
from hashlib import sha256
from pathlib import PurePosixPath
from typing import cast

from django.core.signing import BadSignature, SignatureExpired
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from django_tryon.models.files import (
    SAVE,
    Purpose,
    lifetime,
    open_signed,
    private_storage,
    public_storage,
)
from django_tryon.ranges import respond


@require_safe
def file(request: HttpRequest, purpose: str, signed: str, name: str) -> HttpResponse | FileResponse:
    """Answer with the file, or the part of it that a player asks for.

    404 for a forged link, 410 for one whose time is over.
    """
    if purpose not in {"input", "view"}:
        return _refused(request, 404)
    whose = cast(Purpose, purpose)
    try:
        storage, path = open_signed(whose, signed)
        opened = storage.open(path)
    except SignatureExpired:
        return _refused(request, 410)
    except (BadSignature, FileNotFoundError, ValueError):
        return _refused(request, 404)
    # Files of ours are never written again under the same name; a product's own picture may be.
    is_ours = storage is private_storage() or storage is public_storage()
    etag = f'"{sha256(path.encode()).hexdigest()[:24]}"' if is_ours else ""
    kind = mimetypes.guess_type(path)[0]
    response = respond(request, opened, etag=etag, content_type=kind)
    seconds = 0 if whose == "input" else int(lifetime(whose).total_seconds())
    response["Cache-Control"] = f"private, max-age={seconds}" if seconds else "no-store"
    if SAVE in request.GET:
        said = f'attachment; filename="try-on{PurePosixPath(path).suffix}"'
        response["Content-Disposition"] = said
    response["X-Content-Type-Options"] = "nosniff"
    response["X-Robots-Tag"] = "noindex"
    return response


def _refused(request: HttpRequest, status: int) -> HttpResponse:
    """Say in a page, in the API's shape, or in a line, that there is no such file (any more)."""
    code = "link_expired" if status == 410 else "link_invalid"
    if status == 410:
        heading = _("This link has expired.")
        says = _("Links to private pictures live for a while only. Reload the page they came from.")
    else:
        heading = _("This file is not here.")
        says = _("It may have been deleted, or the link is not complete.")
    accepted = request.headers.get("Accept", "")
    response: HttpResponse
    if "text/html" in accepted:
        words = {"heading": heading, "says": says}
        response = render(request, "django_tryon/widget/notice.html", words, status=status)
    elif "application/json" in accepted:
        told = {"code": code, "message": f"{heading} {says}", "field": None}
        response = JsonResponse({"error": told}, status=status)
    else:
        response = HttpResponse(heading, status=status, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
