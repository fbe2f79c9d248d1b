"""Take a shopper's photo: agreed to, counted, verified, and with a day on which it goes."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from django_tryon import photos
from django_tryon.conf import conf
from django_tryon.models import Person, Shopper
from django_tryon.services import allowance, consent


def take_photo(shopper: Shopper, file: Any, *, version: str, address: str = "") -> Person:
    """Keep a shopper's photo and the consent to it.

    Raises LaunchRefused without consent or quota, UploadRefused for a file that cannot be used;
    then nothing was kept.
    """
    with transaction.atomic():
        agreed = consent.record(shopper, version=version, address=address)
        allowance.take(allowance.uploads(shopper, address))
        photo = photos.normalise_photo(file)
        return Person.objects.create(
            kind=Person.Kind.PHOTO,
            photo=photo.content_file("photo"),
            shopper=shopper,
            consent=agreed,
            delete_at=timezone.now() + conf.PHOTO_LIFETIME,
        )
