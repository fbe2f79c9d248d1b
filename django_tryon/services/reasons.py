"""Why a try-on did not come about, in words for the shopper, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from django_tryon.models import Status, TryOnJob
from django_tryon.services.allowance import cost_nothing

Next = Literal["again", "photo", "other"]
"""``again``: the same once more. ``photo``: another photo. ``other``: another garment."""


@dataclass(frozen=True)
class Reason:
    """Why there is no result."""

    why: str
    then: str
    """The best next step, in a sentence."""
    next: Next
    was_free: bool
    """Whether nothing was paid for it, so that it does not count."""


Told = tuple[str, str, Next]
LATER: Told = (
    gettext_noop("The try-on service could not take it at the moment."),
    gettext_noop("Please try again in a few minutes."),
    "again",
)
LOST: Told = (
    gettext_noop("The picture got lost on its way to us."),
    gettext_noop("Please try again."),
    "again",
)
UNREADABLE: Told = (
    gettext_noop("The try-on service could not work with this photo."),
    gettext_noop("Another photo helps most: one person, from head to feet, in good light."),
    "photo",
)
CANCELLED: Told = (
    gettext_noop("You cancelled this try-on."),
    gettext_noop("You can start it again at any time."),
    "again",
)
GARMENT_GONE: Told = (
    gettext_noop("This garment is no longer offered."),
    gettext_noop("Choose another one."),
    "other",
)

REASONS: dict[str, Told] = {
    "cancelled": CANCELLED,
    "erased": CANCELLED,
    "person_gone": (
        gettext_noop("The photo was deleted before the try-on began."),
        gettext_noop("Choose another photo, or a model."),
        "photo",
    ),
    "garment_gone": GARMENT_GONE,
    "no_garment_image": GARMENT_GONE,
    "content_blocked": (
        gettext_noop("The try-on service does not accept this photo or garment."),
        gettext_noop("Another photo helps most: everyday clothes, one adult, nobody else in it."),
        "photo",
    ),
    "invalid_input": UNREADABLE,
    "failed_at_provider": UNREADABLE,
    "rejected_value": UNREADABLE,
    "output_refused": LOST,
    "not_an_image": LOST,
    "download_failed": LOST,
    "expired": LOST,
}
"""By the job's error code; whatever is not here is nothing that the shopper can mend."""


def reason_for(job: TryOnJob) -> Reason | None:
    """Return why a job has no result; None for one that goes on, or that has one.

    The words of the provider, and those meant for staff, are not for shoppers.
    """
    if job.status == Status.UNCERTAIN:
        why, then, step = LOST
    elif job.status in {Status.FAILED, Status.EXPIRED, Status.CANCELLED}:
        why, then, step = REASONS.get(job.error_code, LATER)
    else:
        return None
    return Reason(_(why), _(then), step, cost_nothing(job))
