"""Consent: the words a shopper agrees to before a photo leaves, and the proof that they did."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from django_tryon.conf import conf
from django_tryon.exceptions import LaunchRefused
from django_tryon.models import Consent, Shopper
from django_tryon.services.shoppers.address import UNKNOWN
from django_tryon.services.shoppers.allowance import hash_of_address

SHIPPED = frozenset({"en", "de", "fr", "es"})
"""The languages that the words of this app come in."""


def text() -> str:
    """Return the words of the consent box, in the present language."""
    words = str(conf.CONSENT_TEXT) or _(
        "I am an adult, this is a photo of me, and I agree that it is sent to {provider} to make "
        "the try-on picture. The photo is deleted here within {photo_hours} hours, the picture "
        "within {result_days} days, and I can delete both at any time."
    )
    # Not by `format`: any other brace in the shop's words is a brace.
    for name, value in (
        ("provider", conf.PROVIDER_NAME),
        ("photo_hours", round(conf.PHOTO_LIFETIME.total_seconds() / 3600)),
        ("result_days", conf.RESULT_LIFETIME.days),
    ):
        words = words.replace(f"{{{name}}}", str(value))
    return words


def digest() -> str:
    """Return the hash by which a consent says to which words it was given."""
    return hashlib.sha256(text().encode()).hexdigest()


def text_of(given: Consent) -> str | None:
    """Return the words that the shopper agreed to; None where they are no longer the same."""
    if given.version != conf.CONSENT_VERSION:
        return None
    return words_of(given.text_hash)


def words_of(text_hash: str) -> str | None:
    """Return the words that this hash is of, as they are now in one of the languages, or None."""
    tried = [get_language(), *(code for code, _name in settings.LANGUAGES if code in SHIPPED)]
    for language in tried:
        with override(language):
            if digest() == text_hash:
                return text()
    return None


def check(version: str, text_hash: str = "") -> None:
    """Raise LaunchRefused if there is no agreement, or one to words that have changed since."""
    if not version:
        raise LaunchRefused(
            _("Please tick the box first: without your consent no photo is sent."),
            code="consent_missing",
            field="consent",
        )
    if version != conf.CONSENT_VERSION or (text_hash and words_of(text_hash) is None):
        raise LaunchRefused(
            _("The text has changed. Please read it again and tick the box."),
            code="consent_outdated",
            field="consent",
        )


def record(shopper: Shopper, *, version: str, text_hash: str = "", address: str = "") -> Consent:
    """Keep that the shopper agreed to this version of the words. Raises as ``check`` does.

    ``text_hash`` is of the words that were shown; without it they are those of this request.
    """
    check(version, text_hash)
    return Consent.objects.create(
        shopper=shopper,
        version=version,
        text_hash=text_hash or digest(),
        address_hash=hash_of_address(address) if address not in {"", UNKNOWN} else "",
    )
