"""How every page of a shopper's is answered: for their eyes only, and kept by nobody."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

HEADERS = {
    "Cache-Control": "private, no-store",
    "X-Robots-Tag": "noindex",
    "Referrer-Policy": "same-origin",
}


def page(
    request: HttpRequest,
    name: str,
    context: dict[str, Any] | None = None,
    *,
    status: int = 200,
    retry_after: int = 0,
) -> HttpResponse:
    """Return the page that a template of ``django_tryon/widget/`` makes.

    ``retry_after`` says after how many seconds asking again makes sense.
    """
    response = render(request, f"django_tryon/widget/{name}.html", context, status=status)
    for header, value in HEADERS.items():
        response.headers[header] = value
    if retry_after:
        response.headers["Retry-After"] = str(retry_after)
    return response


def notice(
    request: HttpRequest, title: str, says: str, *, status: int, retry_after: int = 0, **more: Any
) -> HttpResponse:
    """Return a page that says one thing, and leads on: ``link`` and its ``words``."""
    context = {"heading": title, "says": says} | more
    return page(request, "notice", context, status=status, retry_after=retry_after)


def not_found(request: HttpRequest) -> HttpResponse:
    """Return the page for what is not there, or not this shopper's: nobody can tell which."""
    return notice(
        request,
        _("This is not here"),
        _("It may have been deleted, or it is kept in another browser."),
        status=404,
    )


def say(request: HttpRequest, words: str) -> None:
    """Tell something on the next page, if the shop uses Django's messages."""
    messages.info(request, words, fail_silently=True)
