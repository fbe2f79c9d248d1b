"""Steps of outfits: folded into what was asked for, on which whatever is done to them is done."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from django_tryon.models import Status, TryOnJob


def outfits_of(jobs: models.QuerySet[TryOnJob]) -> models.QuerySet[TryOnJob]:
    """Return what was asked for: of a step the outfit that it belongs to, any other job itself."""
    meant = jobs.order_by().annotate(meant=Coalesce("outfit_id", "pk")).values("meant")
    return TryOnJob.objects.filter(pk__in=meant)


def to_decide(jobs: Iterable[TryOnJob]) -> list[TryOnJob]:
    """Return about which jobs is to be decided: of an outfit its uncertain step, if there is one.

    Each once, also where both the outfit and the step were chosen.
    """
    found: dict[object, TryOnJob] = {}
    for job in jobs:
        uncertain = [step for step in job.steps if step.status == Status.UNCERTAIN]
        found |= {each.pk: each for each in uncertain or [job]}
    return list(found.values())


def steps_words(job: TryOnJob) -> str:
    """Say of how many steps an outfit consists, or that a job is one; nothing of any other."""
    if job.outfit_id is not None:
        return _("step of an outfit")
    return _("%(count)d steps") % {"count": len(job.steps) + 1} if job.steps else ""
