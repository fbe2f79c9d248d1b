"""Wake the workers, once what they shall see is committed."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from importlib import import_module

from django.db import transaction
from django.utils import timezone

from django_tryon.conf import conf
from django_tryon.services.schedule import on_grid


def wake(at: datetime | None = None) -> None:
    """Have the runner drive the due jobs at that moment (now, if none is given).

    A wake-up may be lost, late or repeated: the rows decide what is done.
    """
    transaction.on_commit(partial(_ring, at))


def _ring(at: datetime | None) -> None:
    now = timezone.now()
    import_module(conf.RUNNER).wake(now if at is None or at <= now else on_grid(at))
