"""Whose pictures staff may see: house models' always, shoppers' only with a permission."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _

from django_tryon.models import Person, TryOnJob, TryOnResult


def may_see_shoppers(request: HttpRequest) -> bool:
    """Tell whether this member of staff may see pictures of shoppers."""
    return request.user.has_perm("django_tryon.view_shopper_pictures")


def may_see_money(request: HttpRequest) -> bool:
    """Tell whether this member of staff may know what try-ons cost: whoever spends it, too."""
    return request.user.has_perm("django_tryon.view_money") or request.user.has_perm(
        "django_tryon.launch_tryonjob"
    )


def is_of_shopper(person: Person | None) -> bool:
    """Tell whether a picture shows a shopper; where the person is gone, nobody can rule it out."""
    return person is None or not person.is_house_model


def shows_shopper(result: TryOnResult) -> bool:
    """Tell whether a result shows a shopper. What is published is for everybody to see."""
    return result.published_at is None and is_of_shopper(result.job.person)


def of_house_models() -> Q:
    """Return the results that any member of staff may see."""
    return Q(job__person__is_house_model=True) | Q(published_at__isnull=False)


def may_see(request: HttpRequest, job: TryOnJob) -> bool:
    """Tell whether this member of staff may see the pictures of a job."""
    return not is_of_shopper(job.person) or may_see_shoppers(request)


def note_look_at(request: HttpRequest, result: TryOnResult) -> None:
    """Note that a result was opened, where that shows a shopper's picture.

    Of one that its shopper lets the shop show that is the photo it was made from.
    """
    photo = result.job.person is not None and may_see_shoppers(request)
    if shows_shopper(result) or (photo and is_of_shopper(result.job.person)):
        note_look(request, result)


def note_look(request: HttpRequest, seen: models.Model) -> None:
    """Write into the object's history that somebody looked at a shopper's picture."""
    log: Any = LogEntry.objects
    log.log_actions(request.user.pk, [seen], CHANGE, _("Looked at the shopper's picture."))
