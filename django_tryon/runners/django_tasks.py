"""Django's tasks, with any back end: ``django.tasks`` of Django 6, ``django_tasks`` on Django 5.2.

A back end that cannot hold a task for later is sent none: whoever keeps the watch then stays for
all that is due within the hour, and the sweep finds the rest.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.module_loading import import_string

from django_tryon.conf import conf
from django_tryon.exceptions import MissingExtra
from django_tryon.runners import bell

try:
    from django.tasks import task
except ImportError:
    try:
        from django_tasks import task  # type: ignore[no-redef, unused-ignore]
    except ImportError as error:  # pragma: no cover - seen by the job that installs no extra
        raise MissingExtra("The runner for Django's tasks", "django-tasks") from error

STAYS = timedelta(hours=1)
"""How far ahead one looks where the back end cannot be told to call later."""
START = "python manage.py db_worker (or whatever runs the tasks of your back end)"
SWEEP = "python manage.py tryon_sweep, every minute by cron"

NOT_FOR_SHOPS = {
    "ImmediateBackend": "The back end of TASKS does everything at once: who launches a try-on "
    "waits until it is done.",
    "DummyBackend": "The back end of TASKS does nothing: no try-on will ever begin.",
}
"""Back ends of Django's own that are for tests and development."""


@task(**conf.TASK_OPTIONS)  # type: ignore[untyped-decorator, unused-ignore]
def drive(at: str | None = None) -> int:
    """Do whatever is due, and keep the watch while more is due soon.

    ``at``: the moment for which this wake-up was asked.
    """
    bell.rang(at)
    # By name, as Celery's would be: runners know nothing of services.
    attend = import_string("django_tryon.services.attend")
    claimed: int = attend() if can_wait() else attend(soon=STAYS)
    return claimed


def can_wait() -> bool:
    """Tell whether the back end can be sent a task for later."""
    return bool(drive.get_backend().supports_defer)


def wake(at: datetime) -> None:
    """Enqueue a task for that moment, unless one is on its way that comes early enough."""
    bell.ring(at, _send)


def _send(at: datetime, run_after: datetime | None) -> bool:
    if run_after is not None and not can_wait():
        return False
    drive.using(run_after=run_after).enqueue(at=at.isoformat())
    return True


def advice() -> tuple[str, str] | None:
    """Return what is wanting in the back end, and what to do; None if nothing is."""
    says = NOT_FOR_SHOPS.get(type(drive.get_backend()).__name__)
    if says is None:
        return None
    return says, "Set TASKS to a back end with workers, such as django_tasks_db.DatabaseBackend."
