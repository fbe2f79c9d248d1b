"""Shoppers' clips that are as they should be: made once, and not normalised for each test."""

from __future__ import annotations

import functools
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from django_tryon.models import ClipUpload, Consent, Garment, Person, Shopper, WaitingClip
from django_tryon.services.shoppers.clips.ask import ask_clip
from tests.conftest import picture
from tests.videos.making import clip as film


@functools.cache
def filmed() -> bytes:
    """Return a clip of two seconds."""
    return film(2)


def sent(content: bytes | None = None, name: str = "Ada at home.mp4") -> SimpleUploadedFile:
    """Return a clip as a browser sends it."""
    return SimpleUploadedFile(name, filmed() if content is None else content, "video/mp4")


def in_clip(shopper: Shopper) -> ClipUpload:
    """Return a shopper's upload that is ready."""
    consent = Consent.objects.create(shopper=shopper, kind="clip", version="1", text_hash="h")
    person = Person.objects.create(
        kind="video",
        shopper=shopper,
        consent=consent,
        frame=ContentFile(picture(), name="frame.jpg"),
        width=480,
        height=320,
        seconds=2,
        delete_at=timezone.now() + timedelta(hours=24),
    )
    name = person.video.storage.save("tryon/people/turn.mp4", ContentFile(filmed()))
    Person.objects.filter(pk=person.pk).update(video=name, frame_of=name)
    person.refresh_from_db()
    ready: dict[str, Any] = {"state": ClipUpload.State.READY, "due_at": None}
    return ClipUpload.objects.create(shopper=shopper, consent=consent, person=person, **ready)


def waiting(shopper: Shopper, garment: Garment, upload: ClipUpload) -> WaitingClip:
    """Return a clip whose first frame is on its way."""
    assert upload.person is not None
    return ask_clip(shopper, garments=[garment], person=upload.person, image_engine="idm-vton")[0]
