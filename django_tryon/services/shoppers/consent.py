"""Consent: the words a shopper agrees to before a photo leaves, or the shop shows a picture.

And the proof that they did. Each kind has words and a version of its own.
"""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from django_tryon.conf import conf
from django_tryon.exceptions import LaunchRefused
from django_tryon.models import Consent, Shopper, TryOnResult
from django_tryon.services.shoppers.address import UNKNOWN
from django_tryon.services.shoppers.allowance import hash_of_address

Kind = Consent.Kind

SHIPPED = frozenset({"en", "de", "fr", "es"})
"""The languages that the words of this app come in."""


def version(kind: str = Kind.PHOTO) -> str:
    """Return the version of the words that are shown now."""
    versions = {Kind.OFFER: conf.OFFER_VERSION, Kind.CLIP: conf.CLIP_CONSENT_VERSION}
    return versions.get(Kind(kind), conf.CONSENT_VERSION)


def text(kind: str = Kind.PHOTO) -> str:
    """Return the words of the consent box, in the present language."""
    if kind == Kind.OFFER:
        return _offer_text()
    return _filled_in(_clip_text() if kind == Kind.CLIP else _photo_text())


def _offer_text() -> str:
    return str(conf.OFFER_TEXT) or _(
        "I am an adult, this picture shows me, and I agree that the shop shows it to everybody on "
        "the pages of the products that I wear in it. It is shown without my name and without my "
        "photo. I can take this back at any time under “My try-ons”; the picture then goes from "
        "these pages at once."
    )


def _photo_text() -> str:
    return str(conf.CONSENT_TEXT) or _(
        "I am an adult, this is a photo of me, and I agree that it is sent to {provider} to make "
        "the try-on picture. The photo is deleted here within {photo_hours} hours, the picture "
        "within {result_days} days, and I can delete both at any time."
    )


def _clip_text() -> str:
    return str(conf.CLIP_CONSENT_TEXT) or _(
        "I am an adult, this clip shows me and nobody else, and I agree that it and its first "
        "frame are sent to {provider} to make the try-on picture and, once I have said yes to "
        "that, the try-on clip. My clip is deleted here within {photo_hours} hours, what is made "
        "of it within {result_days} days, and I can delete both at any time."
    )


def _filled_in(words: str) -> str:
    # Not by `format`: any other brace in the shop's words is a brace.
    for name, value in (
        ("provider", conf.PROVIDER_NAME),
        ("photo_hours", round(conf.PHOTO_LIFETIME.total_seconds() / 3600)),
        ("result_days", conf.RESULT_LIFETIME.days),
    ):
        words = words.replace(f"{{{name}}}", str(value))
    return words


def digest(kind: str = Kind.PHOTO) -> str:
    """Return the hash by which a consent says to which words it was given."""
    return hashlib.sha256(text(kind).encode()).hexdigest()


def text_of(given: Consent) -> str | None:
    """Return the words that the shopper agreed to; None where they are no longer the same."""
    if given.version != version(given.kind):
        return None
    return words_of(given.text_hash, given.kind)


def words_of(text_hash: str, kind: str = Kind.PHOTO) -> str | None:
    """Return the words that this hash is of, as they are now in one of the languages, or None."""
    tried = [get_language(), *(code for code, _name in settings.LANGUAGES if code in SHIPPED)]
    for language in tried:
        with override(language):
            if digest(kind) == text_hash:
                return text(kind)
    return None


def check(given: str, text_hash: str = "", kind: str = Kind.PHOTO) -> None:
    """Raise LaunchRefused if there is no agreement, or one to words that have changed since.

    ``given`` is the version that was agreed to, ``text_hash`` of the words that were shown.
    """
    if not given:
        raise LaunchRefused(
            _unticked(kind),
            code="consent_missing",
            field="consent",
        )
    if given != version(kind) or (text_hash and words_of(text_hash, kind) is None):
        raise LaunchRefused(
            _("The text has changed. Please read it again and tick the box."),
            code="consent_outdated",
            field="consent",
        )


def check_given(given: Consent | None) -> None:
    """Raise LaunchRefused if what was given with a photo or clip counts no more: no box helps."""
    if given is None:
        check("")
    elif given.version != version(given.kind):
        raise LaunchRefused(
            _("The words that you agreed to have changed. Please send your photo or clip again."),
            code="consent_outdated",
            field="consent",
        )


def _unticked(kind: str) -> str:
    if kind == Kind.OFFER:
        return _("Please tick the box first: without your consent the shop shows nothing of yours.")
    if kind == Kind.CLIP:
        return _("Please tick the box first: without your consent no clip is sent.")
    return _("Please tick the box first: without your consent no photo is sent.")


def record(
    shopper: Shopper,
    *,
    version: str,
    text_hash: str = "",
    address: str = "",
    kind: str = Kind.PHOTO,
    result: TryOnResult | None = None,
) -> Consent:
    """Keep that the shopper agreed to this version of the words. Raises as ``check`` does.

    ``text_hash`` is of the words that were shown; without it they are those of this request.
    ``result`` is the picture that an offer is of.
    """
    check(version, text_hash, kind)
    return Consent.objects.create(
        shopper=shopper,
        kind=kind,
        result=result,
        version=version,
        text_hash=text_hash or digest(kind),
        address_hash=hash_of_address(address) if address not in {"", UNKNOWN} else "",
    )
