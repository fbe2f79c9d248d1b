"""Patience: ask again after a fault that says nothing of the request itself, but not for ever."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django_tryon import exceptions as e
from django_tryon.models import Status, TryOnJob
from django_tryon.models.transitions import reschedule
from django_tryon.segmind.replies import Reply
from django_tryon.services.outcome import end, logger
from django_tryon.services.schedule import PROVIDER_MEMORY, SETTLING, backoff


def measured(reply: Reply) -> dict[str, Any]:
    """Return the fields that a reply fills; what it does not tell stays as it is."""
    told = {"cost": reply.cost, "provider_seconds": reply.seconds}
    return {name: value for name, value in told.items() if value is not None}


def later(job: TryOnJob, error: BaseException, now: datetime) -> None:
    """Ask again later, unless the provider has forgotten the request by now."""
    if not isinstance(error, e.ProviderError):
        logger.error("job %s: %s raised %r", job.pk, job.status, type(error), exc_info=error)
    if not is_over(job, now):
        attempts = job.attempts + 1
        retry_at = getattr(error, "retry_at", None)
        at = backoff(attempts, now, longest=30)
        reschedule(job, max(at, retry_at) if retry_at else at, attempts=attempts)


def is_over(job: TryOnJob, now: datetime, *, after: timedelta = PROVIDER_MEMORY + SETTLING) -> bool:
    """Tell whether the provider has forgotten the request by now, and end the job if so."""
    if now - since(job) <= after:
        return False
    expire(job)
    return True


def is_unknown(job: TryOnJob, now: datetime) -> bool:
    """Tell whether a 404 is to be believed: a request just submitted may not be known yet."""
    return now - since(job) > SETTLING


def expire(job: TryOnJob) -> None:
    """Say that the provider no longer knows the request."""
    end(
        job,
        Status.EXPIRED,
        code="expired",
        message="The provider no longer knows this request; its records last one hour.",
    )


def since(job: TryOnJob) -> datetime:
    """Return when the job was submitted."""
    return job.submitted_at or job.created_at
