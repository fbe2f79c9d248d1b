"""``engines/``: what can be asked for."""

from __future__ import annotations

from typing import Any

from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from django_tryon.engines import all_engines
from django_tryon.rest.base import PublicView
from django_tryon.rest.pagination import paged
from django_tryon.rest.permissions import sees_prices
from django_tryon.rest.schema import describe
from django_tryon.rest.serializers.engines import EngineOut


class Engines(PublicView):
    """All engines."""

    @describe(responses=paged(EngineOut))
    def get(self, request: Request) -> Response:
        """List the engines: what they can do, their parameters as JSON Schema, their usual time."""
        engines: Any = list(all_engines().values())
        shown = EngineOut(engines, many=True, context=self.context()).data
        return Response({"count": len(engines), "next": None, "previous": None, "results": shown})

    def context(self) -> dict[str, Any]:
        """Tell whether prices are shown."""
        return {"prices": sees_prices(self.request.user)}


class OneEngine(Engines):
    """One engine."""

    @describe(responses=EngineOut)
    def get(self, request: Request, slug: str) -> Response:  # type: ignore[override]
        """Show one engine."""
        engine = all_engines().get(slug)
        if engine is None:
            raise NotFound
        return Response(EngineOut(engine, context=self.context()).data)
