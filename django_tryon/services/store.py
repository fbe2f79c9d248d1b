"""Store: verify what came home, keep it, and only then call the job done."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils import timezone

from django_tryon import marks, photos, videos
from django_tryon.conf import conf
from django_tryon.engines import find_engine
from django_tryon.exceptions import MissingExtra, TryOnError
from django_tryon.models import Status, TryOnJob, TryOnResult
from django_tryon.models.transitions import move
from django_tryon.services.outcome import end, tell
from django_tryon.signals import result_stored

logger = logging.getLogger("django_tryon")


class Overtaken(Exception):
    """Somebody else moved the job while its files were being stored."""


class Unwanted(Exception):
    """Whoever the result was for was erased, or deleted, meanwhile."""


def store(job: TryOnJob, paths: Sequence[str], **fields: Any) -> list[TryOnResult]:
    """Verify these files, mark them as made by AI, and keep them as the job's results.

    Raises OutputRefused if one is not what it claims to be, OSError if the storage fails. A job
    that was moved meanwhile (cancelled, stored by another worker) keeps no file of ours.
    """
    describe = _clip if find_engine(job.engine).output == "video" else _picture
    described = [describe(path) for path in paths]  # all of them, before the first is kept
    results: list[TryOnResult] = []
    try:
        for position, (path, facts) in enumerate(zip(paths, described, strict=True)):
            results.append(_keep(job, position, path, **facts))
        with transaction.atomic():
            if not move(
                job,
                Status.SUCCEEDED,
                Status.FETCHING,
                error_code="",
                error_message="",
                **fields,
            ):
                raise Overtaken
            day = day_to_go(job)
            if day is not None and day <= timezone.now():
                raise Unwanted
            for result in results:
                result.delete_at = day
            TryOnResult.objects.bulk_create(results)
    except BaseException as error:
        for result in results:
            for file in (result.file, result.poster):
                if file.name:
                    file.storage.delete(file.name)
        if isinstance(error, Unwanted):
            job.refresh_from_db()
            fields |= {"outputs": []}  # links that nobody is to follow
            end(job, Status.CANCELLED, code="erased", message="", **fields)
        elif not isinstance(error, Overtaken):
            raise
        return []
    return results


def announce(job: TryOnJob, results: Sequence[TryOnResult]) -> None:
    """Tell of what was stored, if anything was."""
    if results:
        logger.info("job %s (%s): succeeded", job.pk, job.engine)
        for result in results:
            result_stored.send_robust(sender=TryOnResult, result=result)
        tell(job)


def day_to_go(job: TryOnJob) -> datetime | None:
    """Return when the results of this job are to be deleted; None for a house model's.

    Asks the row, not the instance: the shopper may have erased everything meanwhile.
    """
    row = TryOnJob.objects.select_related("person").get(pk=job.pk)
    now = timezone.now()
    if row.shopper_id is not None:
        return now + conf.RESULT_LIFETIME
    if row.person is None:
        return now
    return None if row.person.is_house_model else now + conf.RESULT_LIFETIME


def _keep(
    job: TryOnJob, position: int, path: str, *, ending: str, poster: bytes = b"", **facts: Any
) -> TryOnResult:
    result = TryOnResult(job=job, position=position, **facts)
    with open(path, "rb") as file:
        result.file.save(f"result{ending}", File(file), save=False)
    if poster:
        result.poster.save("poster.jpg", ContentFile(poster), save=False)
    return result


def _picture(path: str) -> dict[str, Any]:
    facts = photos.verify_image(Path(path))
    if conf.VISIBLE_MARK:
        Path(path).write_bytes(marks.write_visibly(Path(path).read_bytes()))
    marks.mark_file(Path(path))
    return {
        "kind": TryOnResult.Kind.IMAGE,
        "ending": f".{facts.extension}",
        "content_type": facts.mime,
        "width": facts.width,
        "height": facts.height,
    }


def _clip(path: str) -> dict[str, Any]:
    facts = videos.verify_video(Path(path))
    poster = _poster(path)
    marks.mark_file(Path(path))
    return {
        "kind": TryOnResult.Kind.VIDEO,
        "ending": ".mp4",
        "content_type": "video/mp4",
        "width": facts.width or None,
        "height": facts.height or None,
        "poster": poster,
    }


def _poster(path: str) -> bytes:
    try:
        return marks.mark_picture(videos.first_frame(Path(path)))
    except (MissingExtra, TryOnError):  # a clip without a poster is still a clip
        return b""
