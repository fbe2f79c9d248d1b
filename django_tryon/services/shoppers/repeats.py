"""Repeats: a key stands for one body and one job, also where that job was there already."""

from __future__ import annotations

from django.utils.translation import gettext as _

from django_tryon.exceptions import KeyReused
from django_tryon.models import Repeat, Shopper, TryOnJob
from django_tryon.services.shoppers.allowance import digest


def remember(shopper: Shopper, key: str, body: str, job: TryOnJob) -> None:
    """Keep that this key joined a job; raises KeyReused if it stands for another body."""
    if not key or job.idempotency_key == key:
        return
    mine = {"shopper": shopper, "key_hash": digest(key)}
    repeat, _created = Repeat.objects.get_or_create(**mine, defaults={"body": body, "job": job})
    if repeat.body != body:  # another request with the same key came in the same moment
        raise reused()


def joined_by(shopper: Shopper, key: str) -> TryOnJob | None:
    """Return the job that this key joined, whatever it came with."""
    known = Repeat.objects.filter(shopper=shopper, key_hash=digest(key))
    repeat = known.select_related("job").first()
    return repeat.job if repeat is not None else None


def joined_with(shopper: Shopper, key: str, body: str) -> TryOnJob | None:
    """Return the job that this key joined; None for a key that joined none.

    Raises KeyReused if it came with another ``body``.
    """
    known = Repeat.objects.filter(shopper=shopper, key_hash=digest(key))
    repeat = known.select_related("job").first()
    if repeat is None:
        return None
    if repeat.body != body:
        raise reused()
    return repeat.job


def reused() -> KeyReused:
    """Return the refusal of a key that stands for another try-on."""
    return KeyReused(_("This Idempotency-Key was used for another try-on. Use a new one."))
