"""Keep a fault of one job from the others of its batch, and from what was already paid for."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.db import DatabaseError, connections, router
from django.utils import timezone

from django_tryon import exceptions as e
from django_tryon.models import Status, TryOnJob
from django_tryon.services import submit
from django_tryon.services.outcome import fail, logger
from django_tryon.services.patience import later
from django_tryon.services.step import Step

PAUSES = (0.1, 1.0, 5.0)
"""Seconds after each try to write down what cannot be asked for again."""


def plan(make: Callable[[TryOnJob], Step | None], job: TryOnJob) -> Step | None:
    """Plan a job's step; whatever that raises befalls this job alone, and nothing was sent."""
    try:
        try:
            return make(job)
        except e.LaunchRefused as error:
            fail(job, error.code, error.message)
        except Exception as error:
            logger.exception("job %s: its step could not be planned", job.pk)
            if job.status == Status.SUBMITTING:
                submit.again(job, e.NotAccepted("The request could not be built."))
            else:
                later(job, error, timezone.now())
    except DatabaseError:  # its lease brings it back
        logger.exception("job %s: the database failed", job.pk)
        reconnect()
    return None


def record(step: Step, said: Any) -> Step | None:
    """Record an outcome, again if the database fails meanwhile: it may have been paid for."""
    # A request's id is for whoever must look for it; all else may hold links to people's pictures.
    what = said if isinstance(said, str) else type(said).__name__
    for pause in PAUSES:
        try:
            return step.record(step.job, said)
        except DatabaseError:
            logger.exception("job %s: what came was not written down: %s", step.job.pk, what)
            reconnect()
            time.sleep(pause)
        except Exception:
            logger.exception("job %s: what came was not understood: %s", step.job.pk, what)
            return None
    return None


def reconnect() -> None:
    """Drop a connection that is of no use any more; the next query opens another."""
    connections[router.db_for_write(TryOnJob)].close_if_unusable_or_obsolete()
