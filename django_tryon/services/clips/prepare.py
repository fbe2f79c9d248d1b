"""Prepare: make of the clips that shoppers sent what can be kept, shown and dressed.

A source of the drive: it claims what is due, the work runs in a thread of its own, and a worker
that dies in the middle of it leaves the rest to the lease.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from importlib.util import find_spec
from io import BytesIO
from typing import Any

from django.db import DatabaseError, InterfaceError, router, transaction
from django.db.models import F, Min, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from PIL.Image import open as open_picture

from django_tryon import logs, videos
from django_tryon.conf import conf
from django_tryon.exceptions import (
    AnswerLost,
    MissingExtra,
    NotAccepted,
    TokenRefused,
    UploadRefused,
)
from django_tryon.models import ClipUpload, DoomedFile, Person, Shopper
from django_tryon.models.files import person_path, private_storage
from django_tryon.models.putting import put_all, remove
from django_tryon.quality.photo import Photo
from django_tryon.segmind.client import SegmindClient
from django_tryon.segmind.loop import network
from django_tryon.services.driving.step import Step
from django_tryon.services.shoppers.hold import hold
from django_tryon.videos.opening import broken_clip

State = ClipUpload.State

AT_ONCE = 2
"""Clips that all workers together prepare at the same time: each keeps a processor busy."""
TRIES = 3
"""How often one is begun: what a worker died of three times is not tried a fourth time."""
PAUSE = timedelta(seconds=30)
"""After this one is begun again that could not be read, or stored."""
NOBODY = "nobody"
"""The note on a first frame in which nobody was seen."""


@dataclass(frozen=True)
class Prepared:
    """What a clip came to: files that are in the storage, and no row names yet."""

    facts: videos.ClipFacts
    video: str
    frame: str
    notes: list[str]


def rows() -> QuerySet[ClipUpload]:
    """Return all uploads, as the database has them to which they are written."""
    return ClipUpload.objects.using(router.db_for_write(ClipUpload))


def claim(now: datetime, limit: int) -> list[Step]:
    """Take some of what is due, so that no other worker has it too."""
    if not conf.STOREFRONT_CLIPS:
        return []
    waiting = rows().filter(state=State.WAITING)
    due = waiting.filter(due_at__lte=now)
    chosen = list(due.order_by("due_at").values_list("pk", flat=True)[: min(AT_ONCE, limit)])
    if not chosen:
        return []
    busy = waiting.filter(claim__gt="", due_at__gt=now).count()
    name = uuid.uuid4().hex
    due.filter(pk__in=chosen[: max(0, AT_ONCE - busy)]).update(
        claim=name, due_at=now + conf.LEASE, attempts=F("attempts") + 1
    )
    return [_step(upload) for upload in rows().filter(claim=name)]


def next_due_at() -> datetime | None:
    """Return when the next one is due, or None if none waits."""
    if not conf.STOREFRONT_CLIPS:
        return None
    due = rows().filter(due_at__isnull=False).order_by()
    at: datetime | None = due.aggregate(at=Min("due_at"))["at"]
    return at


def _step(upload: ClipUpload) -> Step:
    call = _give_up if upload.attempts > TRIES else _prepare
    return Step(upload, partial(call, upload), record)


async def _give_up(upload: ClipUpload, client: SegmindClient) -> Prepared:
    with override(upload.language or None):
        raise broken_clip()


async def _prepare(upload: ClipUpload, client: SegmindClient) -> Prepared:
    return await network.apart(partial(prepared, upload))


def prepared(upload: ClipUpload) -> Prepared:
    """Read, cut and normalise a clip, take its first frame, and store both. Touches no database.

    Raises UploadRefused, in the shopper's language. A worker that dies before ``record`` leaves
    files that the purge finds.
    """
    with override(upload.language or None):
        part = videos.Part(upload.begin or 0.0, upload.end)
        with upload.file.storage.open(str(upload.file.name)) as sent:
            clip = videos.normalise_clip(sent, part=part)
        frame = videos.first_frame(clip.content)
        if videos.shows_nothing(frame):
            raise UploadRefused(
                _(
                    "Your clip begins with a frame of one colour, in which nobody is to be seen. "
                    "Let it begin a little later."
                ),
                code="empty_frame",
            )
        notes = [] if _shows_somebody(frame) else [NOBODY]
        video, still = person_path(upload, "clip.mp4"), person_path(upload, "frame.jpg")
        put = put_all(private_storage(), {video: clip.content, still: frame})
        return Prepared(clip.facts, put[video], put[still], notes)


def _shows_somebody(frame: bytes) -> bool:
    """Tell whether a face is seen; of a shop without the extra ``quality`` nothing is said."""
    if find_spec("cv2") is None:
        return True
    with open_picture(BytesIO(frame)) as picture:
        photo = Photo(picture.convert("RGB"))
        return bool(photo.faces) or photo.is_profile


def record(upload: ClipUpload, said: Any) -> None:
    """Write down whom a clip shows, or why it was refused; what was sent goes in either case."""
    mine = rows().filter(pk=upload.pk, state=State.WAITING, claim=upload.claim)
    done: dict[str, Any] = {"due_at": None, "claim": "", "file": ""}
    match said:
        case Prepared():
            _keep(upload, said, mine, done)
            return
        case UploadRefused():
            done |= {"error_code": said.code, "error_message": said.message}
        case OSError() | AnswerLost() | NotAccepted():
            # The storage is not there, the worker stops, or its settings give no client: that says
            # nothing of the clip, which is begun again, and keeps no other from it meanwhile.
            logs.warning("clip.unread", "A shopper's clip could not be read", error=said)
            again_at = timezone.now() + PAUSE
            mine.update(due_at=again_at, claim="", attempts=F("attempts") - 1)
            return
        case _:
            about = "extra video" if isinstance(said, MissingExtra) else type(said).__name__
            logs.error("clip.not_prepared", "A shopper's clip was not prepared: %s", about)
            with override(upload.language or None):
                done |= {"error_code": "not_prepared", "error_message": broken_clip().message}
    with transaction.atomic():
        if mine.update(state=State.REFUSED, **done):
            DoomedFile.doom(upload.file.storage, str(upload.file.name))


def _keep(
    upload: ClipUpload, said: Prepared, mine: QuerySet[ClipUpload], done: dict[str, Any]
) -> None:
    person = Person(
        kind=Person.Kind.VIDEO,
        video=said.video,
        frame=said.frame,
        frame_of=said.video,
        width=said.facts.width,
        height=said.facts.height,
        seconds=said.facts.seconds,
        shopper_id=upload.shopper_id,
        consent_id=upload.consent_id,
        # From when it was sent: so it was agreed to.
        delete_at=upload.created_at + conf.PHOTO_LIFETIME,
    )
    try:
        with transaction.atomic():
            hold(Shopper(pk=upload.shopper_id))  # whose row may be gone
            person.save()
            won = mine.update(state=State.READY, person=person, notes=said.notes, **done)
            if won:
                DoomedFile.doom(upload.file.storage, str(upload.file.name))
            else:  # deleted, or another worker has it by now
                transaction.set_rollback(True)
    except TokenRefused:  # everything was erased meanwhile
        won = False
    except (DatabaseError, InterfaceError):
        raise  # the same is written down once more
    except BaseException:
        _discard(said)
        raise
    if not won:
        _discard(said)


def _discard(said: Prepared) -> None:
    """Delete what no row names: a commit may have gone through without our hearing of it."""
    if not Person.objects.filter(video=said.video).exists():
        remove(private_storage(), [said.video, said.frame])
