"""``looks/``: what goes together."""

from __future__ import annotations

from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from django_tryon.rest.base import PublicView
from django_tryon.rest.schema import describe
from django_tryon.rest.serializers.looks import LookQuery, LooksOut
from django_tryon.services.looks.offered import looks_for
from django_tryon.services.shoppers.basket import public_products


class Looks(PublicView):
    """The looks with some products."""

    authentication_classes = ()
    errors = {"GET": {404}}

    @describe(parameters=[LookQuery], responses=LooksOut)
    def get(self, request: Request) -> Response:
        """List the looks with any of these products that can be tried on as a whole.

        Those with more of the products come first, then the newest; at most 12.
        """
        public = public_products(self.read_query(LookQuery)["product"])
        if not public:
            raise NotFound
        context = {"absolute": self.absolute, "owner": None}
        shown = LooksOut({"results": looks_for(public)}, context=context)
        return Response(shown.data, headers={"Cache-Control": "public, max-age=60"})
