"""Clips: a shopper's, from the upload to the try-on clip."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from django_tryon.models import ClipUpload, Person, WaitingClip
from django_tryon.models.files import view_url
from django_tryon.rest.fields import Body, Id, Moment, Text
from django_tryon.rest.serializers.garments import PRODUCT, product_of
from django_tryon.rest.serializers.jobs import MOST_GARMENTS, JobOut
from django_tryon.rest.serializers.people import PersonOut
from django_tryon.services.driving.pace import minutes_of, typical_seconds
from django_tryon.services.shoppers.clips.standing import Standing, standing_of

LINK = {"type": ["string", "null"], "format": "uri"}


class FilmedOut(PersonOut):
    """A shopper in a clip of their own."""

    frame = serializers.SerializerMethodField(help_text="A link to the clip's first frame.")
    seconds = serializers.FloatField(allow_null=True, help_text="How long the clip is.")

    class Meta(PersonOut.Meta):
        model = Person
        fields = [*PersonOut.Meta.fields, "frame", "seconds"]

    @extend_schema_field(LINK)
    def get_frame(self, person: Person) -> str | None:
        """Return a signed link."""
        return self.context["absolute"](view_url(person.frame)) if person.frame else None


class UploadProblem(serializers.Serializer[Any]):
    """Why a clip cannot be used."""

    code = serializers.CharField(help_text="A stable word for programs.")
    message = serializers.CharField(help_text="What is wrong and what to do, for the shopper.")


class UploadOut(serializers.Serializer[ClipUpload]):
    """A clip that is being prepared, and what became of it."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(ClipUpload.State.values)
    person = FilmedOut(allow_null=True, help_text="Whom it shows, once it is ready.")
    notes = serializers.ListField(
        child=serializers.ChoiceField(["nobody"]),
        help_text="What was noticed: `nobody` is seen in its first frame. A warning, no refusal.",
    )
    error = serializers.SerializerMethodField(help_text="Why it was refused.")
    created_at = Moment()

    @extend_schema_field(UploadProblem(allow_null=True))
    def get_error(self, upload: ClipUpload) -> dict[str, str] | None:
        """Return code and sentence."""
        if not upload.error_code:
            return None
        return {"code": upload.error_code, "message": upload.error_message}


class ClipIn(Body):
    """A clip, the consent to it, and which part of it is meant."""

    clip = serializers.FileField(help_text="MP4, MOV or WebM.")
    consent = Text(
        default="",
        allow_blank=True,
        max_length=50,
        help_text="The version of the words that the shopper agreed to: `clips.consent` of "
        "`config/`.",
    )
    text_hash = Text(
        default="",
        allow_blank=True,
        max_length=64,
        help_text="The `text_hash` of the words that were shown; kept as a proof.",
    )
    begin = serializers.FloatField(
        required=False, min_value=0, max_value=3600, help_text="Seconds; its first frame if not."
    )
    end = serializers.FloatField(
        required=False, min_value=0, max_value=3600, help_text="Seconds; its last frame if not."
    )


class WaitingClipOut(serializers.Serializer[WaitingClip]):
    """A clip in two steps: a dressed first frame to look at, and then the clip."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(
        [each.value for each in Standing],
        help_text="How far it is. `waits_for_you`: approve or reject the first frame.",
    )
    garments = serializers.ListField(child=serializers.IntegerField())
    person = serializers.IntegerField()
    product = serializers.CharField(allow_null=True, help_text=PRODUCT)
    minutes = serializers.IntegerField(help_text="How long making the clip takes, about.")
    frame = JobOut(help_text="The try-on that dresses the first frame.")
    clip = JobOut(allow_null=True, help_text="The try-on that makes the clip, once approved.")
    lapses_at = Moment(help_text="Until when the first frame can be approved.")
    created_at = Moment()

    def to_representation(self, waiting: WaitingClip) -> dict[str, Any]:
        """Return the body."""
        worn = list(waiting.frame.garments.all())
        context = {**self.context, "worn": worn}
        return {
            "id": waiting.pk,
            "state": standing_of(waiting).value,
            "garments": waiting.garments,
            "person": waiting.person_id,
            "product": product_of(worn[0]) if worn else None,
            "minutes": minutes_of(typical_seconds(waiting.engine)),
            "frame": JobOut(waiting.frame, context=context).data,
            "clip": JobOut(waiting.clip, context=context).data if waiting.clip else None,
            "lapses_at": Moment().to_representation(waiting.lapses_at),
            "created_at": Moment().to_representation(waiting.created_at),
        }


class WaitingClipIn(Body):
    """What to try on whom."""

    garments = serializers.ListField(child=Id(), min_length=1, max_length=MOST_GARMENTS)
    person = Id(help_text="A clip of one's own: the `person` of an upload that is ready.")
    engine = Text(
        required=False,
        max_length=50,
        help_text="What dresses the first frame. The shop's choice, if left out.",
    )
    notify = serializers.EmailField(
        required=False, max_length=254, help_text="Where to write when the first frame is ready."
    )


class ApproveIn(Body):
    """A yes."""

    notify = serializers.EmailField(
        required=False, max_length=254, help_text="Where to write when the clip is ready."
    )
