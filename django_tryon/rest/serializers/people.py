"""People: house models, and a shopper's own photos."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from django_tryon.models import Person
from django_tryon.rest.fields import Body, Moment, Text


class PersonOut(serializers.ModelSerializer[Person]):
    """Somebody who can wear it."""

    photo = serializers.SerializerMethodField(
        help_text="A link to the photo or clip, good for a while; null if the file is gone."
    )
    delete_at = Moment(
        allow_null=True, help_text="When it is deleted at the latest; null for a house model."
    )
    width = serializers.IntegerField(allow_null=True, help_text="Pixels.")
    height = serializers.IntegerField(allow_null=True, help_text="Pixels.")
    notes = serializers.SerializerMethodField(
        help_text="Sentences: why a try-on with one's own photo may not come out well."
    )

    created_at = Moment()

    class Meta:
        model = Person
        fields = [
            "id",
            "name",
            "kind",
            "photo",
            "is_house_model",
            "width",
            "height",
            "delete_at",
            "notes",
            "created_at",
        ]

    @extend_schema_field({"type": ["string", "null"], "format": "uri"})
    def get_photo(self, person: Person) -> str | None:
        """Return a signed link."""
        return self.context["absolute"](person.url) if person.file else None

    @extend_schema_field({"type": "array", "items": {"type": "string"}})
    def get_notes(self, person: Person) -> list[str]:
        """Return what the checks see in a shopper's photo, with what to do about it."""
        advice = () if person.is_house_model else person.advice
        return [f"{found.says} {found.do}" for found in advice]


class PhotoIn(Body):
    """A photo, and the consent to it."""

    photo = serializers.FileField(help_text="JPEG, PNG, WebP, AVIF or (where installed) HEIC.")
    consent = Text(
        default="",
        allow_blank=True,
        max_length=50,
        help_text="The version of the words that the shopper agreed to, from `config/`.",
    )
    text_hash = Text(
        default="",
        allow_blank=True,
        max_length=64,
        help_text="The `text_hash` of the words that were shown, from `config/`; kept as a proof.",
    )
