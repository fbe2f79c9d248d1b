"""Take the better: of a picture and its second drawing, show the one with less to look at."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from django_tryon import logs, quality
from django_tryon.conf import conf
from django_tryon.models import Appointment, TryOnJob, TryOnResult

CONTENT = (
    *("kind", "file", "poster", "content_type", "width", "height", "bytes"),
    *("findings", "is_flagged", "needs_look"),
)
"""What a result shows, and what was seen of that; all else is the row's."""


def take_better(second: TryOnResult) -> datetime | None:
    """Have the first result show the second's picture, if that is better, and the other way round.

    Rows, links and everything that was said to somebody stay as they are. Nothing happens where
    somebody has decided about the first one, or goes on from it. Returns when to look again,
    where a reviewer has it before them just now. Call it inside a transaction.
    """
    both = TryOnResult.objects.select_for_update().filter(
        Q(pk=second.pk) | Q(job=second.job.second_of_id, position=second.position)
    )
    rows = {row.pk: row for row in both.order_by("pk")}
    now, mine = timezone.now(), rows.pop(second.pk, None)
    first = next(iter(rows.values()), None)
    if mine is None or first is None or is_decided(first) or not is_better(mine, first):
        return None
    if first.held_until is not None and first.held_until > now:
        return first.held_until
    contents = [{name: getattr(each, name) for name in CONTENT} for each in (mine, first)]
    for row, content in zip((first, mine), contents, strict=True):
        TryOnResult.objects.filter(pk=row.pk).update(**content)
    first.touch_job()
    logs.info("result.bettered", "its second drawing is shown", job=first.job_id)
    return None


def is_decided(result: TryOnResult) -> bool:
    """Tell whether somebody has said what they think of a result, or has gone on from it."""
    if result.review != TryOnResult.Review.PENDING or result.published_at is not None:
        return True
    if result.liked is not None or result.offered_at is not None:
        return True
    later = TryOnJob.objects.filter(previous=result.job_id)
    return later.exists() or Appointment.objects.filter(result=result).exists()


def is_better(one: TryOnResult, other: TryOnResult) -> bool:
    """Tell whether there is less to look at in one result, and no more that cannot be told."""
    (bad, unsure), (bads, unsures) = map(_counts, (one, other))
    return bad < bads and unsure <= unsures


def _counts(result: TryOnResult) -> tuple[int, int]:
    seen = quality.read(result.findings or ())
    flagged = quality.worth_telling(result.findings, conf.QUALITY)
    return len(flagged), sum(found.word == "unsure" for found in seen)
