"""Garments, as a storefront sees them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.contrib.contenttypes.models import ContentType
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from django_tryon.exceptions import LaunchRefused
from django_tryon.models import Garment, TryOnJob
from django_tryon.models.files import view_url
from django_tryon.products import picture_of
from django_tryon.rest.pagination import PageQuery

PRODUCT = "The product, as `app.model:key`."
PRODUCTS = "The product, as `app.model:key`; several are separated by commas."
MOST_LETTERS = 1000


class GarmentOut(serializers.ModelSerializer[Garment]):
    """A garment of a product."""

    name = serializers.SerializerMethodField()
    image = serializers.SerializerMethodField(help_text="Its picture, or the product's.")
    product = serializers.SerializerMethodField(help_text=PRODUCT)

    class Meta:
        model = Garment
        fields = ["id", "name", "category", "image", "product"]

    def get_name(self, garment: Garment) -> str:
        """Return its name for people."""
        return str(garment)

    @extend_schema_field({"type": ["string", "null"], "format": "uri"})
    def get_image(self, garment: Garment) -> str | None:
        """Return where its picture is."""
        try:
            picture = picture_of(garment)
        except LaunchRefused:  # its adapter failed, or its model is no longer allowed
            return None
        return self.context["absolute"](view_url(picture)) if picture else None

    @extend_schema_field(OpenApiTypes.STR)
    def get_product(self, garment: Garment) -> str:
        """Return the reference of its product."""
        return product_of(garment)


class WornRow(NamedTuple):
    """A garment of which nothing else is read."""

    pk: Any
    content_type_id: Any
    product_id: Any


WORN = WornRow._fields
Worn = Garment | WornRow
"""What the body of a job shows of a garment."""


def worn_in(job: TryOnJob, context: Mapping[str, Any]) -> Sequence[Worn]:
    """Return the garments of a job: those that the view has at hand, or else all of them."""
    at_hand: Sequence[Worn] | None = context.get("worn")
    return list(job.garments.all()) if at_hand is None else at_hand


def product_of(garment: Worn) -> str:
    """Return ``app.model:key`` of the product, without loading it."""
    kind = ContentType.objects.get_for_id(garment.content_type_id)
    return f"{kind.app_label}.{kind.model}:{garment.product_id}"


class GarmentQuery(PageQuery):
    """Of which product."""

    product = serializers.CharField(max_length=MOST_LETTERS, help_text=PRODUCTS)


class ConfigQuery(serializers.Serializer[Any]):
    """For which product."""

    product = serializers.CharField(max_length=MOST_LETTERS, help_text=PRODUCTS)
