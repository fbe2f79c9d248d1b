"""Jobs: what is asked for, and how far it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from django_tryon.models import Status, TryOnJob, TryOnResult
from django_tryon.rest.fields import Body, Id, Moment, Text, in_utc
from django_tryon.rest.pagination import PageQuery
from django_tryon.rest.serializers.garments import (
    MOST_LETTERS,
    PRODUCT,
    PRODUCTS,
    product_of,
    worn_in,
)
from django_tryon.rest.serializers.results import ResultOut
from django_tryon.services.eta import outlook
from django_tryon.services.outfits.seen import status_of
from django_tryon.services.reasons import reason_for
from django_tryon.services.shoppers.other_ways import OtherWay

MOST_GARMENTS = 20
"""More than any engine takes."""


class OtherWayOut(serializers.Serializer[Any]):
    """An engine by which a try-on may be done that another could not do."""

    engine = serializers.CharField(help_text="For the body of `POST jobs/{id}/retry/`.")
    name = serializers.CharField(help_text="Its name. No shopper needs it.")
    seconds = serializers.FloatField(help_text="How long it usually takes.")


class JobError(serializers.Serializer[Any]):
    """Why there is no result."""

    code = serializers.CharField(help_text="A stable word for programs.")
    message = serializers.CharField(help_text="What happened and what to do, for the shopper.")
    next = serializers.ChoiceField(
        ["again", "photo", "other", "engine", "wait"],
        help_text="What helps most: the same once more, another photo, another garment, the same "
        "by the first of `others`, or nothing: it may still come.",
    )
    free = serializers.BooleanField(help_text="Whether it cost nothing and does not count.")
    others = OtherWayOut(
        many=True,
        help_text="Engines that may do it instead, the best first. Only for one job; always empty "
        "in a list, and where another engine would not help.",
    )


class JobOut(serializers.Serializer[TryOnJob]):
    """One try-on."""

    id = serializers.UUIDField()
    status = serializers.ChoiceField(Status.values)
    engine = serializers.CharField()
    garments = serializers.ListField(child=serializers.IntegerField())
    person = serializers.IntegerField(allow_null=True)
    product = serializers.CharField(allow_null=True, help_text=PRODUCT)
    results = ResultOut(many=True)
    error = JobError(allow_null=True)
    created_at = Moment()
    finished_at = Moment(allow_null=True)
    eta_at = Moment(allow_null=True, help_text="When it is likely to be done; null after its end.")
    progress = serializers.FloatField(
        min_value=0, max_value=1, help_text="From 0 to 1, at the moment of this answer."
    )

    def to_representation(self, job: TryOnJob) -> dict[str, Any]:
        """Return the body, without a detour through the fields: it is asked for often."""
        garments, seen = worn_in(job, self.context), outlook(job, timezone.now())
        done = self._results(job)
        others: Sequence[OtherWay] = self.context.get("others", ())
        reason = reason_for(job, has_others=bool(others))
        return {
            "id": job.pk,
            "status": status_of(job),
            "engine": job.engine,
            "garments": [garment.pk for garment in garments],
            "person": job.person_id,
            "product": product_of(garments[0]) if garments else None,
            "results": ResultOut(done, many=True, context=self.context).data if done else [],
            "error": reason
            and {
                "code": job.error_code or status_of(job),
                "message": reason.words,
                "next": reason.next,
                "free": reason.was_free,
                "others": [
                    {
                        "engine": way.engine.slug,
                        "name": way.engine.title,
                        "seconds": way.seconds,
                    }
                    for way in others
                ],
            },
            "created_at": in_utc(job.created_at),
            "finished_at": in_utc(job.finished_at),
            "eta_at": in_utc(seen.eta_at),
            "progress": seen.progress,
        }

    def _results(self, job: TryOnJob) -> list[TryOnResult]:
        """Return those that the view has at hand, or else all; none before the end."""
        if "results" in self.context:
            return list(self.context["results"])
        seen = job.results.all() if job.status == Status.SUCCEEDED else []
        return [result for result in seen if result.is_there]


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


class RetryIn(Body):
    """How to try again."""

    engine = Text(
        required=False,
        max_length=50,
        help_text="Another engine to go on with, from what is done of an outfit.",
    )


class JobQuery(PageQuery):
    """Which jobs."""

    status = serializers.ChoiceField(Status.values, required=False)
    product = serializers.CharField(max_length=MOST_LETTERS, required=False, help_text=PRODUCTS)
