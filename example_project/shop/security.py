"""A strict content policy for the shop's own pages: nothing inline, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
    "media-src 'self' blob:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


def strict_content(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Send the policy with every page for shoppers; the admin keeps to its own rules."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        found = request.resolver_match
        if found is not None and found.app_name in {"shop", "django_tryon"}:
            response.headers.setdefault("Content-Security-Policy", POLICY)
        return response

    return middleware
