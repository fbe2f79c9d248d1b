"""Recover: ask the request history what became of a request that the provider has forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.utils import timezone

from django_tryon import logs
from django_tryon.models import Status, TryOnJob
from django_tryon.models.transitions import move, reschedule
from django_tryon.segmind import history
from django_tryon.segmind.client import SegmindClient
from django_tryon.segmind.errors import from_failure
from django_tryon.segmind.history import Row
from django_tryon.services.driving.schedule import backoff
from django_tryon.services.driving.step import Step
from django_tryon.services.outcome import end, fail, submitted

TRIES = 8
"""How often a history is asked that does not answer, or says of an old run that it goes on."""
LONGEST_PENDING = timedelta(hours=3)
"""Rows of the history lag behind by up to two hours."""


def recover(job: TryOnJob) -> Step | None:
    """Look for a sent job in the history, which outlives the record; without one, it has expired.

    The output files themselves are kept for seven days.
    """
    if not (history.address() and job.provider_request_id):
        expire(job)
        return None
    return Step(job, partial(_ask, job.provider_request_id), record)


async def _ask(request_id: str, client: SegmindClient) -> Row | None:
    return await history.find(client, request_id)


def record(job: TryOnJob, said: Row | BaseException | None) -> None:
    """Write down what the history says of a job."""
    now = timezone.now()
    match said:
        case Row(state="done", urls=urls) if urls and list(urls) != job.outputs:
            found(job, said, now)
        case Row(state="failed"):
            failed(job, said)
        case Row(state="pending") if now - (job.submitted_at or job.created_at) < LONGEST_PENDING:
            reschedule(job, backoff(10, now, longest=300))
        case Row(state="pending") if job.attempts + 1 < TRIES:
            # Perhaps only our clock says that it is so late, and the run has just begun.
            reschedule(job, backoff(10, now, longest=300), attempts=job.attempts + 1)
        case BaseException() if job.attempts + 1 < TRIES:
            logs.warning("history.unread", "the history was not read", job=job, error=said)
            reschedule(job, backoff(job.attempts + 1, now), attempts=job.attempts + 1)
        case _:
            expire(job)


def found(job: TryOnJob, row: Row, now: datetime) -> bool:
    """Have the files fetched that the history names; False if the job had moved already."""
    told: dict[str, Any] = {
        "outputs": list(row.urls),
        "attempts": 0,
        "error_code": "",
        "error_message": "",
    }
    if row.cost is not None:
        told["cost"] = row.cost
    if job.status == Status.FETCHING:
        return reschedule(job, now, **told)
    go_on = submitted if job.status == Status.UNCERTAIN else move
    return go_on(
        job,
        Status.FETCHING,
        Status(job.status),
        provider_request_id=row.request_id,
        submitted_at=job.submitted_at or job.updated_at,
        next_step_at=now,
        **told,
    )


def failed(job: TryOnJob, row: Row) -> None:
    """Say that the provider ran the request and it failed, in the history's words."""
    error = from_failure({"error": row.error}, 422)
    fail(job, error.code, error.message, provider_request_id=row.request_id)


def expire(job: TryOnJob) -> None:
    """Say that the provider no longer knows the request."""
    end(
        job,
        Status.EXPIRED,
        code="expired",
        message="The provider no longer knows this request; its records last one hour.",
    )
