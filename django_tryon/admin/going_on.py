"""Outfits on a job's page: their steps, and one press to go on with another engine."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from django_tryon.admin.base import TryOnModelAdmin, told
from django_tryon.admin.folding import outfits_of
from django_tryon.engines import Engine, all_engines
from django_tryon.exceptions import WrongState
from django_tryon.models import TryOnJob
from django_tryon.services import go_on
from django_tryon.services.outfits.again import rest_of
from django_tryon.services.retry import ENDED

GONE_ON = told(
    _("%(name)s goes on with another engine, as a new try-on."),
    _("%(count)d go on with another engine, each as a new try-on."),
)


class GoesOn(TryOnModelAdmin[TryOnJob]):
    """What the jobs' admin gains: an action that dresses the rest with another engine."""

    @admin.action(description=_("Go on with another engine"), permissions=["launch"])
    def go_on_jobs(self, request: HttpRequest, queryset: models.QuerySet[TryOnJob]) -> None:
        """Launch what is left of outfits that failed with the engine that the page names."""
        history = translated("Went on with another engine.")
        do = partial(_go_on, by=request.user)
        self.perform(request, outfits_of(queryset), do, told=GONE_ON, history=history)


def _go_on(job: TryOnJob, *, by: Any) -> None:
    engine = other_engine(job)
    if engine is None:
        raise WrongState(translated("Only an outfit that failed can go on with another engine."))
    go_on(job, engine=engine.slug, requested_by=by)


def other_engine(job: TryOnJob) -> type[Engine] | None:
    """Return the engine with which an outfit may go on: one that takes several at once, if any.

    None for any other job.
    """
    if job.status not in ENDED or job.shopper_id is not None or job.puts_on is None:
        return None
    try:
        rest = rest_of(job)
    except WrongState:
        return None
    needed = {garment.category for garment in rest.garments} if rest else set()
    able = [
        engine
        for engine in all_engines().values()
        if engine.slug != job.engine
        and (engine.output, engine.person_kind) == ("image", "photo")
        and engine.takes_garment_image
        and needed <= engine.categories.keys()
    ]
    return max(able, key=lambda engine: engine.max_garments, default=None) if rest else None


def go_on_words(job: TryOnJob) -> str:
    """Say what going on would do; nothing for a job that cannot."""
    engine = other_engine(job)
    return translated("Go on with %(engine)s") % {"engine": engine.title} if engine else ""
