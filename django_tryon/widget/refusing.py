"""Refuse: what a page says of a try-on that was refused."""

from __future__ import annotations

from django.utils.translation import gettext as _

from django_tryon import logs
from django_tryon.exceptions import LaunchRefused

FOR_THE_SHOPPER = {
    *("not_found", "consent_missing", "consent_outdated", "person_gone"),
    *("garments_clash", "no_clips", "wrong_person_kind", "empty_frame", "no_previous_result"),
    "poor_photo",
}
"""Refusals whose words help a shopper; others speak of settings, and are logged."""
LATER = 600
"""Seconds."""


def is_for_the_shopper(error: LaunchRefused) -> bool:
    """Tell whether a shopper understands a refusal, and can do something about it."""
    return error.code in FOR_THE_SHOPPER


def logged(error: LaunchRefused) -> str:
    """Log a refusal whose words are for staff, and return those for the shopper."""
    logs.error(
        "launch.refused",
        "a shopper's try-on was refused (%s): %s",
        error.code,
        error.message,  # ours, about the settings
    )
    return _("Try-on is not available at the moment. Please try again later.")
