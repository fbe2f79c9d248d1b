"""Celery: one message wakes a worker for all jobs that are due."""

from __future__ import annotations

from datetime import datetime

from django.apps import apps

from django_tryon.exceptions import MissingExtra
from django_tryon.runners.bell import ring

try:
    from celery import current_app
except ImportError as error:  # pragma: no cover - seen by the job that installs no extra
    raise MissingExtra("The Celery runner", "celery") from error

DRIVE, SWEEP_TASK = "django_tryon.drive", "django_tryon.sweep"
START = "celery -A <your project> worker"
SWEEP = "celery -A <your project> beat, with django_tryon.sweep in CELERY_BEAT_SCHEDULE"
IS_SWEPT = True


def wake(at: datetime) -> None:
    """Send a message for that moment, unless one is on its way that comes early enough."""
    ring(at, _send)


def _send(at: datetime, eta: datetime | None) -> None:
    current_app.send_task(DRIVE, kwargs={"at": at.isoformat()}, eta=eta)


def advice() -> tuple[str, str] | None:
    """Return what is wanting in the shop's Celery app, and what to do; None if nothing is."""
    planned = {entry.get("task") for entry in (current_app.conf.beat_schedule or {}).values()}
    # With django_celery_beat the schedule is in the database, where a system check has no business.
    if SWEEP_TASK in planned or apps.is_installed("django_celery_beat"):
        return None
    return (
        f"The beat schedule of Celery has no “{SWEEP_TASK}”. Should a message get lost, its jobs "
        "would wait for ever.",
        'Add "tryon-sweep": {"task": "django_tryon.sweep", "schedule": 60.0} to '
        "CELERY_BEAT_SCHEDULE, and run beat.",
    )


def trouble() -> str:
    """Return why no message can be sent; empty if the broker answers. Names no address."""
    try:
        with current_app.connection_for_write(connect_timeout=3) as connection:
            connection.ensure_connection(max_retries=1, timeout=3)
    except Exception as error:  # the broker's, of any kind; its words may hold the password
        return f"the broker does not answer ({type(error).__name__})"
    return ""
