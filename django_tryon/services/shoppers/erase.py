"""Erase: what is a shopper's goes; what remains counts, but stands for nobody."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Q
from django.db.models.signals import pre_delete
from django.utils import timezone

from django_tryon.models import (
    ClipUpload,
    Person,
    Repeat,
    Shopper,
    Status,
    Tally,
    TryOnJob,
    TryOnResult,
    WaitingClip,
)
from django_tryon.models.transitions import move
from django_tryon.services.outcome import tell
from django_tryon.services.shoppers.allowance import budgets_of
from django_tryon.services.shoppers.forget import drop
from django_tryon.services.shoppers.hold import wait_for
from django_tryon.services.shoppers.withdraw import withdraw_all


def erase(shopper: Shopper) -> None:
    """Delete a shopper's photos and results and anonymise their jobs. Safe to repeat.

    Jobs on their way are cancelled; one in the middle of its submit ends without keeping anything.
    What they offered goes from the shop's pages, too. What was published of a house model stays,
    but no longer stands for this shopper. From its first step on nothing more can be given or
    asked for in the shopper's name; whoever is just doing so is waited for, and theirs goes, too.
    """
    with transaction.atomic():
        shopper_rows = Shopper.objects.filter(pk=shopper.pk)
        shopper_rows.select_for_update().first()
        shopper_rows.filter(erased_at=None).update(erased_at=timezone.now(), user=None)
    for job in TryOnJob.objects.filter(shopper=shopper):
        if move(job, Status.CANCELLED, error_code="erased", error_message=""):
            tell(job)
    with transaction.atomic():
        wait_for(shopper.pk)
        _forget_counts(shopper)  # then: see ``in_order``
        results = TryOnResult.objects.filter(job__shopper=shopper)
        withdraw_all(results)
        for result in results.filter(published_at=None):
            drop(result, published_at=None)
        WaitingClip.objects.filter(shopper=shopper).delete()
        for upload in ClipUpload.objects.filter(shopper=shopper):
            upload.delete()
        for person in Person.objects.filter(shopper=shopper):
            person.delete()
        Repeat.objects.filter(shopper=shopper).delete()
        TryOnJob.objects.filter(shopper=shopper).update(
            shopper=None,
            requested_by=None,
            title="",
            notify="",
            notify_language="",
            idempotency_key=None,
            idempotency_hash=None,
            open_wish=None,
            wish="",
            outputs=[],
            erased_at=timezone.now(),
        )
        shopper.consents.update(address_hash="")


def _erase_first(sender: type[Shopper], instance: Shopper, **kwargs: Any) -> None:
    """With a shopper's row, or its user's account, all that is theirs goes."""
    kept = (model.objects.filter(shopper=instance) for model in (TryOnJob, Person, ClipUpload))
    if any(rows.exists() for rows in kept):
        erase(instance)


def _forget_counts(shopper: Shopper) -> None:
    """Delete what was counted of a shopper; a job gives back to the shop's budgets only."""
    Tally.objects.filter(
        Q(key__startswith=f"launch:{shopper.pk}:")
        | Q(key__startswith=f"upload:{shopper.pk}:")
        | Q(key__startswith=f"clip:{shopper.pk}:")
    ).delete()
    for job in TryOnJob.objects.filter(shopper=shopper).exclude(allowances=[]):
        TryOnJob.objects.filter(pk=job.pk).update(allowances=budgets_of(job))


pre_delete.connect(_erase_first, sender=Shopper, dispatch_uid="django_tryon.erase")
