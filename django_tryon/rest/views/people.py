"""``people/``: who can wear it."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.shortcuts import get_object_or_404
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from django_tryon.models import Person
from django_tryon.photos.limits import PHOTO_LIMITS
from django_tryon.rest.base import View
from django_tryon.rest.pagination import PageQuery, page, paged
from django_tryon.rest.permissions import IsShopper
from django_tryon.rest.schema import describe
from django_tryon.rest.serializers.people import PersonOut, PhotoIn
from django_tryon.rest.throttles import ByShopper, Uploads
from django_tryon.services.shoppers.forget import forget_photo
from django_tryon.services.shoppers.uploads import take_photo


class People(View):
    """House models and one's own photos."""

    parser_classes = (MultiPartParser,)
    max_bytes = PHOTO_LIMITS.max_bytes + 64 * 1024

    def get_permissions(self) -> list[Any]:
        """Let everybody see the house models."""
        return [AllowAny()] if self.request.method in {"GET", "HEAD"} else [IsShopper()]

    def get_throttles(self) -> list[Any]:
        """Count photos on their own, too."""
        return [ByShopper(), Uploads()] if self.request.method == "POST" else [ByShopper()]

    @describe(parameters=[PageQuery], responses=paged(PersonOut))
    def get(self, request: Request) -> Response:
        """List the house models, and one's own photos, the newest first."""
        offered = Person.objects.house_models().values("pk")
        people = Person.objects.there().filter(Q(pk__in=offered) | self.mine())
        rows = people.order_by("is_house_model", "-created_at", "-pk")
        return Response(page(self, rows, self.read_query(PageQuery), PersonOut))

    @describe(request={"multipart/form-data": PhotoIn}, responses={201: PersonOut})
    def post(self, request: Request) -> Response:
        """Give a photo of oneself, with the consent to send it to the provider.

        It is verified, turned upright and stripped of all metadata; what cannot be used is not
        kept.
        """
        given = self.read_body(PhotoIn)
        person = take_photo(
            self.shopper,
            given["photo"],
            version=given["consent"],
            text_hash=given["text_hash"],
            address=self.address,
        )
        return Response(PersonOut(person, context=self.context()).data, status=201)


class OnePerson(View):
    """One photo of one's own."""

    @describe(request=None, responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Delete a photo of one's own, now."""
        forget_photo(get_object_or_404(Person, self.mine(), pk=pk, is_house_model=False))
        return Response(status=204)
