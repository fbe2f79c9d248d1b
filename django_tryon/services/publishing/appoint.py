"""Appoint: have a result published, or taken off again, at a moment to come."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from django_tryon.exceptions import WrongState
from django_tryon.models import Appointment, TryOnResult
from django_tryon.services.review import approve, decided


def check_times(at: datetime, until: datetime | None) -> None:
    """Raise WrongState for a result that would go before it comes."""
    if until is not None and until <= at:
        raise WrongState(
            _("It would have to go before it is published: choose a later end."), code="no_time"
        )


def publish_later(
    result: TryOnResult,
    *,
    by: Any,
    seen: str | None,
    to: str | None,
    alt: str,
    position: int | None,
    at: datetime,
    until: datetime | None,
) -> TryOnResult:
    """Approve a result and appoint when it is published; a new appointment replaces the old one.

    Raises WrongState for one that is published already.
    """
    check_times(at, until)
    with transaction.atomic():
        lock(result)
        if result.published_at is not None:
            raise WrongState(decided(result), code="already_decided")
        approve_as_seen(result, by, seen)
        Appointment.objects.update_or_create(
            result=result,
            defaults={
                "publish_at": at,
                "unpublish_at": until,
                "to": to or "",
                "alt": alt,
                "position": position,
                "by": by,
                "due_at": at,
                "attempts": 0,
                "why": "",
            },
        )
    result.refresh_from_db()  # and forget the appointment that it may remember
    return result


def unpublish_later(result: TryOnResult, until: datetime, by: Any) -> None:
    """Appoint when a published result is taken off again."""
    Appointment.objects.create(result=result, unpublish_at=until, due_at=until, by=by)


def unschedule(result: TryOnResult, *, by: Any = None) -> TryOnResult:
    """Have nothing more happen to a result by itself; it stays approved, or published.

    Raises WrongState if nothing was to happen.
    """
    gone, _each = Appointment.objects.filter(result=result).delete()
    result.refresh_from_db()
    if not gone:
        said = decided(result) if result.published_at else _("Nothing was to happen to it.")
        raise WrongState(said, code="no_appointment")
    return result


def lock(result: TryOnResult) -> None:
    """Have everybody else wait who would publish, review or unpublish this one, and read it.

    Call it inside a transaction. Raises WrongState for one that was deleted.
    """
    # An UPDATE and no SELECT … FOR UPDATE, which SQLite does not know.
    if not TryOnResult.objects.filter(pk=result.pk).update(held_by=None, held_until=None):
        raise WrongState(_("It was deleted meanwhile."), code="gone")
    result.refresh_from_db()


def approve_as_seen(result: TryOnResult, by: Any, seen: str | None) -> None:
    """Approve a result that is not; ``seen`` as in ``approve``."""
    if result.review != TryOnResult.Review.APPROVED:
        approve(result, by=by, seen=seen)
    elif seen not in (None, result.review):
        raise WrongState(decided(result), code="already_decided")
