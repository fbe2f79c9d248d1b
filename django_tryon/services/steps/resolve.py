"""Resolve: find out whether a job was accepted whose answer got lost; else let staff decide."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from copy import copy
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from django_tryon import logs
from django_tryon.conf import conf
from django_tryon.exceptions import LaunchRefused, WrongState
from django_tryon.models import Status, TryOnJob
from django_tryon.models.job import new_token
from django_tryon.models.transitions import move, reschedule, rows, this_run
from django_tryon.segmind import history
from django_tryon.segmind.history import Row, Search
from django_tryon.segmind.loop import network
from django_tryon.segmind.replies import read_id
from django_tryon.services import budget
from django_tryon.services.driving.step import Step
from django_tryon.services.driving.wake import wake
from django_tryon.services.outcome import submitted, tell
from django_tryon.services.steps import earlier
from django_tryon.services.steps.recover import failed, found

ASKS = tuple(timedelta(seconds=s) for s in (15, 60, 5 * 60, 15 * 60, 3600, 2 * 3600))
"""How long after one look into the history comes the next: its rows lag by up to two hours."""


WAITS = 10.0
"""Seconds that staff wait for Segmind's word on an id; without it, theirs counts."""


def first_ask(now: datetime, *, by_itself: bool = False) -> datetime | None:
    """Return when something is to be done by itself for a job that has become uncertain.

    ``by_itself`` says that something is, whatever the settings say.
    """
    by_itself = by_itself or bool(history.address()) or conf.UNCERTAIN == "submit-again"
    return now + ASKS[0] if by_itself else None


def plan(job: TryOnJob) -> Step | None:
    """Ask the history for a job that may have been accepted."""
    if not history.address():
        leave(job, is_known_missing=True)
        return None
    sent_at = job.submitted_at or job.updated_at
    return Step(job, partial(history.around, job.engine, sent_at), record)


def record(job: TryOnJob, said: Search | BaseException) -> None:
    """Adopt what was found, of this job and of others like it; or ask again later."""
    if isinstance(said, BaseException):
        logs.warning("history.unread", "the history was not read", job=job, error=said)
    elif job.pk in settle(said.rows):
        return
    number = job.attempts + 1
    if number < len(ASKS):
        reschedule(job, timezone.now() + ASKS[number], attempts=number)
    else:
        leave(job, is_known_missing=isinstance(said, Search) and said.is_whole)


def settle(said: Iterable[Row]) -> set[Any]:
    """Bring home every uncertain job that these rows show; return the keys of those jobs.

    An earlier run among them is written down as paid.
    """
    by_token = earlier.by_token(said)
    earlier.note(by_token)
    taken = set()
    for job in rows().filter(status=Status.UNCERTAIN, token__in=by_token):
        if _take(job, by_token[job.token]):
            taken.add(job.pk)
    return taken


def _take(job: TryOnJob, row: Row) -> bool:
    """Go on with a job that turns out to have been accepted; False if somebody was faster."""
    if _is_of_another(job, row.request_id):
        return False
    logs.warning("job.found", "found in the history as %s", row.state, job=job)
    if row.state == "failed":
        failed(job, row)
    elif row.state == "done" and row.urls:
        return found(job, row, timezone.now())
    else:
        return _run_as(job, row.request_id)
    return True


def _is_of_another(job: TryOnJob, request_id: str) -> bool:
    return rows().filter(provider_request_id=request_id).exclude(pk=job.pk).exists()


def _run_as(job: TryOnJob, request_id: str) -> bool:
    now = timezone.now()
    won = submitted(
        job,
        Status.RUNNING,
        Status.UNCERTAIN,
        provider_request_id=request_id,
        submitted_at=job.submitted_at or now,
        attempts=0,
        next_step_at=now,
        error_code="",
        error_message="",
    )
    if won:
        wake()
    return won


def leave(job: TryOnJob, *, is_known_missing: bool) -> None:
    """Leave a job to staff; or submit it again, once, where the shop prefers that. A second
    drawing is given up.

    ``is_known_missing``: the history was read to the end, or there is none.
    """
    if job.second_of_id is not None:  # nobody asked for it, and it is drawn once at most
        with suppress(WrongState):
            give_up(job)
        return
    if conf.UNCERTAIN == "submit-again" and is_known_missing and not job.earlier_runs.exists():
        try:
            submit_again(job)
        except LaunchRefused as error:  # no budget is left for it
            logs.warning("job.not_resubmitted", "is not submitted again: %s", error.code, job=job)
        else:
            return
    this_run(job).filter(status=Status.UNCERTAIN).update(next_step_at=None, claim="")


def adopt(job: TryOnJob, request_id: str) -> TryOnJob:
    """Go on with an uncertain job as the request of this id, which staff found at the provider.

    Raises WrongState if the job is not uncertain, or the id is no id, or another job's, or one that
    Segmind does not know: a slip would end the job, and a retry would pay for it again.
    """
    wanted = read_id({"request_id": request_id.strip()})
    if not wanted:
        raise WrongState(
            _("Give the request's id as the provider shows it, such as 2c7f59ea-13f1-402c-…"),
            code="no_request_id",
        )
    if _is_of_another(job, wanted):
        raise WrongState(_("Another job has this request id already."), code="id_of_another")
    if job.status == Status.UNCERTAIN and _is_unknown(wanted):
        raise WrongState(
            _("Segmind knows no request “%(id)s”. Compare it with what the provider shows.")
            % {"id": wanted},
            code="unknown_id",
        )
    if not _run_as(job, wanted):
        raise _not_uncertain(job)
    return job


def _is_unknown(request_id: str) -> bool:
    """Ask Segmind for a request; False also if it does not answer."""
    known = network.ask(partial(history.knows, request_id), WAITS)
    return known is False


def submit_again(job: TryOnJob) -> TryOnJob:
    """Send an uncertain job once more; if the first was accepted after all, both are paid for.

    Raises WrongState if it is not uncertain, or NothingLeft if no budget is left for it.
    """
    before = copy(job)
    with transaction.atomic():
        won = move(
            job,
            Status.QUEUED,
            Status.UNCERTAIN,
            token=new_token(),
            allowances=budget.take_anew(job),
            submitted_at=None,
            attempts=0,
            next_step_at=timezone.now(),
            error_code="",
            error_message="",
        )
        if won:  # only now: a row that refers to the job would have others share its lock
            earlier.remember(before)
        else:
            transaction.set_rollback(True)
    if not won:
        raise _not_uncertain(job)
    wake()
    return job


def give_up(job: TryOnJob) -> TryOnJob:
    """End an uncertain job as failed. What it may have cost counts as spent.

    Raises WrongState if it is not uncertain.
    """
    with transaction.atomic():
        won = move(
            job,
            Status.FAILED,
            Status.UNCERTAIN,
            error_code="given_up",
            error_message=_("Nobody knows whether Segmind accepted it. It was given up."),
        )
        if won:
            earlier.remember(job)
    if not won:
        raise _not_uncertain(job)
    tell(job)
    return job


def _not_uncertain(job: TryOnJob) -> WrongState:
    job.refresh_from_db()
    return WrongState(
        _("This job is “%(status)s”; only an uncertain one has to be decided.")
        % {"status": job.get_status_display()}
    )
