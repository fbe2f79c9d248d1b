"""Due: whether a result that is just stored is to be judged."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from django_tryon import quality
from django_tryon.conf import conf
from django_tryon.models import TryOnJob, TryOnResult
from django_tryon.services.judging.take_better import is_decided


def is_on() -> bool:
    """Tell whether the shop wants results judged, and OpenCV is there."""
    return quality.is_on(quality.AFTER, conf.QUALITY)


def due_at(job: TryOnJob) -> datetime | None:
    """Return when a job's results are to be judged; None for never.

    What lies between the garments of an outfit is not: nobody is shown it.
    """
    is_shown = job.outfit_id is None or job.second_of_id is not None
    return timezone.now() if is_shown and is_on() else None


def is_of_use(second: TryOnJob) -> bool:
    """Tell whether a second drawing may still be shown: else it need not be paid for."""
    first = TryOnResult.objects.filter(job=second.second_of_id).order_by("position").first()
    return first is not None and not is_decided(first)
