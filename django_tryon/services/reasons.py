"""Why a try-on did not come about, in words for the shopper, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from django_tryon.engines import all_engines
from django_tryon.models import Status, TryOnJob
from django_tryon.services.outfits.seen import status_of
from django_tryon.services.shoppers.allowance import cost_nothing

Next = Literal["again", "photo", "other", "engine", "wait"]
"""``again``: the same once more. ``photo``: another photo. ``other``: another garment. ``engine``:
the same by another engine, where one is offered. ``wait``: nothing."""


@dataclass(frozen=True)
class Reason:
    """Why there is no result."""

    why: str
    then: str
    """The best next step, in a sentence."""
    next: Next
    was_free: bool
    """Whether nothing was paid for it, so that it does not count."""

    @property
    def words(self) -> str:
        """All of it."""
        return f"{self.why} {self.then}"


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
MAY_COME: Told = (
    gettext_noop("Your clip may still come: the shop looks into it."),
    gettext_noop("Nothing has to be done."),
    "wait",
)
UNREADABLE: Told = (
    gettext_noop("The try-on service could not work with this photo."),
    gettext_noop("Another photo helps most: one person, from head to feet, in good light."),
    "photo",
)
NOT_THIS_MODEL: Told = (
    gettext_noop("It did not work with this model."),
    gettext_noop("Please choose another model, or your own photo."),
    "photo",
)
SHUT: Told = (
    gettext_noop("Try-on is not available in this shop at the moment."),
    gettext_noop("Please come back later."),
    "again",
)
CANCELLED: Told = (
    gettext_noop("You cancelled this try-on."),
    gettext_noop("You can start it again at any time."),
    "again",
)
PHOTO_GONE: Told = (
    gettext_noop("The photo was deleted before the try-on began."),
    gettext_noop("Choose another photo, or a model."),
    "photo",
)
BLOCKED: Told = (
    gettext_noop("The try-on service does not accept this photo or garment."),
    gettext_noop("Another photo helps most: everyday clothes, one adult, nobody else in it."),
    "photo",
)
GARMENT_GONE: Told = (
    gettext_noop("This garment is no longer offered."),
    gettext_noop("Choose another one."),
    "other",
)
UNWEARABLE: Told = (
    gettext_noop("This garment cannot be tried on."),
    gettext_noop("Choose another one."),
    "other",
)
ELSEWHERE: Told = (
    gettext_noop("It could not be done this way."),
    gettext_noop("Please try another way."),
    "engine",
)

CODES: dict[Told, tuple[str, ...]] = {
    CANCELLED: ("cancelled", "erased"),
    PHOTO_GONE: ("person_gone",),
    GARMENT_GONE: ("garment_gone", "no_garment_image"),
    UNWEARABLE: ("category_not_possible", "no_description"),
    BLOCKED: ("content_blocked",),
    UNREADABLE: ("invalid_input", "failed_at_provider", "rejected_value"),
    LATER: (
        *("error", "provider_error", "previous_failed", "previous_gone"),
        *("unreachable", "rate_limited", "unavailable", "busy", "interrupted", "not_uploaded"),
    ),
    # What only the shop can mend: its account, its settings, its choice of engines.
    SHUT: (
        *("no_credits", "spend_limit", "bad_key", "forbidden", "engine_retired"),
        *("wrong_method", "wrong_content_type", "redirected", "refused_by_provider", "refused"),
        *("misconfigured", "bad_address", "asset_store", "inputs_unreachable"),
        *("unknown_engine", "unknown_product", "unservable_picture"),
        *("invalid_parameter", "unknown_parameter", "no_reference"),
    ),
    LOST: (
        *("answer_lost", "worker_died", "internal_error", "repeated_id", "given_up"),
        *("not_found", "request_gone", "unexpected_reply", "expired"),
        *("output_refused", "output_host", "output_redirects", "output_too_big"),
        *("not_an_image", "not_a_video", "too_many_bytes", "too_many_pixels"),
        *("download_failed", "not_stored"),
    ),
}
OF_THE_ENGINE = frozenset(
    {
        *("engine_retired", "unknown_engine", "no_reference"),
        *("invalid_parameter", "unknown_parameter"),
        "failed_at_provider",  # which says no more: that it was the photo is likely, not certain
    }
)
"""What may be the fault of this engine alone, though another step may be the best."""
REASONS: dict[str, Told] = {code: told for told, codes in CODES.items() for code in codes}
"""By the job's error code. One that an engine of the shop's own makes up is told as ``LATER``."""


def reason_for(job: TryOnJob, *, has_others: bool = False) -> Reason | None:
    """Return why a job has no result; None for one that goes on, or that has one.

    The words of the provider, and those meant for staff, are not for shoppers. ``has_others`` says
    that another engine is offered, which is then the best step where the same once more is not.
    """
    told = _told(job)
    if told is None:
        return None
    if told == UNREADABLE and job.person is not None and job.person.shopper_id is None:
        told = ELSEWHERE if has_others else NOT_THIS_MODEL  # the photo is not the shopper's
    is_stuck = told in {SHUT, UNWEARABLE}
    why, then, step = ELSEWHERE if has_others and is_stuck else told
    return Reason(_(why), _(then), step, all(map(cost_nothing, (job, *job.steps))))


def words_for(code: str) -> str:
    """Return for an error code what a shopper is told, and what to do next."""
    why, then, _next = REASONS.get(code, LATER)
    return f"{_(why)} {_(then)}"


def may_go_elsewhere(job: TryOnJob) -> bool:
    """Tell whether a job came to nothing by what another engine may do better."""
    return _told(job) in {LATER, LOST, UNWEARABLE} or job.error_code in OF_THE_ENGINE


def _told(job: TryOnJob) -> Told | None:
    if status_of(job) == Status.UNCERTAIN:
        # A clip may have been paid for, and is never made twice.
        engine = all_engines().get(job.engine)
        return MAY_COME if engine is not None and engine.needs_reference else LOST
    if job.status in {Status.FAILED, Status.EXPIRED, Status.CANCELLED}:
        return REASONS.get(job.error_code, LATER)
    return None
