"""Durations, money, moments and sizes as staff read them."""

from __future__ import annotations

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from django_tryon.models import Status, TryOnJob
from django_tryon.models.transitions import FINISHED

NOTHING = "-"
"""What stands where nothing is known, as everywhere in Django's admin."""


def seconds(value: float | None) -> str:
    """Return a duration in words, or a dash if it is not known."""
    if value is None:
        return NOTHING
    whole = round(value)
    if whole < 100:
        return _("%(count)d s") % {"count": whole}
    minutes = round(whole / 60)
    if minutes < 100:
        return _("%(count)d min") % {"count": minutes}
    return _("%(count)d h") % {"count": round(minutes / 60)}


def dollars(value: Decimal | None) -> str:
    """Return US dollars, to the cent; a tenth of a cent where it is less than one dollar."""
    if value is None:
        return NOTHING
    step = Decimal("0.01") if value >= 1 else Decimal("0.001")
    return f"${number_format(value.quantize(step, ROUND_HALF_UP), use_l10n=True)}"


def cost_of(job: TryOnJob) -> str:
    """Return what a job cost, or about what it will; unknown is a dash and not nothing.

    An outfit costs what its steps cost, and the job that ends it; what was drawn again by itself
    costs both times.
    """
    besides = job.links.all() if job.outfit_id is None else ()
    known = [cost for each in (*besides, job) if (cost := _cost_of(each)) is not None]
    if not known:
        return NOTHING
    said = dollars(sum((cost for cost, _is_told in known), Decimal(0)))
    return said if all(is_told for _cost, is_told in known) else _about(said)


def _cost_of(job: TryOnJob) -> tuple[Decimal, bool] | None:
    """Return what one job cost or will, and whether the provider told; None if that is unknown."""
    if job.cost is not None:
        return job.cost, True
    ran = job.status == Status.CANCELLED and job.submitted_at is not None
    free = job.status in FINISHED and job.status != Status.SUCCEEDED and not ran
    return None if job.estimated_cost is None or free else (job.estimated_cost, False)


def _about(said: str) -> str:
    return _("about %(amount)s") % {"amount": said}


def is_paid_for(job: TryOnJob) -> bool:
    """Tell whether a job was cancelled when it ran already: the provider cannot stop it.

    An outfit ran when one of its steps did.
    """
    return job.status == Status.CANCELLED and any(
        each.status == Status.CANCELLED and each.submitted_at is not None
        for each in (*job.steps, job)
    )


def moment(at: datetime | None) -> str:
    """Return date and time in the short form of the language."""
    return NOTHING if at is None else date_format(localtime(at), "SHORT_DATETIME_FORMAT")


def size(width: int | None, height: int | None) -> str:
    """Return width and height in pixels."""
    return f"{width} \N{MULTIPLICATION SIGN} {height}" if width and height else NOTHING
