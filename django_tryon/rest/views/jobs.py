"""``jobs/``: ask for a try-on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Prefetch, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.http import parse_etags
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from django_tryon.conf import conf
from django_tryon.exceptions import LaunchRefused, WrongState
from django_tryon.models import Garment, Person, Shopper, Status, TryOnJob
from django_tryon.models.question import Blank, Question
from django_tryon.rest.base import View
from django_tryon.rest.look import look_at, results_of
from django_tryon.rest.pagination import page, paged
from django_tryon.rest.schema import describe, read, sent
from django_tryon.rest.serializers.garments import WORN, Worn, WornRow
from django_tryon.rest.serializers.jobs import JobIn, JobOut, JobQuery, RetryIn
from django_tryon.rest.views.lookup import worn
from django_tryon.services import cancel
from django_tryon.services.eta import outlook
from django_tryon.services.outfits.seen import status_of
from django_tryon.services.shoppers.allowance import digest
from django_tryon.services.shoppers.ask import ask, asked_with
from django_tryon.services.shoppers.ask_again import ask_again
from django_tryon.services.shoppers.other_ways import other_ways

KEY = "Idempotency-Key"
KEY_FIELD = serializers.CharField(max_length=100)
"""The header that makes asking twice harmless."""
KEY_HEADER = read(
    KEY,
    {"type": "string", "minLength": 1, "maxLength": 100, "pattern": "^[!-~]+$"},
    "A repeat gives the same job; another body with the same key a 409.",
)
NUMBER = Blank("pk", models.BigIntegerField())
GARMENT = Question(Garment.objects.order_by().filter(pk=NUMBER))
PERSON = Question(Person.objects.order_by().filter(pk=NUMBER))


class Jobs(View):
    """One's own try-ons."""

    errors = {"POST": {409, 503}}

    @describe(parameters=[JobQuery], responses=paged(JobOut))
    def get(self, request: Request) -> Response:
        """List one's own try-ons, the newest first."""
        query = self.read_query(JobQuery)
        jobs = TryOnJob.objects.filter(shopper=self.shopper, outfit=None)
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
            KEY_HEADER,
            sent("Location", OpenApiTypes.URI, 200, 202),
            sent("Retry-After", OpenApiTypes.INT, 200, 202),
        ],
        request=JobIn,
        responses={202: JobOut, 200: JobOut},
    )
    def post(self, request: Request) -> Response:
        """Ask for a try-on.

        202 for a new one. 200 for one that was asked for before: with the same key, or with the
        same garments, person, engine and parameters.
        """
        wanted, key = self.read_body(JobIn), key_of(request)
        body, notify = hash_of(wanted), wanted.get("notify", "")
        worn: list[Garment] | None = None
        try:
            garments = garments_of(wanted["garments"])
            job, created = ask(
                self.shopper,
                garments=garments,
                person=person_of(wanted["person"], self.shopper),
                engine=wanted.get("engine", conf.STOREFRONT_ENGINE),
                params=wanted.get("params"),
                key=key,
                body=body,
                address=self.address,
                notify=notify,
            )
            worn = sorted(garments, key=attrgetter("pk")) if created else None
        except LaunchRefused:
            before = asked_with(self.shopper, key, body, notify=notify) if key else None
            if before is None:
                raise
            job = before
        response = told(self, job, 200 if worn is None else 202, worn)
        response.headers["Location"] = self.link("job", job.pk)
        return response


