"""Forget: a shopper deletes one photo or one result of theirs now."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from django_tryon.exceptions import WrongState
from django_tryon.models import Person, TryOnJob, TryOnResult


def forget_photo(person: Person) -> None:
    """Delete a photo, file and row; a job that has not sent it yet ends at no cost."""
    TryOnJob.objects.filter(person=person).update(updated_at=timezone.now())
    person.delete()


def forget_result(result: TryOnResult) -> None:
    """Delete a result, files and row. Raises WrongState for one that the shop has published."""
    if result.published_at is not None:
        raise WrongState(
            _("The shop shows this picture of its own model on the product's page."),
            code="published",
        )
    if result.job.previous_id is not None:
        for step in TryOnResult.objects.filter(job__outfit=result.job_id):
            step.delete()
    result.delete()
