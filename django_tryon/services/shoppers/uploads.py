"""Take a shopper's photo: agreed to, counted, verified, and with a day on which it goes."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from django_tryon.conf import conf
from django_tryon.exceptions import UploadRefused
from django_tryon.models import Person, Shopper
from django_tryon.models.deadlock import in_transaction
from django_tryon.services.shoppers import allowance, consent
from django_tryon.services.shoppers.hold import hold


def take_photo(
    shopper: Shopper, file: Any, *, version: str, text_hash: str = "", address: str = ""
) -> Person:
    """Keep a shopper's photo and the consent to it: its version, and the hash of what was shown.

    Raises LaunchRefused without consent or quota, UploadRefused for a file that cannot be used,
    TokenRefused if everything was erased meanwhile; then nothing was kept, but the attempt counts.
    """
    consent.check(version, text_hash)
    in_transaction(lambda: allowance.take(allowance.uploads(shopper, address)))
    person = Person(
        kind=Person.Kind.PHOTO,
        photo=file,
        shopper=shopper,
        delete_at=timezone.now() + conf.PHOTO_LIFETIME,
    )
    field: Any = person.photo.field
    person.look_at_photo()  # takes a while: no transaction is open meanwhile
    if why := person.why_not:
        raise UploadRefused(why, code="poor_photo")
    try:
        with transaction.atomic():
            hold(shopper)
            person.consent = consent.record(
                shopper, version=version, text_hash=text_hash, address=address
            )
            person.save()
    except BaseException:  # the commit may fail, too
        person.discard([field])
        raise
    return person
