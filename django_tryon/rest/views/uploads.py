"""``clips/uploads/``: a clip of oneself, prepared by a worker before it can be tried on with."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from django_tryon import videos
from django_tryon.models import ClipUpload
from django_tryon.rest.base import View
from django_tryon.rest.schema import describe, sent
from django_tryon.rest.serializers.clips import ClipIn, UploadOut
from django_tryon.rest.throttles import ByShopper, Uploads
from django_tryon.services.shoppers.clips.upload import take_clip
from django_tryon.services.shoppers.forget import forget_upload

SOON = 2
"""Seconds after which asking for one that is being prepared makes sense."""


class ClipUploads(View):
    """Clips on their way."""

    errors = {"POST": {503}}
    parser_classes = (MultiPartParser,)
    file_key = "clip"
    max_bytes = videos.CLIP_LIMITS.max_bytes + 64 * 1024

    def get_throttles(self) -> list[Any]:
        """Count clips with the photos."""
        return [ByShopper(), Uploads()]

    @describe(
        parameters=[
            sent("Location", OpenApiTypes.URI, 202),
            sent("Retry-After", OpenApiTypes.INT, 202),
        ],
        request={"multipart/form-data": ClipIn},
        responses={202: UploadOut},
    )
    def post(self, request: Request) -> Response:
        """Give a clip of oneself, with the consent to send it to the provider.

        A worker cuts it to the part that is wanted, takes sound and metadata away and makes an
        H.264 MP4 of it. What cannot be used is not kept.
        """
        given = self.read_body(ClipIn)
        upload = take_clip(
            self.shopper,
            given["clip"],
            version=given["consent"],
            text_hash=given["text_hash"],
            address=self.address,
            part=videos.Part(given.get("begin", 0.0), given.get("end")),
        )
        response = told(self, upload, 202)
        response.headers["Location"] = self.link("clip-upload", upload.pk)
        return response


class OneClipUpload(View):
    """One clip on its way."""

    @describe(parameters=[sent("Retry-After", OpenApiTypes.INT, 200)], responses=UploadOut)
    def get(self, request: Request, pk: UUID) -> Response:
        """Tell whether it is ready, and whom it shows."""
        found = self._own(pk)
        if found.person is not None and not found.person.is_there:
            raise Http404  # its day has come: the purge has yet to follow
        return told(self, found, 200)

    @describe(request=None, responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        """Delete a clip of one's own, now, and what it was prepared to."""
        forget_upload(self._own(pk))
        return Response(status=204)

    def _own(self, pk: UUID) -> ClipUpload:
        mine = ClipUpload.objects.filter(shopper=self.shopper, pk=pk).select_related("person")
        found = mine.first()
        if found is None:
            raise Http404
        return found


def told(view: View, upload: ClipUpload, status: int) -> Response:
    """Return an upload's body, with when to ask again while it is being prepared."""
    response = Response(UploadOut(upload, context=view.context()).data, status=status)
    if upload.state == ClipUpload.State.WAITING:
        response.headers["Retry-After"] = str(SOON)
    return response
