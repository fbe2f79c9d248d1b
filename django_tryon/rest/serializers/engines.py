"""Engines: what can be asked for."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from django_tryon.conf import conf
from django_tryon.engines import Engine
from django_tryon.engines.engine import PLAIN_WORDS


class EngineOut(serializers.Serializer[type[Engine]]):
    """One engine."""

    slug = serializers.CharField()
    title = serializers.CharField()
    good_for = serializers.SerializerMethodField(help_text="One sentence that helps to choose.")
    output = serializers.ChoiceField(["image", "video"])
    max_garments = serializers.IntegerField()
    categories = serializers.SerializerMethodField(help_text="What it can dress.")
    typical_seconds = serializers.FloatField()
    params = serializers.SerializerMethodField(help_text="JSON Schema of its parameters.")
    limits = serializers.SerializerMethodField(help_text="What it cannot do.")
    offered = serializers.SerializerMethodField(help_text="Whether shoppers may ask for it.")
    price = serializers.SerializerMethodField(
        help_text="Expected price of one job, US$; only for staff who may launch."
    )

    def get_good_for(self, engine: type[Engine]) -> str:
        """Return the sentence in the present language."""
        return _(engine.good_for)

    @extend_schema_field({"type": "array", "items": {"enum": list(PLAIN_WORDS)}})
    def get_categories(self, engine: type[Engine]) -> list[str]:
        """Return our words."""
        return list(engine.categories)

    @extend_schema_field({"type": "object", "additionalProperties": True})
    def get_params(self, engine: type[Engine]) -> dict[str, Any]:
        """Return the JSON Schema."""
        return engine.schema()

    def get_limits(self, engine: type[Engine]) -> list[str]:
        """Return the sentences in the present language."""
        return [_(limit) for limit in engine.limits]

    def get_offered(self, engine: type[Engine]) -> bool:
        """Tell whether it is one of the storefront's."""
        return engine.slug in conf.STOREFRONT_ENGINES

    @extend_schema_field({"type": "string", "format": "decimal"})
    def get_price(self, engine: type[Engine]) -> str:
        """Return the price."""
        return str(engine.estimate())

    def to_representation(self, engine: type[Engine]) -> dict[str, Any]:
        """Leave the price out for whoever it is none of the business of."""
        shown: dict[str, Any] = super().to_representation(engine)
        if not self.context.get("prices"):
            del shown["price"]
        return shown
