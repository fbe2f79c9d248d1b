"""Coloured words for a job's status and a result's review, in the colours of Django's admin."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from django_tryon.models import Status, TryOnJob, TryOnResult
from django_tryon.services.outfits.seen import status_of

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
    """Return the job's status: of an outfit that waits for its steps, what they do."""
    status = status_of(job)
    return label(status.label, TONES[status])


def review_label(result: TryOnResult) -> SafeString:
    """Return what was said of a result, or that it is published, or will be."""
    if result.published_at is not None:
        return label(_("Published"), "good")
    said = label(result.get_review_display(), TONES[result.review])
    there = getattr(result, "appointment", None)
    if there is not None:
        failed, waits = label(_("Not published"), "bad"), label(_("Scheduled"), "busy")
        said = failed if there.is_given_up else waits
    if result.offered_at is None:
        return said
    return format_html("{} {}", said, label(_("Offered"), "odd"))
