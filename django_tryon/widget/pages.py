"""How every page of a shopper's is answered: for their eyes only, and kept by nobody."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from django_tryon.services.days import seconds_to_tomorrow

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


def erased(request: HttpRequest, *, status: int = 410, **more: Any) -> HttpResponse:
    """Return the page for whoever has deleted everything: now, or while this was asked."""
    return notice(
        request,
        _("Everything was deleted"),
        _("Your photos and try-ons are gone, and nothing here stands for you any more."),
        status=status,
        **more,
    )


def not_now(
    request: HttpRequest,
    says: str,
    *,
    status: int = 429,
    retry_after: int | None = None,
    **more: Any,
) -> HttpResponse:
    """Return the page for whoever can go on later: in so many seconds, or else tomorrow."""
    after = seconds_to_tomorrow() if retry_after is None else retry_after
    return notice(request, _("Not just now"), says, status=status, retry_after=after, **more)


def confirm(request: HttpRequest, heading: str, **shown: str) -> HttpResponse:
    """Return the page that asks before something goes.

    ``shown`` may be a ``picture``, ``more`` words, and what the two buttons say: ``agree`` and
    ``spare``.
    """
    return page(request, "confirm", {"heading": heading} | shown)


def say(request: HttpRequest, words: str) -> None:
    """Tell something on the next page, if the shop uses Django's messages."""
    messages.info(request, words, fail_silently=True)
