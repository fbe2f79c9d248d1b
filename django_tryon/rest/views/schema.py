"""``schema/``, and the answer to everything that is not there."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from rest_framework.request import Request
from rest_framework.response import Response

from django_tryon.rest.base import PublicView
from django_tryon.rest.errors import not_found
from django_tryon.rest.schema import describe, document


class Schema(PublicView):
    """This document."""

    authentication_classes = ()

    @describe(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """Return this document: OpenAPI 3.1."""
        mount = reverse("django_tryon:api-schema").removesuffix("/schema/")
        return Response(document(mount), headers={"Cache-Control": "public, max-age=3600"})


class Nothing(PublicView):
    """Whatever else is asked for."""

    authentication_classes = ()
    schema: Any = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Nothing to prepare."""

    def http_method_not_allowed(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Answer every method alike."""
        return not_found()
