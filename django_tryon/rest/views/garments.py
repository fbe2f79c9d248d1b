"""``garments/``: what there is to try on."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from django_tryon.rest.base import PublicView
from django_tryon.rest.pagination import page, paged
from django_tryon.rest.schema import describe
from django_tryon.rest.serializers.garments import GarmentOut, GarmentQuery
from django_tryon.rest.views.lookup import offered


class Garments(PublicView):
    """The garments of a product."""

    errors = {"GET": {404}}

    @describe(parameters=[GarmentQuery], responses=paged(GarmentOut))
    def get(self, request: Request) -> Response:
        """List the garments of a product that is public."""
        query = self.read_query(GarmentQuery)
        garments = offered(query["product"])
        return Response(page(self, garments.prefetch_related("product"), query, GarmentOut))
