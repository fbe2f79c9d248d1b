"""Look: open the pictures of a result, and have the checks look at them.

Runs in a thread beside the network's loop, one at a time in a process: it takes a processor for as
long as it lasts. It never asks the database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

from django.db import connections
from PIL import Image

from django_tryon import photos, quality
from django_tryon.conf import conf
from django_tryon.engines import find_engine
from django_tryon.models import Person, TryOnResult
from django_tryon.products import picture_of
from django_tryon.services.redraw import began_from

ONE_AT_A_TIME = Lock()
TURN = 60.0
"""Seconds to wait for one's turn. Whoever asked has given up by then, and the few threads are
needed for what is to be stored."""


@dataclass(frozen=True)
class Pictures:
    """The files that are compared."""

    before: Any
    result: Any
    garments: tuple[Any, ...]
    wishes: Mapping[str, Any]


def pictures_of(result: TryOnResult) -> Pictures | None:
    """Return what a result is compared with; None where that is gone.

    Of a clip, the two first frames.
    """
    job, is_clip = result.job, result.kind == TryOnResult.Kind.VIDEO
    first = None if is_clip else began_from(job)
    if first is not None:  # it began from a picture of somebody who was dressed already
        other = first.results.filter(kind=TryOnResult.Kind.IMAGE).first()
        before = other.file if other is not None else None
    else:
        before = job.person.file_for(Person.Kind.PHOTO) if job.person is not None else None
    after = result.poster if is_clip else result.file
    if not before or not after:
        return None
    takes = find_engine(job.engine).takes_garment_image or is_clip
    worn = [picture_of(garment) for garment in job.garments.all()] if takes else []
    return Pictures(before, after, tuple(filter(None, worn)), conf.QUALITY)


def look(pictures: Pictures) -> list[list[Any]]:
    """Return what the checks see, as it is stored. Raises whatever a storage or a check raises."""
    if not ONE_AT_A_TIME.acquire(timeout=TURN):
        raise TimeoutError
    try:
        found = quality.judge_result(
            _opened(pictures.before),
            _opened(pictures.result),
            [_opened(file) for file in pictures.garments],
            pictures.wishes,
        )
    finally:
        ONE_AT_A_TIME.release()
        connections.close_all()  # this thread's own, which only a storage can have opened
    return [finding.stored for finding in found]


def _opened(file: Any) -> Image.Image:
    with file.storage.open(file.name) as opened:
        return photos.decode_photo(opened)
