"""Jobs: what is asked for, and how far it is."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from django_tryon.models import Status, TryOnJob
from django_tryon.rest.fields import Body, Id, Moment, Text
from django_tryon.rest.pagination import PageQuery
from django_tryon.rest.serializers.garments import MOST_LETTERS, PRODUCT, PRODUCTS, product_of
from django_tryon.rest.serializers.results import ResultOut
from django_tryon.services.eta import outlook
from django_tryon.services.reasons import reason_for

MOST_GARMENTS = 20
"""More than any engine takes."""


class JobError(serializers.Serializer[Any]):
    """Why there is no result."""

    code = serializers.CharField(help_text="A stable word for programs.")
    message = serializers.CharField(help_text="What happened and what to do, for the shopper.")


class JobOut(serializers.ModelSerializer[TryOnJob]):
    """One try-on."""

    status = serializers.ChoiceField(Status.values)
    garments = serializers.SerializerMethodField()
    person = serializers.IntegerField(source="person_id", allow_null=True)
    product = serializers.SerializerMethodField(help_text=PRODUCT)
    results = serializers.SerializerMethodField()
    error = serializers.SerializerMethodField()
    finished_at = Moment(allow_null=True)
    eta_at = Moment(allow_null=True, help_text="When it is likely to be done; null after its end.")
    progress = serializers.FloatField(
        min_value=0, max_value=1, help_text="From 0 to 1, at the moment of this answer."
    )

    created_at = Moment()

    class Meta:
        model = TryOnJob
        fields = [
            "id",
            "status",
            "engine",
            "garments",
            "person",
            "product",
            "results",
            "error",
            "created_at",
            "finished_at",
            "eta_at",
            "progress",
        ]

    def get_garments(self, job: TryOnJob) -> list[int]:
        """Return the ids of the garments."""
        return [garment.pk for garment in job.garments.all()]

    @extend_schema_field({"type": ["string", "null"]})
    def get_product(self, job: TryOnJob) -> str | None:
        """Return the reference of the first garment's product."""
        garments = job.garments.all()
        return product_of(garments[0]) if garments else None

    @extend_schema_field(ResultOut(many=True))
    def get_results(self, job: TryOnJob) -> Any:
        """Return what came out; nothing is looked for before the end."""
        if job.status != Status.SUCCEEDED:
            return []
        return ResultOut(job.results.all(), many=True, context=self.context).data

    @extend_schema_field(JobError(allow_null=True))
    def get_error(self, job: TryOnJob) -> dict[str, str] | None:
        """Return why there is no result."""
        reason = reason_for(job)
        if reason is None:
            return None
        return {"code": job.error_code or job.status, "message": f"{reason.why} {reason.then}"}

    def to_representation(self, job: TryOnJob) -> dict[str, Any]:
        """Estimate once for both fields that need it."""
        seen = outlook(job, timezone.now())
        job.eta_at, job.progress = seen.eta_at, seen.progress  # type: ignore[attr-defined]
        shown: dict[str, Any] = super().to_representation(job)
        return shown


class JobIn(Body):
    """What to try on whom."""

    garments = serializers.ListField(child=Id(), min_length=1, max_length=MOST_GARMENTS)
    person = Id(help_text="A house model, or a photo of one's own.")
    engine = Text(required=False, max_length=50, help_text="The shop's choice, if left out.")
    params = serializers.DictField(
        required=False, help_text="Parameters of the engine; `engines/` has their JSON Schema."
    )
    notify = serializers.EmailField(
        required=False, max_length=254, help_text="Where to write when it is ready."
    )


class JobQuery(PageQuery):
    """Which jobs."""

    status = serializers.ChoiceField(Status.values, required=False)
    product = serializers.CharField(max_length=MOST_LETTERS, required=False, help_text=PRODUCTS)
