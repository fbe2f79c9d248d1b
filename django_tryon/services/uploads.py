"""Take a shopper's photo: agreed to, counted, verified, and with a day on which it goes."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from django_tryon.conf import conf
from django_tryon.models import Person, Shopper
from django_tryon.services import allowance, consent


def take_photo(shopper: Shopper, file: Any, *, version: str, address: str = "") -> Person:
    """Keep a shopper's photo and the consent to it.

    Raises LaunchRefused without consent or quota, UploadRefused for a file that cannot be used;
    then nothing was kept, but the attempt counts.
    """
    consent.check(version)
    with transaction.atomic():
        allowance.take(allowance.uploads(shopper, address))
    person = Person(
        kind=Person.Kind.PHOTO,
        photo=file,
        shopper=shopper,
        delete_at=timezone.now() + conf.PHOTO_LIFETIME,
    )
    field: Any = person.photo.field
    field.prepare(person)  # takes a while: no transaction is open meanwhile
    with transaction.atomic():
        person.consent = consent.record(shopper, version=version, address=address)
        person.save()
    return person
