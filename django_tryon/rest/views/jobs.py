"""``jobs/``: ask for a try-on."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.http import parse_etags
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from django_tryon.conf import conf
from django_tryon.exceptions import LaunchRefused
from django_tryon.models import Garment, Person, Status, TryOnJob
from django_tryon.rest.base import View
from django_tryon.rest.pagination import page, paged
from django_tryon.rest.schema import describe
from django_tryon.rest.serializers.garments import WORN, Worn
from django_tryon.rest.serializers.jobs import JobIn, JobOut, JobQuery
from django_tryon.rest.views.lookup import worn
from django_tryon.services import cancel
from django_tryon.services.ask import ask
from django_tryon.services.ask_again import ask_again
from django_tryon.services.eta import outlook

KEY = "Idempotency-Key"
STATE = ("status", "engine", "updated_at", "person_id", "created_at", "submitted_at")
"""All that it takes to say that nothing is new, and when to ask again."""
BODY = (*STATE, "finished_at", "error_code", "shopper_id", "cost", "outputs")
"""All that the body of a job shows."""


class KeyIn(serializers.Serializer[Any]):
    """The header that makes asking twice harmless."""

    key = serializers.CharField(max_length=100, required=False)


class Jobs(View):
    """One's own try-ons."""

    errors = {"POST": {409, 503}}

    @describe(parameters=[JobQuery], responses=paged(JobOut))
    def get(self, request: Request) -> Response:
        """List one's own try-ons, the newest first."""
        query = self.read_query(JobQuery)
        jobs = TryOnJob.objects.filter(shopper=self.shopper)
        if "status" in query:
            jobs = jobs.filter(status=query["status"])
        if "product" in query:
            jobs = jobs.filter(
                pk__in=TryOnJob.objects.filter(garments__in=worn(query["product"])).values("pk")
            )
        rows = (
            jobs.select_related("person")
            .prefetch_related(Prefetch("garments", Garment.objects.only(*WORN)), "results")
            .order_by("-created_at", "pk")
        )
        return Response(page(self, rows, query, JobOut))

    @describe(
        parameters=[
            OpenApiParameter(
                KEY,
                {"type": "string", "minLength": 1, "maxLength": 100, "pattern": "^[!-~]+$"},
                OpenApiParameter.HEADER,
                description="A repeat gives the same job; another body with the same key a 409.",
            ),
            OpenApiParameter(
                "Location", OpenApiTypes.URI, OpenApiParameter.HEADER, response=[200, 202]
            ),
            OpenApiParameter(
                "Retry-After", OpenApiTypes.INT, OpenApiParameter.HEADER, response=[200, 202]
            ),
        ],
        request=JobIn,
        responses={202: JobOut, 200: JobOut},
    )
    def post(self, request: Request) -> Response:
        """Ask for a try-on.

        202 for a new one. 200 for one that was asked for before: with the same key, or with the
        same garments, person, engine and parameters.
        """
        wanted = self.read_body(JobIn)
        garments = self._garments(wanted["garments"])
        job, created = ask(
            self.shopper,
            garments=garments,
            person=self._person(wanted["person"]),
            engine=wanted.get("engine", conf.STOREFRONT_ENGINE),
            params=wanted.get("params"),
            key=self._key(),
            address=self.address,
            notify=wanted.get("notify", ""),
        )
        worn = sorted(garments, key=attrgetter("pk"))
        response = told(self, job, 202, worn) if created else told(self, job, 200)
        response.headers["Location"] = self.link("job", job.pk)
        return response

    def _key(self) -> str:
        given = {"key": self.request.headers[KEY]} if KEY in self.request.headers else {}
        read = KeyIn(data=given)
        if not read.is_valid():
            raise serializers.ValidationError({KEY: read.errors["key"]})
        return str(read.validated_data.get("key", ""))

    def _garments(self, ids: list[int]) -> list[Garment]:
        # One product is read when it is looked at, for less.
        wanted = Garment.objects.prefetch_related("product") if len(ids) > 1 else Garment.objects
        found = wanted.in_bulk(ids)
        if len(found) < len(set(ids)):
            raise LaunchRefused(_("There is no such garment."), code="not_found", field="garments")
        return [found[pk] for pk in dict.fromkeys(ids)]

    def _person(self, pk: int) -> Person:
        try:
            person = Person.objects.get(pk=pk)
        except Person.DoesNotExist:
            person = None
        if person is None or not (person.is_house_model or person.shopper_id == self.shopper.pk):
            raise LaunchRefused(_("There is no such person."), code="not_found", field="person")
        return person