class OneJob(View):
    """One try-on of one's own. Asked often, so it is cheap."""

    trusts_token = True

    @describe(
        parameters=[
            read(
                "If-None-Match",
                OpenApiTypes.STR,
                "The `ETag` of the last answer: a 304 says that it still holds.",
            ),
            sent("ETag", OpenApiTypes.STR, 200, 304),
            sent("Retry-After", OpenApiTypes.INT, 200, 304),
        ],
        responses={200: JobOut, 304: None},
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """Tell how far a try-on is. `Retry-After` says when asking again makes sense."""
        seen = look_at(pk, self.owner, is_visitor=self.is_visitor)
        if seen is None:
            raise Http404
        job, garments = seen
        etag = etag_of(job)
        # Compared weakly: whoever compresses the answer on its way makes the tag a weak one.
        known = parse_etags(request.headers.get("If-None-Match", ""))
        if etag in (one.removeprefix("W/") for one in known):
            response = Response(status=304)
            later(response, job)
        else:
            response = told(self, job, 200, garments)
        response.headers["ETag"] = etag
        return response


class Cancel(View):
    """Give a try-on up."""

    errors = {"POST": {409}}
    parser_classes = ()

    @describe(request=None, responses=JobOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Cancel a try-on. One that is running already counts all the same."""
        job = own(self, pk)
        try:
            return told(self, cancel(job), 200)
        except WrongState as error:
            raise WrongState(_why_not_cancelled(job)) from error


class Retry(View):
    """Do a try-on again."""

    errors = {"POST": {409, 422, 503}}

    @describe(request=RetryIn, responses=JobOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Do a failed, cancelled or expired try-on again; an outfit goes on where it failed.

        For an uncertain one, which may still come to a result, the answer is a new try-on. So it
        is with another `engine`, which goes on from what is done of an outfit.
        """
        engine = self.read_body(RetryIn).get("engine", "")
        job = own(self, pk)
        again = ask_again(self.shopper, job, address=self.address, engine=engine)
        return told(self, again, 200)


def _why_not_cancelled(job: TryOnJob) -> str:
    if job.status == Status.SUBMITTING:
        return _("It cannot be stopped in this very moment. Please try again in a few seconds.")
    return _("This try-on has ended already.")


def key_of(request: Request) -> str:
    """Return the idempotency key of a request; empty without one. Raises ValidationError."""
    given = request.headers.get(KEY)
    if given is None:
        return ""
    try:
        return str(KEY_FIELD.run_validation(given))
    except serializers.ValidationError as error:
        raise serializers.ValidationError({KEY: error.detail}) from error


def garments_of(ids: list[int]) -> list[Garment]:
    """Return these garments, each once. Raises LaunchRefused where one is not there."""
    if len(ids) == 1:  # its product is read when it is looked at, for less
        worn = GARMENT.objects(pk=ids[0])
    else:
        worn = list(Garment.objects.filter(pk__in=ids).prefetch_related("product"))
    found = {garment.pk: garment for garment in worn}
    if len(found) < len(set(ids)):
        # In the words for one that is hidden: nobody can tell which it is.
        said = _("This garment is not for sale at the moment.")
        raise LaunchRefused(said, code="not_found", field="garments")
    return [found[pk] for pk in dict.fromkeys(ids)]


def person_of(pk: int, shopper: Shopper) -> Person:
    """Return a house model, or somebody of the shopper's own. Raises LaunchRefused."""
    for person in PERSON.objects(pk=pk):
        if person.is_house_model or person.shopper_id == shopper.pk:
            return person
    raise LaunchRefused(_("There is no such person."), code="not_found", field="person")


def hash_of(wanted: Mapping[str, Any]) -> str:
    """Return a hash of a body, but for the address of the mail: that may come with a repeat."""
    asked = {name: value for name, value in wanted.items() if name != "notify"}
    asked["garments"] = sorted(set(asked["garments"]))
    return digest(json.dumps(asked, sort_keys=True))


def own(view: View, pk: UUID) -> TryOnJob:
    """Return a job of whoever asks; 404 for any other."""
    jobs: QuerySet[TryOnJob] = TryOnJob.objects.filter(shopper=view.shopper, outfit=None)
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
        garments = [WornRow(*row) for row in job.garments.values_list(*WORN)]
    known = {"worn": garments, "results": results_of(job), "others": other_ways(job)}
    context = view.context() | known
    response = Response(JobOut(job, context=context).data, status=status)
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
    parts = [job.updated_at, status_of(job), job.person_id, get_language()]
    parts.append(links if job.status == Status.SUCCEEDED else "")
    digest = hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()
    return f'"{digest[:24]}"'
