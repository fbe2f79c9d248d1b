"""``clips/``: a clip of oneself in what the shop sells, in two steps."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from rest_framework.request import Request
from rest_framework.response import Response

from django_tryon.conf import conf
from django_tryon.exceptions import LaunchRefused
from django_tryon.models import WaitingClip
from django_tryon.rest.base import View
from django_tryon.rest.pagination import PageQuery, page, paged
from django_tryon.rest.schema import describe, sent
from django_tryon.rest.serializers.clips import ApproveIn, WaitingClipIn, WaitingClipOut
from django_tryon.rest.views.jobs import KEY_HEADER, garments_of, hash_of, key_of, person_of
from django_tryon.services.eta import outlook
from django_tryon.services.shoppers.ask import asked_with
from django_tryon.services.shoppers.clips.approve import approve_clip
from django_tryon.services.shoppers.clips.ask import ask_clip, of_frame
from django_tryon.services.shoppers.clips.decline import decline_clip
from django_tryon.services.shoppers.clips.standing import clips_of


class Clips(View):
    """One's own clips."""

    errors = {"POST": {409, 503}}

    @describe(parameters=[PageQuery], responses=paged(WaitingClipOut))
    def get(self, request: Request) -> Response:
        """List one's own clips, the newest first."""
        rows = clips_of(self.shopper).prefetch_related("frame__results", "clip__results")
        return Response(page(self, rows, self.read_query(PageQuery), WaitingClipOut))

    @describe(
        parameters=[
            KEY_HEADER,
            sent("Location", OpenApiTypes.URI, 200, 202),
            sent("Retry-After", OpenApiTypes.INT, 200, 202),
        ],
        request=WaitingClipIn,
        responses={202: WaitingClipOut, 200: WaitingClipOut},
    )
    def post(self, request: Request) -> Response:
        """Have the first frame of one's clip dressed; the clip then waits for one's yes.

        202 for a new one, 200 for one that was asked for before.
        """
        wanted, key = self.read_body(WaitingClipIn), key_of(request)
        body, notify = f"clip:{hash_of(wanted)}"[:64], wanted.get("notify", "")
        try:
            waiting, is_new = ask_clip(
                self.shopper,
                garments=garments_of(wanted["garments"]),
                person=person_of(wanted["person"], self.shopper),
                image_engine=wanted.get("engine", conf.STOREFRONT_ENGINE),
                key=key,
                body=body,
                address=self.address,
                notify=notify,
            )
        except LaunchRefused:
            frame = asked_with(self.shopper, key, body, notify=notify) if key else None
            before = of_frame(frame) if frame is not None else None
            if before is None:
                raise
            waiting, is_new = before, False
        response = told(self, waiting, 202 if is_new else 200)
        response.headers["Location"] = self.link("clip", waiting.pk)
        return response


class OneClip(View):
    """One clip of one's own."""

    @describe(parameters=[sent("Retry-After", OpenApiTypes.INT, 200)], responses=WaitingClipOut)
    def get(self, request: Request, pk: UUID) -> Response:
        """Tell how far it is. `Retry-After` says when asking again makes sense."""
        return told(self, own(self, pk), 200)


class Approve(View):
    """A yes to a first frame."""

    errors = {"POST": {409, 503}}

    @describe(request=ApproveIn, responses=WaitingClipOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Have the clip made of this first frame. It counts, and costs the shop, only now."""
        notify = self.read_body(ApproveIn).get("notify", "")
        approve_clip(self.shopper, own(self, pk), address=self.address, notify=notify)
        return told(self, own(self, pk), 200)


class Reject(View):
    """A no to a first frame."""

    errors = {"POST": {409}}
    parser_classes = ()

    @describe(request=None, responses=WaitingClipOut)
    def post(self, request: Request, pk: UUID) -> Response:
        """Have no clip made. The picture stays one's own, until one deletes it."""
        decline_clip(self.shopper, own(self, pk))
        return told(self, own(self, pk), 200)


def own(view: View, pk: UUID) -> WaitingClip:
    """Return a clip of whoever asks; 404 for any other."""
    found = clips_of(view.shopper).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def told(view: View, waiting: WaitingClip, status: int) -> Response:
    """Return a clip's body, with when to ask again while a step of it goes on."""
    context: dict[str, Any] = view.context()
    response = Response(WaitingClipOut(waiting, context=context).data, status=status)
    seconds = outlook(waiting.clip or waiting.frame, timezone.now()).ask_again_after
    if seconds:
        response.headers["Retry-After"] = str(seconds)
    return response
