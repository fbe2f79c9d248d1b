"""Forget: a shopper deletes one photo or one result of theirs now."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from django_tryon.exceptions import WrongState
from django_tryon.models import Person, TryOnJob, TryOnResult
from django_tryon.services.shoppers.withdraw import withdraw, withdraw_all


def forget_photo(person: Person) -> None:
    """Delete a photo, file and row; a job that has not sent it yet ends at no cost.

    What was made of it, and offered to the shop, is taken back.
    """
    withdraw_all(TryOnResult.objects.filter(job__person=person))
    TryOnJob.objects.filter(person=person).update(updated_at=timezone.now())
    person.delete()


def forget_result(result: TryOnResult) -> None:
    """Delete a result, files and row; one that was offered is taken back before.

    Raises WrongState for one of a house model that the shop has published.
    """
    withdraw(result)
    if drop(result, published_at=None):
        if result.job.previous_id is not None:
            for step in TryOnResult.objects.filter(job__outfit=result.job_id):
                step.delete()
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
