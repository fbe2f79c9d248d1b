"""Drive all jobs, with no broker at all."""

from __future__ import annotations

import math
import signal
import threading
import time
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from django_tryon import services
from django_tryon.models import TryOnJob
from django_tryon.services.driving import isolated, pace
from django_tryon.services.driving.advance import claim, is_idle
from django_tryon.services.driving.watch import look_on
from django_tryon.services.driving.work import Work
from django_tryon.signals import job_finished

IDLE = 0.25
"""Seconds between two looks when nothing goes on."""
SWEEP_EVERY = 30.0
"""Seconds."""


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
        """Do what is due at every stroke of the grid, and sweep now and then."""
        say("The try-on worker is ready. Stop it with Ctrl-C.")
        work, swept = Work(), -math.inf
        while not stop.is_set():
            idle = False
            try:
                if time.monotonic() - swept >= SWEEP_EVERY:
                    close_old_connections()
                    work.begin(services.settle())
                    swept = time.monotonic()
                claimed = claim(work)
                idle = until_idle and not claimed and not work.is_going_on and is_idle()
            except DatabaseError as error:  # the rows are safe: go on when it is back
                self.stderr.write(f"{timezone.localtime():%H:%M:%S} the database: {error}")
                isolated.reconnect()
                claimed = 0
            if idle:
                break
            if claimed or work.is_going_on:
                look_on(work)
            else:
                stop.wait(IDLE)
        work.finish()
        pace.write_down()

    def _stop_on_signals(self, stop: threading.Event) -> None:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, lambda *_: stop.set())
