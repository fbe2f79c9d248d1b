"""The OpenAPI document: which errors each endpoint has, and how the document is made."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from threading import Lock
from typing import Any, TypeVar

from django.utils import translation
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.settings import SPECTACULAR_DEFAULTS, patched_settings
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema

from django_tryon import __version__

WHY = {
    400: "The request cannot be read.",
    401: "No token, or one that is forged or expired.",
    403: "The session's CSRF token is missing or wrong.",
    404: "No such thing, or another's.",
    406: "Only JSON is spoken here.",
    409: "The present state does not allow it, or the idempotency key stands for another wish.",
    413: "The request is too large.",
    415: "This media type is not taken here.",
    422: "Understood, and refused: `code`, `message` and `field` say why.",
    429: "Too often, or the quota or budget is used up; `Retry-After` says when to come back.",
    503: "The shop has not set up try-on completely.",
}
INFO = {
    "TITLE": "django_tryon",
    "DESCRIPTION": "Virtual try-on for a storefront. Every error has the same shape.",
    "VERSION": __version__,
    "OAS_VERSION": "3.1.0",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": ["django_tryon.rest.schema.close_bodies"],
}
_one_at_a_time = Lock()
F = TypeVar("F", bound=Callable[..., Any])


def sent(name: str, kind: Any, *statuses: int) -> OpenApiParameter:
    """Describe a header of the answers that have these statuses."""
    return OpenApiParameter(name, kind, OpenApiParameter.HEADER, response=list(statuses))


def read(name: str, kind: Any, says: str) -> OpenApiParameter:
    """Describe a header of the request."""
    return OpenApiParameter(name, kind, OpenApiParameter.HEADER, description=says)


class Described(AutoSchema):
    """Adds to each operation the errors that it can have."""

    def get_operation_id(self) -> str:
        """Name an operation after what it does, whatever the path: ``jobs_cancel``."""
        return f"{self.get_tags()[0]}_{self.view.__class__.__name__}_{self.method}".lower()

    def get_tags(self) -> list[str]:
        """Group operations by the first word of their path."""
        return [self.path.strip("/").split("/")[0]]

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        from django_tryon.rest.errors import Error

        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        for status in sorted(self._errors()):
            said = OpenApiResponse(Error, WHY[status])
            made: Any = self._get_response_for_code(said, str(status))  # type: ignore[no-untyped-call]
            bodies[str(status)] = made
            if status in {429, 503}:
                bodies[str(status)]["headers"] = {
                    "Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}
                }
        return bodies

    def _errors(self) -> set[int]:
        errors: set[int] = {400, 406, 413, 429} | getattr(self.view, "errors", {}).get(
            self.method, set()
        )
        if self.view.authentication_classes:
            errors |= {401}
            if self.method != "GET":
                errors |= {403}
        if "{" in self.path:
            errors |= {404}
        if self.method in {"POST", "PATCH"} and self.get_request_serializer():
            errors |= {415, 422}
        if self.get_override_parameters():
            errors |= {422}
        return errors


def describe(**known: Any) -> Callable[[F], F]:
    """Describe a method of a view; the host's ``DEFAULT_SCHEMA_CLASS`` is never asked."""

    def decorate(method: F) -> F:
        method.schema = Described  # type: ignore[attr-defined]
        return extend_schema(**known)(method)

    return decorate


def close_bodies(result: dict[str, Any], generator: Any, **kwargs: Any) -> dict[str, Any]:
    """Say of every object of ours that it has no other keys, and that a price is for some only."""
    shapes = result["components"]["schemas"]
    for shape in shapes.values():
        shape["additionalProperties"] = False
    shapes["EngineOut"]["required"].remove("price")
    return result


def document(mount: str) -> dict[str, Any]:
    """Return the OpenAPI document of an API that is mounted under this path."""
    return _made() | {"servers": [{"url": mount}]}


@cache
def _made() -> dict[str, Any]:
    from django_tryon.rest.urls import urlpatterns

    own = {
        name: value
        for name, value in (SPECTACULAR_DEFAULTS | INFO).items()
        if not re.match(r"SERVE_|DEFAULT_GENERATOR_CLASS", name)
    }
    # The settings of drf-spectacular are global, and a host may use it for documents of its own.
    with _one_at_a_time, translation.override("en"), patched_settings(own):
        generator = SchemaGenerator(patterns=urlpatterns)  # type: ignore[no-untyped-call]
        made: dict[str, Any] = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return made
