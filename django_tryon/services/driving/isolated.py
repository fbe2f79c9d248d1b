"""Keep a fault of one job from the others of its batch, and from what was already paid for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.db import (
    DatabaseError,
    InterfaceError,
    OperationalError,
    connections,
    router,
)
from django.utils import timezone

from django_tryon import exceptions as e
from django_tryon import logs
from django_tryon.models import Status, TryOnJob
from django_tryon.services.driving.patience import later
from django_tryon.services.driving.step import Joint, Later, Rest, Step
from django_tryon.services.outcome import fail
from django_tryon.services.steps import submit

AWAY = (OperationalError, InterfaceError)
"""The database is not there, or busy: the same may go well in a moment."""
TRIES = 3
"""How often an outcome is written down that the database would not take for another reason."""


class NotWritten(Exception):
    """The database is away: what came must be kept, and written down later."""


def plan(make: Callable[[TryOnJob], Step | None], job: TryOnJob) -> Step | None:
    """Plan a job's step; whatever that raises befalls this job alone, and nothing was sent."""
    with a_lease_brings_it_back(f"job {job.pk}: its step could not be planned"):
        try:
            return make(job)
        except e.LaunchRefused as error:
            fail(job, error.code, error.message)
        except Exception as error:
            logs.error("step.not_planned", "its step could not be planned", **about(job, error))
            if job.status == Status.SUBMITTING:
                submit.again(job, e.NotAccepted("The request could not be built."))
            else:
                return later(job, error, timezone.now())
    return None


def record_all(arrived: Sequence[tuple[Step, Any]]) -> Iterator[tuple[Step, Any, Rest | None]]:
    """Write down at once what can be; yield each with what is left to do for it, for ``record``.

    If anything stands against that for one of them, all of them are left to be recorded alone.
    """
    alike: defaultdict[Joint | None, list[tuple[Step, Any]]] = defaultdict(list)
    for step, said in arrived:
        alike[step.joint if step.joint and step.joint.takes(said) else None].append((step, said))
    for joint, those in alike.items():
        rests: Sequence[Rest | None] = [None] * len(those)
        if joint and len(those) > 1:
            try:
                rests = joint.write([(step.subject, said) for step, said in those])
            except Exception as error:  # whosever it is, it is told when that one is recorded
                logs.info("steps.alone", "%d are recorded one by one", len(those), error=error)
                reconnect()
        yield from ((step, said, rest) for (step, said), rest in zip(those, rests, strict=True))


def record(step: Step, said: Any, rest: Rest | None = None) -> Step | Later | None:
    """Record an outcome, or do what is left of that. Raises NotWritten if the database is away."""
    rest = rest or partial(step.record, step.subject, said)
    # A request's id is for whoever must look for it; all else may hold links to people's pictures.
    what = said if isinstance(said, str) else type(said).__name__
    for _try in range(TRIES):
        try:
            return rest()
        except AWAY as error:
            logs.error(
                "database.away",
                "the database is away, %s is kept",
                what,
                **about(step.subject, error),
            )
            reconnect()
            raise NotWritten from error
        except DatabaseError as error:
            logs.error(
                "step.not_written",
                "what came was not written down: %s",
                what,
                **about(step.subject, error),
            )
            reconnect()
        except Exception as error:
            logs.error(
                "step.not_understood",
                "what came was not understood: %s",
                what,
                **about(step.subject, error),
            )
            return None
    return None


def about(subject: Any, error: BaseException) -> dict[str, Any]:
    """Return what a line in the log says of a fault in this subject's step."""
    job = subject if isinstance(subject, TryOnJob) else None  # else a gate or a delivery
    return {"job": job, "error": error, "trace": True}


@contextmanager
def a_lease_brings_it_back(what: str) -> Iterator[None]:
    """Bear a fault of the database where nothing is lost: what was claimed comes due again."""
    try:
        yield
    except (DatabaseError, InterfaceError) as error:
        logs.error("database.failed", "%s: the database failed", what, error=error, trace=True)
        reconnect()


def reconnect() -> None:
    """Drop a connection that is of no use any more; the next query opens another."""
    connections[router.db_for_write(TryOnJob)].close_if_unusable_or_obsolete()
