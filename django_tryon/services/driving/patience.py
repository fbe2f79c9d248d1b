"""Patience: ask again after a fault that says nothing of the request itself, but not for ever."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django_tryon import exceptions as e
from django_tryon import logs
from django_tryon.models import TryOnJob
from django_tryon.models.transitions import reschedule
from django_tryon.segmind.replies import Reply
from django_tryon.services.driving.schedule import PROVIDER_MEMORY, SETTLING, backoff
from django_tryon.services.driving.step import Step
from django_tryon.services.steps.recover import recover


def measured(reply: Reply) -> dict[str, Any]:
    """Return the fields that a reply fills; what it does not tell stays as it is."""
    told = {"cost": reply.cost, "provider_seconds": reply.seconds}
    return {name: value for name, value in told.items() if value is not None}


def later(job: TryOnJob, error: BaseException, now: datetime) -> Step | None:
    """Ask again later; if the provider has forgotten the request by now, ask its history."""
    if not isinstance(error, e.ProviderError):
        logs.error(
            "step.raised", "%s raised an error", job.status, job=job, error=error, trace=True
        )
    if is_over(job, now):
        return recover(job)
    attempts = job.attempts + 1
    retry_at = getattr(error, "retry_at", None)
    at = backoff(attempts, now, longest=30)
    reschedule(job, max(at, retry_at) if retry_at else at, attempts=attempts)
    return None


def is_over(job: TryOnJob, now: datetime, *, after: timedelta = PROVIDER_MEMORY + SETTLING) -> bool:
    """Tell whether the provider has forgotten the request by now."""
    return now - since(job) > after


def is_unknown(job: TryOnJob, now: datetime) -> bool:
    """Tell whether a 404 is to be believed: a request just submitted may not be known yet."""
    return now - since(job) > SETTLING


def since(job: TryOnJob) -> datetime:
    """Return when the job was submitted."""
    return job.submitted_at or job.created_at
