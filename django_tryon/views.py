"""Serve a private file to whoever holds a signed link that is still valid."""

from __future__ import annotations

import mimetypes
from typing import cast

from django.core.signing import BadSignature, SignatureExpired
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from django_tryon.models.files import Purpose, lifetime, open_signed


@require_safe
def file(request: HttpRequest, purpose: str, signed: str, name: str) -> HttpResponse | FileResponse:
    """Answer with the file; 404 for a forged link, 410 for one whose time is over."""
    if purpose not in {"input", "view"}:
        raise Http404
    whose = cast(Purpose, purpose)
    try:
        storage, path = open_signed(whose, signed)
        opened = storage.open(path)
    except SignatureExpired:
        return HttpResponse("This link has expired.", status=410, content_type="text/plain")
    except (BadSignature, FileNotFoundError, ValueError) as error:
        raise Http404 from error
    response = FileResponse(opened, content_type=mimetypes.guess_type(path)[0])
    seconds = 0 if whose == "input" else int(lifetime(whose).total_seconds())
    response["Cache-Control"] = f"private, max-age={seconds}" if seconds else "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["X-Robots-Tag"] = "noindex"
    return response
