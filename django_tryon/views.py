"""Serve a private file to whoever holds a signed link that is still valid."""

from __future__ import annotations

import mimetypes
from typing import cast

from django.core.signing import BadSignature, SignatureExpired
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from django_tryon.models.files import Purpose, lifetime, open_signed


@require_safe
def file(request: HttpRequest, purpose: str, signed: str, name: str) -> HttpResponse | FileResponse:
    """Answer with the file; 404 for a forged link, 410 for one whose time is over."""
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
    response = FileResponse(opened, content_type=mimetypes.guess_type(path)[0])
    seconds = 0 if whose == "input" else int(lifetime(whose).total_seconds())
    response["Cache-Control"] = f"private, max-age={seconds}" if seconds else "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["X-Robots-Tag"] = "noindex"
    return response


def _refused(request: HttpRequest, status: int) -> HttpResponse:
    """Say in a page, or to a program in a line, that there is no such file (any more)."""
    if status == 410:
        heading = _("This link has expired.")
        says = _("Links to private pictures live for a while only. Reload the page they came from.")
    else:
        heading = _("This file is not here.")
        says = _("It may have been deleted, or the link is not complete.")
    if "text/html" in request.headers.get("Accept", ""):
        words = {"heading": heading, "says": says}
        response = render(request, "django_tryon/widget/notice.html", words, status=status)
    else:
        response = HttpResponse(heading, status=status, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