class OneJob(View):
    """One try-on of one's own. Asked often, so it is cheap."""

    trusts_token = True

    @describe(
        parameters=[
            OpenApiParameter(
                "If-None-Match",
                OpenApiTypes.STR,
                OpenApiParameter.HEADER,
                description="The `ETag` of the last answer: a 304 says that it still holds.",
            ),
            OpenApiParameter(
                "ETag", OpenApiTypes.STR, OpenApiParameter.HEADER, response=[200, 304]
            ),
            OpenApiParameter(
                "Retry-After", OpenApiTypes.INT, OpenApiParameter.HEADER, response=[200, 304]
            ),
        ],
        responses={200: JobOut, 304: None},
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """Tell how far a try-on is. `Retry-After` says when asking again makes sense."""
        mine = TryOnJob.objects.filter(self.mine(), pk=pk)
        known = request.headers.get("If-None-Match", "")
        if known:
            seen = mine.only(*STATE).first()
            if seen is not None and etag_of(seen) in parse_etags(known):
                return marked(Response(status=304), seen)
        try:
            job = mine.select_related("person").only(*BODY).get()
        except TryOnJob.DoesNotExist as error:
            raise Http404 from error
        return marked(told(self, job, 200), job)


class Cancel(View):
    """Give a try-on up."""

    errors = {"POST": {409}}
    parser_classes = ()

    @describe(request=None, responses=JobOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Cancel a try-on. One that is running already counts all the same."""
        return told(self, cancel(own(self, pk)), 200)


class Retry(View):
    """Do a try-on again."""

    errors = {"POST": {409, 422, 503}}
    parser_classes = ()

    @describe(request=None, responses=JobOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Do a failed, cancelled or expired try-on again."""
        return told(self, ask_again(self.shopper, own(self, pk), address=self.address), 200)


def own(view: View, pk: UUID) -> TryOnJob:
    """Return a job of whoever asks; 404 for any other."""
    jobs: QuerySet[TryOnJob] = TryOnJob.objects.filter(shopper=view.shopper)
    job = jobs.select_related("person").filter(pk=pk).first()
    if job is None:
        raise Http404
    return job


def told(
    view: View, job: TryOnJob, status: int, garments: Sequence[Worn] | None = None
) -> Response:
    """Return a job's body, with where it is and when to ask again.

    ``garments`` are its garments in their usual order, where they are at hand.
    """
    if garments is None:
        garments = list(job.garments.values_list(*WORN, named=True))
    context = view.context() | {"worn": garments}
    response = Response(JobOut(job, context=context).data, status=status)
    later(response, job)
    return response


def marked(response: Response, job: TryOnJob) -> Response:
    """Return an answer with what the next question may be compared with."""
    response.headers["ETag"] = etag_of(job)
    later(response, job)
    return response


def later(response: Response, job: TryOnJob) -> None:
    """Say when asking again makes sense, while a job goes on."""
    seconds = outlook(job, timezone.now()).ask_again_after
    if seconds:
        response.headers["Retry-After"] = str(seconds)


def etag_of(job: TryOnJob) -> str:
    """Return what changes whenever the body would, but for the estimate.

    Whoever changes a result touches its job. Links in the body are signed for a while, so it
    changes twice in that time, too.
    """
    links = int(timezone.now().timestamp() / (conf.FILE_URL_LIFETIME.total_seconds() / 2))
    parts = [job.updated_at, job.person_id, get_language()]
    parts.append(links if job.status == Status.SUCCEEDED else "")
    digest = hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()
    return f'"{digest[:24]}"'
