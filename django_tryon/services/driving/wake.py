"""Wake the workers, once what they shall see is committed."""

from __future__ import annotations

from datetime import datetime
from importlib import import_module

from django.db import transaction
from django.utils import timezone

from django_tryon import logs
from django_tryon.conf import conf
from django_tryon.services.driving.schedule import on_grid


def wake(at: datetime | None = None) -> None:
    """Have the runner drive the due jobs at that moment (now, if none is given).

    A wake-up may be lost, late or repeated: the rows decide what is done.
    """
    transaction.on_commit(lambda: _ring(at))


def _ring(at: datetime | None) -> None:
    now = timezone.now()
    try:
        import_module(conf.RUNNER).wake(now if at is None or at <= now else on_grid(at))
    except Exception as error:
        # What was launched is safe in its row, and the next sweep finds it. The error itself stays
        # out of the log: a broker's may hold its password.
        logs.error("wake.failed", "the workers could not be woken", error=error)
