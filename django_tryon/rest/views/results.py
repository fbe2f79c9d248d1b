"""``results/``: what came out."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from rest_framework.exceptions import NotAuthenticated, ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from django_tryon import products
from django_tryon.conf import conf
from django_tryon.models import Consent, TryOnJob, TryOnResult
from django_tryon.models.files import SAVE
from django_tryon.rest.base import PublicView, View
from django_tryon.rest.pagination import page, paged
from django_tryon.rest.permissions import IsShopper
from django_tryon.rest.schema import describe, sent
from django_tryon.rest.serializers.results import (
    LikeIn,
    OfferIn,
    OfferOut,
    ResultOut,
    ResultQuery,
    ShareOut,
)
from django_tryon.rest.views.lookup import offered
from django_tryon.services.shoppers import consent
from django_tryon.services.shoppers.forget import forget_result
from django_tryon.services.shoppers.like import like
from django_tryon.services.shoppers.offer import offer, why_not
from django_tryon.services.shoppers.share import share, there
from django_tryon.services.shoppers.withdraw import withdraw

OWN = "job__shopper"


class Results(PublicView):
    """Published results, and one's own."""

    errors = {"GET": {404}}

    @describe(parameters=[ResultQuery], responses=paged(ResultOut))
    def get(self, request: Request) -> Response:
        """List the published results of a product and one's own of it, the newest first.

        With `mine`, or without a product, only one's own.
        """
        query = self.read_query(ResultQuery)
        nobody = request.auth is None and not request.user.is_authenticated
        if nobody and query["mine"]:
            raise NotAuthenticated
        if nobody and "product" not in query:
            said = _("Name a product, or send a token to see your own results.")
            raise ValidationError({"product": [said]}, code="required")
        seen = self.mine(OWN)
        if "product" in query and not query["mine"]:
            seen |= Q(published_at__isnull=False, in_gallery=True)
        results = rows().filter(seen)
        if "product" in query:
            jobs = TryOnJob.objects.filter(garments__in=offered(query["product"]))
            results = results.filter(job__in=jobs)
        return Response(page(self, results.order_by("-created_at", "pk"), query, ResultOut))


class OneResult(View):
    """One result."""

    errors = {"DELETE": {409}}

    def get_permissions(self) -> list[Any]:
        """Let everybody see what is published."""
        return [AllowAny()] if self.request.method in {"GET", "HEAD"} else [IsShopper()]

    @describe(responses=ResultOut)
    def get(self, request: Request, pk: UUID) -> Response:
        """Show a result that is published, or one's own."""
        return Response(ResultOut(visible(self, pk), context=self.context()).data)

    @describe(request=LikeIn, responses=ResultOut)
    def patch(self, request: Request, pk: UUID) -> Response:
        """Say what one thinks of a result of one's own."""
        result = own(self, pk)
        like(result, self.read_body(LikeIn)["liked"])
        return Response(ResultOut(result, context=self.context()).data)

    @describe(request=None, responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        """Delete a result of one's own, now."""
        forget_result(own(self, pk))
        return Response(status=204)


class Share(View):
    """A link for friends."""

    parser_classes = ()

    @describe(request=None, responses=ShareOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Make a link to a result of one's own that anybody may open for a while."""
        url, expires_at = share(own(self, pk))
        shown = ShareOut({"url": self.absolute(url), "expires_at": expires_at})
        return Response(shown.data)


class Offer(View):
    """What a shopper lets the shop show."""

    errors = {"GET": {409}, "POST": {409}, "DELETE": {409}}

    @describe(responses=OfferOut)
    def get(self, request: Request, pk: UUID) -> Response:
        """Tell what one agrees to by offering a result of one's own, and whether one has."""
        result = own(self, pk)
        reason = why_not(result)
        if reason is not None and result.offered_at is None:
            raise reason
        said = {
            "version": conf.OFFER_VERSION,
            "text": consent.text(Consent.Kind.OFFER),
            "text_hash": consent.digest(Consent.Kind.OFFER),
            "privacy_url": conf.PRIVACY_URL,
            "offered_at": result.offered_at,
        }
        return Response(OfferOut(said).data)

    @describe(request=OfferIn, responses=ResultOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Let the shop show a result of one's own, with a consent of its own.

        Staff then decide whether it is shown. Offering twice is the same as once.
        """
        result, given = own(self, pk), self.read_body(OfferIn)
        offer(
            result,
            version=given["consent"],
            text_hash=given["text_hash"],
            address=self.address,
        )
        return Response(ResultOut(result, context=self.context()).data)

    @describe(request=None, responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        """Take an offer back: wherever the shop shows the picture, it goes at once."""
        withdraw(own(self, pk))
        return Response(status=204)


class File(PublicView):
    """The file itself."""

    @describe(
        parameters=[sent("Location", OpenApiTypes.URI, 302)],
        responses={302: None},
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """Lead to the file of a result that is published, or one's own.

        With `save` in the query a browser keeps it instead of showing it.
        """
        result = visible(self, pk)
        # A link to the private file would outlive, for minutes, what its shopper takes back.
        may_save = result.is_on_house_model or is_own(self, result)
        saves = may_save and SAVE in request.query_params
        location = self.absolute(result.save_url if saves else result.url)
        return Response(status=302, headers={"Location": location})


def rows() -> QuerySet[TryOnResult]:
    """Return the results whose day has not come, with all that their bodies need."""
    return there().select_related("job__person").prefetch_related("job__garments")


def visible(view: View, pk: UUID) -> TryOnResult:
    """Return a result of one's own, or one that a product's page shows; 404 for any other."""
    result = _one(rows().filter(Q(published_at__isnull=False) | view.mine(OWN), pk=pk))
    if not is_own(view, result):
        garments = result.job.garments.all()
        if not any(products.is_shown(products.product_of(one)) for one in garments):
            raise Http404
    return result


def is_own(view: View, result: TryOnResult) -> bool:
    """Tell whether a result is of whoever asks."""
    return view.owner is not None and result.job.shopper_id == view.owner


def own(view: View, pk: UUID) -> TryOnResult:
    """Return a result of whoever asks; 404 for any other."""
    return _one(rows().filter(job__shopper=view.shopper, pk=pk))


def _one(results: QuerySet[TryOnResult]) -> TryOnResult:
    result = results.first()
    if result is None:
        raise Http404
    return result
