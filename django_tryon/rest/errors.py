"""Errors: one shape, a stable code, a sentence for people, and the field at fault."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404
from django.http.request import UnreadablePostError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rest_framework import exceptions as drf
from rest_framework import serializers
from rest_framework.response import Response

from django_tryon import logs
from django_tryon.exceptions import (
    KeyReused,
    LaunchRefused,
    NothingLeft,
    TokenRefused,
    TryOnError,
    UploadRefused,
    WrongState,
)
from django_tryon.rest.authentication import SCHEME
from django_tryon.services.days import seconds_to_tomorrow
from django_tryon.services.reasons import words_for

OUR_FAULT = {"no_api_key", "inputs_unreachable", "unknown_product", "unservable_picture"}
"""Refusals that only the shop can mend; their words are for staff."""
OUR_PRODUCTS = {"no_garment_image", "product_gone"}
"""Those of one product alone: a shopper can choose another."""


class Problem(serializers.Serializer[Any]):
    """What is wrong."""

    code = serializers.CharField(help_text="A stable word for programs.")
    message = serializers.CharField(help_text="A sentence for people, in their language.")
    field = serializers.CharField(allow_null=True, help_text="What it is about, if any one thing.")


class Error(serializers.Serializer[Any]):
    """The body of every answer that is not a success."""

    error = Problem()


def answer(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Return the answer to an exception; None for a fault of ours, which is Django's to report."""
    return _of_ours(error, context) if isinstance(error, TryOnError) else _of_theirs(error)


def problem(
    status: int,
    code: str,
    message: str,
    *,
    field: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return an answer in our one shape."""
    body = {"error": {"code": code, "message": message, "field": field}}
    return Response(body, status=status, headers=headers)


def _uploaded(context: Mapping[str, Any]) -> str:
    """Return the key of the file in the body that was refused."""
    return str(getattr(context.get("view"), "file_key", "photo"))


def _of_ours(error: TryOnError, context: Mapping[str, Any]) -> Response | None:
    match error:
        case NothingLeft():
            return problem(
                429, error.code, error.message, headers={"Retry-After": str(seconds_to_tomorrow())}
            )
        case LaunchRefused() if error.code in OUR_FAULT:
            logs.error(
                "launch.refused",
                "a shopper's try-on was refused (%s): %s",
                error.code,
                error.message,  # ours, about the settings
            )
            return problem(
                503,
                "unavailable",
                _("Try-on is not available at the moment. Please come back later."),
                headers={"Retry-After": "600"},
            )
        case LaunchRefused() if error.code in OUR_PRODUCTS:
            logs.warning("launch.refused", "a shopper's try-on was refused: %s", error.message)
            return problem(422, error.code, words_for("garment_gone"), field=error.field)
        case LaunchRefused():
            return problem(422, error.code, error.message, field=error.field)
        case UploadRefused():
            status = 413 if error.code == "too_many_bytes" else 422
            return problem(status, error.code, error.message, field=_uploaded(context))
        case KeyReused():
            return problem(409, error.code, error.message, field="Idempotency-Key")
        case TokenRefused():
            headers = {"WWW-Authenticate": SCHEME}
            return problem(401, error.code, error.message, headers=headers)
        case WrongState():
            return problem(409, error.code, error.message)
    return None


def _of_theirs(error: Exception) -> Response | None:
    match error:
        case drf.ValidationError():
            code, message, field = _first(error.detail)
            return problem(422, code, message, field=field)
        case Http404() | drf.NotFound():
            return not_found()
        case PermissionDenied():
            error = drf.PermissionDenied()
        case RequestDataTooBig():
            return problem(413, "too_many_bytes", _("This request is too large."))
        case SuspiciousOperation() | UnreadablePostError():
            return problem(400, "parse_error", _("This request cannot be read."))
    if not isinstance(error, drf.APIException):
        return None
    headers = {}
    if isinstance(error, drf.Throttled):
        wait: float | None = error.wait  # type: ignore[attr-defined]
        headers["Retry-After"] = str(math.ceil(wait or 1))
        minutes = math.ceil((wait or 1) / 60)
        message = ngettext(
            "That was too much at once. You can go on in %(minutes)d minute.",
            "That was too much at once. You can go on in %(minutes)d minutes.",
            minutes,
        )
        return problem(429, "throttled", message % {"minutes": minutes}, headers=headers)
    if isinstance(error, drf.NotAuthenticated):
        message = _(
            "Say who asks: send “Authorization: Shopper <token>”, with a token from POST shoppers/."
        )
        headers["WWW-Authenticate"] = SCHEME
        return problem(401, "not_authenticated", message, headers=headers)
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = error.auth_header  # type: ignore[attr-defined]
    code, message, field = _first(error.detail)
    return problem(error.status_code, code, message, field=field, headers=headers)


def not_found() -> Response:
    """Return the one answer to what is unknown, and to what is another's."""
    return problem(404, "not_found", _("There is no such thing, or it is not yours."))


def _first(detail: Any, field: str = "") -> tuple[str, str, str | None]:
    """Return code, sentence and field of the first fault; ``garments.0`` is one inside a list."""
    if isinstance(detail, Mapping):
        name, inner = next(iter(detail.items()))
        inside = "" if name == "non_field_errors" else str(name)
        return _first(inner, ".".join(filter(None, [field, inside])))
    if isinstance(detail, list):
        return _first(next(part for part in detail if part), field)
    return str(detail.code), str(detail), field or None
