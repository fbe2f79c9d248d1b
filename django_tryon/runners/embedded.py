"""No broker: ``manage.py tryon_worker`` looks at the rows by itself, so nobody need wake it."""

from __future__ import annotations

from datetime import datetime


def wake(at: datetime) -> None:
    """Do nothing."""
