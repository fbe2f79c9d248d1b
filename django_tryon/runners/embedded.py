"""No broker: ``manage.py tryon_worker`` looks at the rows by itself, so nobody need wake it."""

from __future__ import annotations

from datetime import datetime

START = SWEEP = "python manage.py tryon_worker"
IS_SWEPT = True


def wake(at: datetime) -> None:
    """Do nothing."""
