"""Pins in the admin: one press on a job's page, and a list from which they are taken off."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from django_tryon.admin.base import TryOnModelAdmin, told
from django_tryon.admin.launch.links import has_launch_permission
from django_tryon.engines import all_engines
from django_tryon.exceptions import LaunchRefused
from django_tryon.models import Garment, Pin, TryOnJob
from django_tryon.services.pins import chosen_params, pin

PINNED = told(
    _("The engine of %(name)s is pinned: a launch takes it unless another is chosen."),
    _("%(count)d engines are pinned."),
)


def categories_of(job: TryOnJob) -> list[str]:
    """Return the categories of what a job shows, in the order of dressing."""
    worn = {garment.category for garment in job.garments.all()}
    return [category for category in Garment.Category.values if category in worn]


def params_words(slug: str, params: Mapping[str, Any]) -> str:
    """Return in a line the parameters that differ from an engine's own."""
    engine = all_engines().get(slug)
    chosen = chosen_params(engine, params) if engine else params
    return ", ".join(f"{name} {value}" for name, value in chosen.items() if value not in (None, ""))


def pin_words(job: TryOnJob) -> str:
    """Say what pinning this job's engine would do; nothing if it has no garment any more."""
    labels = dict(Garment.Category.choices)
    names = ", ".join(str(labels[category]).lower() for category in categories_of(job))
    return translated("Use this for all: %(categories)s") % {"categories": names} if names else ""


class PinsEngines(TryOnModelAdmin[TryOnJob]):
    """What the jobs' admin gains: an action that pins a job's engine."""

    @admin.action(description=_("Pin engine and parameters"), permissions=["launch"])
    def pin_engine(self, request: HttpRequest, queryset: models.QuerySet[TryOnJob]) -> None:
        """Have launches take this engine, with these parameters, for garments like these."""
        history = translated("Pinned its engine.")
        self.perform(
            request, queryset, partial(_pin, by=request.user), told=PINNED, history=history
        )


def _pin(job: TryOnJob, *, by: Any) -> None:
    categories = categories_of(job)
    if not categories:
        raise LaunchRefused(translated("Its garments were deleted."))
    for category in categories:
        pin(category, job.engine, job.params, by=by)


class PinAdmin(TryOnModelAdmin[Pin]):
    """What is pinned, for whoever may launch."""

    list_display = ["category", "engine_title", "params_said", "set_by", "set_at"]
    list_select_related = ["set_by"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Have pins made where a result can be seen."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let nobody type parameters here."""
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let whoever may launch see what is taken."""
        return super().has_view_permission(request, obj) or has_launch_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let whoever may pin take a pin off."""
        return has_launch_permission(request)

    @admin.display(description=_("engine"), ordering="engine")
    def engine_title(self, pin: Pin) -> str:
        """Return the engine's name, also of one that is not offered any more."""
        engine = all_engines().get(pin.engine)
        return (
            engine.title if engine else translated("%(slug)s (not offered)") % {"slug": pin.engine}
        )

    @admin.display(description=_("parameters"))
    def params_said(self, pin: Pin) -> str:
        """Return the parameters in a line."""
        return params_words(pin.engine, pin.params)
