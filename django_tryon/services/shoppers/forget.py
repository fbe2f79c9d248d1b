"""Forget: a shopper deletes one photo or one result of theirs now."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from django_tryon.exceptions import WrongState
from django_tryon.models import (
    ClipUpload,
    Person,
    Status,
    TryOnJob,
    TryOnResult,
    WaitingClip,
)
from django_tryon.models.transitions import move
from django_tryon.services.clips.decide import decide
from django_tryon.services.outcome import tell
from django_tryon.services.shoppers.hold import wait_for
from django_tryon.services.shoppers.withdraw import withdraw, withdraw_all


def forget_photo(person: Person) -> None:
    """Delete a photo, file and row; a job that has not sent it yet ends at no cost.

    What was made of it, and offered to the shop, is taken back.
    """
    withdraw_all(TryOnResult.objects.filter(job__person=person))
    TryOnJob.objects.filter(person=person).update(updated_at=timezone.now())
    person.delete()


def forget_upload(upload: ClipUpload) -> None:
    """Delete a clip that was sent, and whom it was prepared to."""
    with transaction.atomic():
        # A worker that is just done with it has come first, and named whom it shows, or finds no
        # row.
        wait_for(upload.shopper_id)
        row = ClipUpload.objects.filter(pk=upload.pk).first()
        person = row.person if row is not None else None
        if row is not None and person is None:
            row.delete()
    if person is not None:
        forget_photo(person)  # the row goes along


def forget_result(result: TryOnResult) -> None:
    """Delete a result, files and row; one that was offered is taken back before. No clip that
    waited for a yes to it is made any more.

    Raises WrongState for one of a house model that the shop has published.
    """
    withdraw(result)
    with transaction.atomic():
        wait_for(result.job.shopper_id)
        is_gone = drop(result, published_at=None)
    if is_gone:
        for waiting in WaitingClip.objects.filter(
            frame=result.job_id, state=WaitingClip.State.WAITING
        ):
            decide(waiting, WaitingClip.State.REJECTED, by=None)
        for second in TryOnJob.objects.filter(second_of=result.job_id):
            if move(second, Status.CANCELLED, error_code="erased", error_message=""):
                tell(second)
        # What it began from, and what it was drawn again as.
        for hidden in TryOnResult.objects.filter(job__outfit=result.job_id):
            hidden.delete()
    elif TryOnResult.objects.published().filter(pk=result.pk).exists():
        raise WrongState(
            _("The shop shows this picture of its own model on the product's page."),
            code="published",
        )


def drop(result: TryOnResult, **only_if: Any) -> bool:
    """Delete a result as it stands now, if it still is like this; False if it is not.

    Whoever is just publishing it has come first, or finds no row: a public copy that only the row
    names never outlives it.
    """
    with transaction.atomic():
        rows = TryOnResult.objects.select_for_update().filter(pk=result.pk, **only_if)
        found = rows.first()
        if found is not None:
            found.delete()
    return found is not None
