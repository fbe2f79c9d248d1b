"""Who asks: a storefront visitor with a signed token, or a user of the site's own session."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from django_tryon.exceptions import TokenRefused
from django_tryon.services.shoppers import tokens

SCHEME = "Shopper"


def token_of(request: Request | HttpRequest) -> str:
    """Return the token that the ``Authorization`` header carries, or an empty text."""
    scheme, _space, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    return token.strip() if scheme.lower() == SCHEME.lower() else ""


class TokenAuthentication(BaseAuthentication):
    """``Authorization: Shopper <token>``.

    Only the signature is looked at. A token stands for a shopper and for no user, so it never
    carries a right of staff's.
    """

    def authenticate(self, request: Request) -> tuple[Any, UUID] | None:
        """Return nobody, and the id of the shopper; 401 for a token that is not good any more."""
        token = token_of(request)
        if not token:
            return None
        try:
            return AnonymousUser(), tokens.owner_of(token)
        except TokenRefused as error:
            raise AuthenticationFailed(error.message, code=error.code) from error

    def authenticate_header(self, request: Request) -> str:
        """Name the scheme, for ``WWW-Authenticate``."""
        return SCHEME


class SiteAuthentication(SessionAuthentication):
    """The site's own session, with Django's CSRF protection."""

    def enforce_csrf(self, request: Request) -> None:
        """Refuse a request that may come from somebody else's page."""
        try:
            super().enforce_csrf(request)
        except PermissionDenied as error:
            said = _("The X-CSRFToken header is missing or wrong. Reload the page and try again.")
            raise PermissionDenied(said, code="csrf_failed") from error


def sent_with(place: str, name: str, says: str) -> dict[str, str]:
    """Return how the OpenAPI document describes what stands for whoever asks."""
    return {"type": "apiKey", "in": place, "name": name, "description": says}


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The token, for the OpenAPI document."""

    target_class = TokenAuthentication
    name = "shopperToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Describe the header."""
        said = "`Shopper <token>`, with a token from `POST shoppers/`."
        return sent_with("header", "Authorization", said)


class SiteScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The session, for the OpenAPI document."""

    target_class = SiteAuthentication
    name = "siteSession"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Describe the cookie."""
        said = "The site's session; unsafe requests need the header `X-CSRFToken`."
        return sent_with("cookie", settings.SESSION_COOKIE_NAME, said)
