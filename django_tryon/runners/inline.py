"""For tests: the whole way of a job at once, in the process that launched it."""

from __future__ import annotations

import threading
from datetime import datetime

from django.utils.module_loading import import_string

_driving = threading.local()


def wake(at: datetime) -> None:
    """Drive until nothing is left to do, without waiting for due times."""
    if getattr(_driving, "now", False):  # the drive wakes, too
        return
    _driving.now = True
    try:
        # By name, as the wake-up of a worker would be: runners know nothing of services.
        import_string("django_tryon.services.drive_until_idle")()
    finally:
        _driving.now = False
