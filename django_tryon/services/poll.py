"""Poll: ask how a request stands, as often as it takes."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from django.utils import timezone

from django_tryon import exceptions as e
from django_tryon.conf import conf
from django_tryon.engines import find_engine
from django_tryon.models import Status, TryOnJob
from django_tryon.models.transitions import move, reschedule
from django_tryon.segmind.client import SegmindClient
from django_tryon.segmind.replies import Reply
from django_tryon.services import fetch
from django_tryon.services.outcome import fail
from django_tryon.services.patience import expire, is_over, is_unknown, later, measured, since
from django_tryon.services.schedule import next_poll
from django_tryon.services.step import Step

LONGEST_RUN = timedelta(hours=6)


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
                Status.RUNNING,
                attempts=0,
                next_step_at=now + conf.LEASE,
                **measured(said),
            ):
                return fetch.plan(job)
        case Reply():
            # Whoever still says “running” has not forgotten, but no picture takes this long.
            if not is_over(job, now, after=LONGEST_RUN):
                reschedule(job, next_poll(find_engine(job.engine), since(job), now), attempts=0)
        case e.RequestFailed():
            fail(job, said.code, said.message)
        case e.RequestGone() if is_unknown(job, now):
            expire(job)
        case _:
            later(job, said, now)
    return None
