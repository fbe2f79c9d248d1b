"""Erase: what is a shopper's goes; what remains counts, but stands for nobody."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from django_tryon.models import Person, Shopper, Status, TryOnJob, TryOnResult
from django_tryon.models.transitions import move
from django_tryon.services.outcome import tell


def erase(shopper: Shopper) -> None:
    """Delete a shopper's photos and results and anonymise their jobs. Safe to repeat.

    Jobs on their way are cancelled; one in the middle of its submit ends without keeping anything.
    What was published of a house model stays, but no longer stands for this shopper.
    """
    for job in TryOnJob.objects.filter(shopper=shopper):
        if move(job, Status.CANCELLED, error_code="erased", error_message=""):
            tell(job)
    with transaction.atomic():
        for result in TryOnResult.objects.filter(job__shopper=shopper, published_at=None):
            result.delete()
        for person in Person.objects.filter(shopper=shopper):
            person.delete()
        TryOnJob.objects.filter(shopper=shopper).update(
            shopper=None,
            requested_by=None,
            title="",
            notify="",
            idempotency_key=None,
            open_wish=None,
            wish="",
            outputs=[],
        )
        shopper.consents.update(address_hash="")
        Shopper.objects.filter(pk=shopper.pk, erased_at=None).update(
            erased_at=timezone.now(), user=None
        )
