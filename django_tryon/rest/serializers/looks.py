"""Looks, as a storefront sees them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from django_tryon.models import TryOnResult
from django_tryon.rest.serializers.garments import MOST_LETTERS, PRODUCTS, GarmentOut
from django_tryon.services.looks.offered import OfferedLook


class LookQuery(serializers.Serializer[Any]):
    """With which products."""

    product = serializers.CharField(max_length=MOST_LETTERS, help_text=PRODUCTS)


class LookPictureOut(serializers.Serializer[TryOnResult]):
    """The picture of a look."""

    result = serializers.UUIDField(source="pk", help_text="The id of the published result.")
    url = serializers.SerializerMethodField(help_text="The file; it is public.")
    width = serializers.IntegerField(allow_null=True, help_text="Pixels.")
    height = serializers.IntegerField(allow_null=True, help_text="Pixels.")
    ai_generated = serializers.SerializerMethodField(help_text="Always true: say so beside it.")

    @extend_schema_field(OpenApiTypes.URI)
    def get_url(self, result: TryOnResult) -> str:
        """Return where the file is."""
        return str(self.context["absolute"](result.url))

    @extend_schema_field({"const": True})
    def get_ai_generated(self, result: TryOnResult) -> bool:
        """Return true."""
        return True


class LookOut(serializers.Serializer[OfferedLook]):
    """A look that can be tried on as a whole."""

    id = serializers.IntegerField(source="look.pk")
    name = serializers.CharField(source="look.name")
    note = serializers.CharField(source="look.note", help_text="A sentence; it may be empty.")
    garments = GarmentOut(many=True, help_text="All of it, in the order in which it is put on.")
    engine = serializers.CharField(
        source="engine.slug", help_text="The engine that puts on all of it, for `POST jobs/`."
    )
    picture = LookPictureOut(
        allow_null=True, help_text="A house model in it; null where the shop shows none."
    )


class LooksOut(serializers.Serializer[Any]):
    """Looks, not in pages: there are few."""

    results = LookOut(many=True)
