"""Coloured words for a job's status and a result's review, in the colours of Django's admin."""

from __future__ import annotations

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from django_tryon.engines import all_engines
from django_tryon.models import Status, TryOnJob, TryOnResult
from django_tryon.models.transitions import FINISHED

NOTHING = "-"
"""What stands where nothing is known, as everywhere in Django's admin."""

TONES: dict[str, str] = {
    Status.QUEUED: "quiet",
    Status.SUBMITTING: "busy",
    Status.RUNNING: "busy",
    Status.FETCHING: "busy",
    Status.SUCCEEDED: "good",
    Status.FAILED: "bad",
    Status.CANCELLED: "quiet",
    Status.EXPIRED: "bad",
    Status.UNCERTAIN: "odd",
    TryOnResult.Review.PENDING: "quiet",
    TryOnResult.Review.APPROVED: "good",
    TryOnResult.Review.REJECTED: "bad",
}


def label(text: object, tone: str) -> SafeString:
    """Return a word on a coloured ground."""
    return format_html('<span class="tryon-label tryon-label--{}">{}</span>', tone, text)


def status_label(job: TryOnJob) -> SafeString:
    """Return the job's status."""
    return label(job.get_status_display(), TONES[job.status])


def review_label(result: TryOnResult) -> SafeString:
    """Return what was said of a result, or that it is published."""
    if result.published_at is not None:
        return label(_("Published"), "good")
    return label(result.get_review_display(), TONES[result.review])


def engine_title(slug: str) -> str:
    """Return an engine's name for people; the slug itself for one that is no longer used."""
    engine = all_engines().get(slug)
    return engine.title if engine else slug


def seconds(value: float | None) -> str:
    """Return a duration in words, or a dash if it is not known."""
    if value is None:
        return NOTHING
    whole = round(value)
    if whole < 100:
        return _("%(count)d s") % {"count": whole}
    return _("%(count)d min") % {"count": round(whole / 60)}


def dollars(value: Decimal | None) -> str:
    """Return US dollars, to the cent; a tenth of a cent where it is less than one dollar."""
    if value is None:
        return NOTHING
    step = Decimal("0.01") if value >= 1 else Decimal("0.001")
    return f"${number_format(value.quantize(step, ROUND_HALF_UP), use_l10n=True)}"


def cost_of(job: TryOnJob) -> str:
    """Return what a job cost, or about what it will; unknown is a dash and not nothing."""
    if job.cost is not None:
        return dollars(job.cost)
    ended_badly = job.status in FINISHED and job.status != Status.SUCCEEDED
    if job.estimated_cost is not None and not ended_badly:
        return _("about %(amount)s") % {"amount": dollars(job.estimated_cost)}
    return NOTHING


def moment(at: datetime | None) -> str:
    """Return date and time in the short form of the language."""
    return NOTHING if at is None else date_format(localtime(at), "SHORT_DATETIME_FORMAT")


def two_lines(first: object, second: object) -> SafeString:
    """Return two texts one under the other, the second one quieter."""
    return format_html(
        '<span class="tryon-first">{}</span><span class="tryon-quiet tryon-below">{}</span>',
        first,
        second,
    )


def by_whom(at: datetime | None, user: object) -> str:
    """Return when something was done, and by whom; a dash if it was not."""
    if at is None:
        return NOTHING
    when = moment(at)
    return _("%(when)s by %(user)s") % {"when": when, "user": user} if user else when


def size(width: int | None, height: int | None) -> str:
    """Return width and height in pixels."""
    return f"{width} \N{MULTIPLICATION SIGN} {height}" if width and height else NOTHING
