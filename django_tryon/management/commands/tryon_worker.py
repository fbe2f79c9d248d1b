"""Drive all jobs, with no broker at all."""

from __future__ import annotations

import signal
import threading
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from django_tryon import services
from django_tryon.models import TryOnJob
from django_tryon.models.transitions import next_due_at
from django_tryon.services.schedule import GRID
from django_tryon.signals import job_finished


class Command(BaseCommand):
    """The embedded worker."""

    help = "Drive all try-on jobs: submit, poll, fetch and store. Needs no broker."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options."""
        parser.add_argument(
            "--until-idle", action="store_true", help="return when nothing is left to do"
        )
        parser.add_argument("--quiet", action="store_true", help="say nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Work until stopped by SIGINT or SIGTERM; a step that was begun is finished."""
        stop = threading.Event()
        self._stop_on_signals(stop)
        say = (lambda text: None) if options["quiet"] else self.stdout.write

        def tell(*, job: TryOnJob, **kwargs: Any) -> None:
            why = f": {job.error_message}" if job.error_message else ""
            say(f"{timezone.localtime():%H:%M:%S} {job.status} {job.engine} {job.pk}{why}")

        job_finished.connect(tell, dispatch_uid="django_tryon.worker")
        try:
            self.work(stop, say, until_idle=options["until_idle"])
        finally:
            job_finished.disconnect(dispatch_uid="django_tryon.worker")
        say("The try-on worker has stopped.")

    def work(self, stop: threading.Event, say: Callable[[str], Any], *, until_idle: bool) -> None:
        """Sweep on every stroke of the grid."""
        say("The try-on worker is ready. Stop it with Ctrl-C.")
        while not stop.is_set():
            close_old_connections()
            try:
                advanced = services.sweep(is_stopped=stop.is_set)
                idle = next_due_at() is None
            except DatabaseError as error:  # the rows are safe: go on when it is back
                self.stderr.write(f"{timezone.localtime():%H:%M:%S} the database: {error}")
                advanced, idle = 0, False
            if advanced:
                say(f"{timezone.localtime():%H:%M:%S} advanced {advanced}")
            if idle and until_idle:
                break
            stop.wait(GRID.total_seconds())

    def _stop_on_signals(self, stop: threading.Event) -> None:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, lambda *_: stop.set())
