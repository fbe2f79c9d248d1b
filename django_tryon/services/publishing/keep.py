"""Keep: do what was appointed, once, whoever and however many look."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from django_tryon import logs
from django_tryon.exceptions import NotPlaced, TryOnError
from django_tryon.models import Appointment
from django_tryon.services.publish import publish, unpublish

LOOKS_AT = 200
"""How many are looked up in one go."""
SECONDS = 5.0
"""How long one goes on with it: there are jobs to see to, and the next sweep comes soon."""
LEASE = timedelta(minutes=10)
"""How long a worker may keep an appointment that it took on."""
PATIENCE = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=20),
    timedelta(hours=1),
    timedelta(hours=4),
)
"""After how long it is tried again; after the last one it is left to staff."""


def keep_appointments(now: datetime) -> int:
    """Publish and unpublish what is due; return how many were taken on."""
    due = Appointment.objects.filter(due_at__lte=now).order_by("due_at", "pk")
    taken, ends = 0, time.monotonic() + SECONDS
    for appointment in due.select_related("result__job__person", "by")[:LOOKS_AT]:
        if time.monotonic() >= ends:
            break
        # Of several workers, the one whose UPDATE comes first has it.
        if _still(appointment).update(due_at=now + LEASE):
            appointment.due_at = now + LEASE
            taken += 1
            _keep(appointment, now)
    return taken


def _keep(appointment: Appointment, now: datetime) -> None:
    try:
        if appointment.publish_at is None:
            unpublish(appointment.result, by=appointment.by)
        else:
            publish(
                appointment.result,
                by=appointment.by,
                to=appointment.to or None,
                alt=appointment.alt,
                position=appointment.position,
                appointment=appointment,
            )
    except NotPlaced as error:
        _later(appointment, error.message, now)
    except TryOnError as error:  # waiting mends none of those
        _give_up(appointment, error.message)
    except Exception as error:  # a storage's, say
        logs.error("appointment.failed", "it was not kept", error=error, trace=True)
        said = _("It could not be done, because of a fault that was logged (%(error)s).")
        _later(appointment, said % {"error": type(error).__name__}, now)


def _later(appointment: Appointment, why: str, now: datetime) -> None:
    if appointment.attempts >= len(PATIENCE):
        _give_up(appointment, why)
        return
    wait = PATIENCE[appointment.attempts]
    _still(appointment).update(due_at=now + wait, attempts=appointment.attempts + 1, why=why[:500])


def _give_up(appointment: Appointment, why: str) -> None:
    _still(appointment).update(due_at=None, why=why[:500])


def _still(appointment: Appointment) -> QuerySet[Appointment]:
    """Return its row, unless somebody has changed it meanwhile."""
    return Appointment.objects.filter(pk=appointment.pk, due_at=appointment.due_at)
