"""Results: pictures and clips that came out."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from django_tryon.models import TryOnResult
from django_tryon.rest.fields import Body, Moment, Text, YesNo, in_utc
from django_tryon.rest.pagination import PageQuery
from django_tryon.rest.serializers.garments import (
    MOST_LETTERS,
    PRODUCT,
    PRODUCTS,
    product_of,
    worn_in,
)
from django_tryon.services.shoppers.doubt import doubt_about

LINK = {"type": ["string", "null"], "format": "uri"}


class ResultOut(serializers.ModelSerializer[TryOnResult]):
    """One picture or clip."""

    url = serializers.SerializerMethodField(
        help_text="The file: public if published, else a link that is good for a while."
    )
    poster = serializers.SerializerMethodField(help_text="A still picture of it.")
    width = serializers.IntegerField(allow_null=True, help_text="Pixels.")
    height = serializers.IntegerField(allow_null=True, help_text="Pixels.")
    before = serializers.SerializerMethodField(
        help_text="A link to the photo of the house model, or one's own; null when it is gone."
    )
    product = serializers.SerializerMethodField(help_text=PRODUCT)
    liked = serializers.SerializerMethodField(help_text="Thumbs up or down, of one's own result.")
    published_at = Moment(allow_null=True)
    offered_at = Moment(
        allow_null=True, help_text="Since when one offers it to the shop; of one's own result."
    )
    delete_at = Moment(
        allow_null=True, help_text="When it is deleted; null for a published one, which stays."
    )
    note = serializers.SerializerMethodField(
        help_text="What to tell its owner beside it: that something may not be right; else empty."
    )
    is_checked = serializers.SerializerMethodField(
        help_text="False while the checks of results still look at it, so `note` may come."
    )
    findings = serializers.SerializerMethodField(
        help_text="What these checks saw that staff should look at; null for anybody else."
    )
    ai_generated = serializers.SerializerMethodField(help_text="Always true: say so beside it.")

    created_at = Moment()

    class Meta:
        model = TryOnResult
        fields = [
            "id",
            "job",
            "kind",
            "url",
            "poster",
            "width",
            "height",
            "before",
            "product",
            "liked",
            "published_at",
            "offered_at",
            "delete_at",
            "note",
            "is_checked",
            "findings",
            "ai_generated",
            "created_at",
        ]

    @extend_schema_field(OpenApiTypes.URI)
    def get_url(self, result: TryOnResult) -> str:
        """Return where the file is."""
        return str(self.context["absolute"](result.url))

    @extend_schema_field(LINK)
    def get_poster(self, result: TryOnResult) -> str | None:
        """Return where the poster is."""
        return self._link(result.poster_url)

    @extend_schema_field(LINK)
    def get_before(self, result: TryOnResult) -> str | None:
        """Return a signed link to the person's photo, or to the first frame of their clip; a
        shopper's is for that shopper alone."""
        person = result.job.person
        if person is None or not (self._is_own(result) or person.is_house_model):
            return None
        return self._link(person.still_url)

    @extend_schema_field({"type": ["string", "null"]})
    def get_product(self, result: TryOnResult) -> str | None:
        """Return the reference of the first garment's product."""
        garments = worn_in(result.job, self.context)
        return product_of(garments[0]) if garments else None

    def get_liked(self, result: TryOnResult) -> bool | None:
        """Return what its owner thinks, to its owner."""
        return result.liked if self._is_own(result) else None

    def get_note(self, result: TryOnResult) -> str:
        """Return a sentence for the owner."""
        return doubt_about(result) if self._is_own(result) else ""

    def get_is_checked(self, result: TryOnResult) -> bool:
        """Tell whether nothing more is to come of the checks; of one's own result."""
        return result.judge_at is None or not self._is_own(result)

    @extend_schema_field({"type": ["array", "null"], "items": {"type": "string"}})
    def get_findings(self, result: TryOnResult) -> list[str] | None:
        """Return sentences, for staff who may review."""
        if not self.context.get("reviews"):
            return None
        return [f"{found.says} {found.do}" for found in result.advice]

    @extend_schema_field({"const": True})
    def get_ai_generated(self, result: TryOnResult) -> bool:
        """Return true."""
        return True

    def to_representation(self, result: TryOnResult) -> dict[str, Any]:
        """Return the body, without a detour through the fields: it is asked for often."""
        url = self.get_url(result)
        return {
            "id": result.pk,
            "job": result.job_id,
            "kind": result.kind,
            "url": url,
            "poster": url if result.kind == result.Kind.IMAGE else self.get_poster(result),
            "width": result.width,
            "height": result.height,
            "before": self.get_before(result),
            "product": self.get_product(result),
            "liked": self.get_liked(result),
            "published_at": in_utc(result.published_at),
            "offered_at": in_utc(result.offered_at) if self._is_own(result) else None,
            "delete_at": None if result.published_at else in_utc(result.delete_at),
            "note": self.get_note(result),
            "is_checked": self.get_is_checked(result),
            "findings": self.get_findings(result),
            "ai_generated": self.get_ai_generated(result),
            "created_at": in_utc(result.created_at),
        }

    def _is_own(self, result: TryOnResult) -> bool:
        owner = self.context["owner"]
        return owner is not None and result.job.shopper_id == owner

    def _link(self, url: str) -> str | None:
        return str(self.context["absolute"](url)) if url else None


class LikeIn(Body):
    """What the shopper thinks of it."""

    liked = YesNo(allow_null=True, help_text="True, false, or null to take it back.")


class OfferOut(serializers.Serializer[Any]):
    """What one agrees to by offering a picture, and whether one has."""

    version = serializers.CharField()
    text = serializers.CharField(help_text="Show it beside a box that is not ticked.")
    text_hash = serializers.CharField(help_text="Send it back with the consent.")
    privacy_url = serializers.CharField(help_text="Empty if the shop names no page.")
    offered_at = Moment(allow_null=True, help_text="Null where one does not offer it.")


class OfferIn(Body):
    """The consent to an offer."""

    consent = Text(
        default="",
        allow_blank=True,
        max_length=50,
        help_text="The version of the words that the shopper agreed to.",
    )
    text_hash = Text(
        default="",
        allow_blank=True,
        max_length=64,
        help_text="The `text_hash` of the words that were shown; kept as a proof.",
    )


class ShareOut(serializers.Serializer[Any]):
    """A link that anybody may open."""

    url = serializers.URLField()
    expires_at = Moment()


class ResultQuery(PageQuery):
    """Which results."""

    product = serializers.CharField(
        max_length=MOST_LETTERS,
        required=False,
        help_text=f"{PRODUCTS} Its published results, and one's own of it. One's own, if left out.",
    )
    mine = serializers.BooleanField(default=False, help_text="Only one's own.")
