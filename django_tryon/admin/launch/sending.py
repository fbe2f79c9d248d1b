"""Send a plan off: make its batch, launch what can be, and tell staff what became of the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from django.contrib import admin, messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from django_tryon.admin.launch.money import reused_words, waiting_words
from django_tryon.admin.launch.plan import Plan, Wish
from django_tryon.admin.launch.wishes import launched_later
from django_tryon.admin.shop_products import garment_title
from django_tryon.models import Batch, Garment
from django_tryon.services.orders.launches import launches

REASONS = 10
"""How many different reasons are told after a launch, the most frequent first."""


def send_off(
    request: HttpRequest,
    site: admin.AdminSite,
    filled_in: Mapping[str, Any],
    plan: Plan,
    made: Sequence[Garment],
) -> Batch | None:
    """Launch all that can be, and tell; None if that was nothing. Raises NothingLeft."""
    token, given = filled_in["batch"], filled_in["name"]
    # It has a name from the start: should this process die, staff know what it was about.
    name = given or _name(plan.wishes)
    later = 0
    try:
        with transaction.atomic():
            batch = Batch.objects.create(pk=token, name=name, created_by_id=request.user.pk)
            for garment in made:
                garment.save()
            if plan.is_large and not (later := launched_later(plan, batch)):
                transaction.set_rollback(True)
    except IntegrityError:  # the same button, pressed twice at the same moment
        return Batch.objects.get(pk=token)
    if plan.is_large:
        return _first_of(request, batch, later, plan) if later else None
    try:
        launched = plan.send(batch, request.user)
    finally:
        count = batch.jobs.count()  # a fault may have come after the job was written
        if not count:
            for garment in made:
                garment.delete()
            batch.delete()
    if not count:
        return None
    if launched and not given:
        batch.name = _name(launched)
        batch.save(update_fields=["name"])
    _tell(request, site, count, plan)
    return batch


def _first_of(request: HttpRequest, batch: Batch, count: int, plan: Plan) -> Batch:
    """Launch the first of what is written down; the workers go on with the others."""
    launches.do_due(timezone.now())
    said = _("%(count)d try-ons are in this batch. The workers launch them, bit by bit.")
    messages.success(request, said % {"count": count})
    _tell_left_out(request, plan)
    return batch


def _tell(request: HttpRequest, site: admin.AdminSite, launched: int, plan: Plan) -> None:
    """Say how many were launched, and why the others were not."""
    said = ngettext(
        "%(count)d try-on is launched.", "%(count)d try-ons are launched.", launched
    ) % {"count": launched}
    messages.success(request, said)
    if any(map(plan.dresser_of, plan.wishes)):
        messages.info(request, waiting_words(site.name))
    if plan.reused:
        messages.info(request, reused_words(plan.reused, site.name))
    _tell_left_out(request, plan)


def _tell_left_out(request: HttpRequest, plan: Plan) -> None:
    for reason, count in plan.reasons[:REASONS]:
        left_out = ngettext(
            "%(count)d was left out: %(reason)s", "%(count)d were left out: %(reason)s", count
        )
        messages.warning(request, left_out % {"count": count, "reason": reason})


def _name(wanted: Sequence[Wish]) -> str:
    """Return a name for a batch that was given none."""
    different = {id(garment): garment for wish in wanted for garment in wish.garments}
    titles = [garment_title(garment) for garment in islice(different.values(), 3)]
    shown = ", ".join(dict.fromkeys(titles)) + ("…" if len(different) > 3 else "")
    engines = ", ".join(dict.fromkeys(wish.engine.title for wish in wanted))
    return f"{shown} · {engines}"[:200]
