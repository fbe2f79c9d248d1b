"""Consent: the words a shopper agrees to before a photo leaves, and the proof that they did."""

from __future__ import annotations

import hashlib

from django.utils.translation import gettext as _

from django_tryon.conf import conf
from django_tryon.exceptions import LaunchRefused
from django_tryon.models import Consent, Shopper
from django_tryon.services.allowance import hash_of_address


def text() -> str:
    """Return the words of the consent box, in the present language."""
    words = conf.CONSENT_TEXT or _(
        "I am an adult, this is a photo of me, and I agree that it is sent to {provider} to make "
        "the try-on picture. The photo is deleted here within {photo_hours} hours, the picture "
        "within {result_days} days, and I can delete both at any time."
    )
    return words.format(
        provider=conf.PROVIDER_NAME,
        photo_hours=round(conf.PHOTO_LIFETIME.total_seconds() / 3600),
        result_days=conf.RESULT_LIFETIME.days,
    )


def record(shopper: Shopper, *, version: str, address: str = "") -> Consent:
    """Keep that the shopper agreed to this version of the words.

    Raises LaunchRefused if there is no agreement, or one to words that have changed since.
    """
    if not version:
        raise LaunchRefused(
            _("Please tick the box first: without your consent no photo is sent."),
            code="consent_missing",
            field="consent",
        )
    if version != conf.CONSENT_VERSION:
        raise LaunchRefused(
            _("The text has changed. Please read it again and tick the box."),
            code="consent_outdated",
            field="consent",
        )
    return Consent.objects.create(
        shopper=shopper,
        version=version,
        text_hash=hashlib.sha256(text().encode()).hexdigest(),
        address_hash=hash_of_address(address) if address else "",
    )
