"""Poll: ask how a request stands, as often as it takes."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from django.utils import timezone

from django_tryon import exceptions as e
from django_tryon.conf import conf
from django_tryon.engines import get_engine
from django_tryon.models import Status, TryOnJob
from django_tryon.models.transitions import move, reschedule
from django_tryon.segmind.client import SegmindClient
from django_tryon.segmind.replies import Reply
from django_tryon.services import fetch
from django_tryon.services.outcome import end, fail, logger
from django_tryon.services.schedule import PROVIDER_MEMORY, SETTLING, backoff, next_poll
from django_tryon.services.step import Step


def plan(job: TryOnJob) -> Step:
    """Ask for the status of a running job."""
    return Step(job, partial(_ask, str(job.provider_request_id)), record)


async def _ask(request_id: str, client: SegmindClient) -> Reply:
    return await client.status(request_id)


def record(job: TryOnJob, said: Reply | BaseException) -> Step | None:
    """Write down what the provider said of a running job."""
    now = timezone.now()
    match said:
        case Reply(state="done"):
            if move(
                job,
                Status.FETCHING,
                attempts=0,
                next_step_at=now + conf.LEASE,
                **measured(said),
            ):
                return fetch.plan(job)
        case Reply():
            if not _too_late(job, now):
                reschedule(job, next_poll(get_engine(job.engine), _since(job), now), attempts=0)
        case e.RequestFailed():
            fail(job, said.code, said.message)
        case e.RequestGone() if now - _since(job) > SETTLING:
            expire(job)
        case _:
            later(job, said, now)
    return None


def measured(reply: Reply) -> dict[str, Any]:
    """Return the fields that a reply fills; what it does not tell stays as it is."""
    told = {"cost": reply.cost, "provider_seconds": reply.seconds}
    return {name: value for name, value in told.items() if value is not None}


def later(job: TryOnJob, error: BaseException, now: datetime) -> None:
    """Ask again after a fault that says nothing about the request itself."""
    if not isinstance(error, e.ProviderError):
        logger.error("job %s: poll raised %r", job.pk, type(error), exc_info=error)
    if not _too_late(job, now):
        attempts = job.attempts + 1
        retry_at = getattr(error, "retry_at", None)
        at = backoff(attempts, now, longest=30)
        reschedule(job, max(at, retry_at) if retry_at else at, attempts=attempts)


def expire(job: TryOnJob) -> None:
    """Say that the provider no longer knows the request."""
    end(
        job,
        Status.EXPIRED,
        code="expired",
        message="The provider no longer knows this request; its records last one hour.",
    )


def _since(job: TryOnJob) -> datetime:
    return job.submitted_at or job.created_at


def _too_late(job: TryOnJob, now: datetime) -> bool:
    """Tell whether the provider has forgotten the request by now, and end the job if so."""
    if now - _since(job) <= PROVIDER_MEMORY + SETTLING:
        return False
    expire(job)
    return True
