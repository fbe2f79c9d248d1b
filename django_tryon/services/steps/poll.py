"""Poll: ask how a request stands, as often as it takes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.utils import timezone

from django_tryon import exceptions as e
from django_tryon.conf import conf
from django_tryon.models import Status, TryOnJob
from django_tryon.models.transitions import Move, move, move_all
from django_tryon.segmind.client import SegmindClient
from django_tryon.segmind.replies import Reply
from django_tryon.services.driving import gates, pace
from django_tryon.services.driving.patience import is_over, is_unknown, later, measured, since
from django_tryon.services.driving.schedule import next_poll
from django_tryon.services.driving.step import Joint, Later, Rest, Step
from django_tryon.services.outcome import fail
from django_tryon.services.steps import fetch
from django_tryon.services.steps.recover import recover

LONGEST_RUN = timedelta(hours=6)


def plan(job: TryOnJob) -> Step:
    """Ask for the status of a running job."""
    return Step(job, partial(_ask, str(job.provider_request_id)), record, joint=DONE)


async def _ask(request_id: str, client: SegmindClient) -> Reply:
    return await client.status(request_id)


def record(job: TryOnJob, said: Reply | BaseException) -> Step | Later | None:
    """Write down what the provider said of a running job."""
    now = timezone.now()
    match said:
        case Reply(state="done"):
            pace.note(job.engine, pace.seconds_of(job, now))
            if move(job, Status.FETCHING, Status.RUNNING, **_done(said, now)):
                return fetch.plan(job)
        case Reply():
            # Whoever still says “running” has not forgotten, but no picture takes this long.
            if is_over(job, now, after=LONGEST_RUN):
                return recover(job)
            at = next_poll(pace.of(job.engine), since(job), now, at_least=pace.shortest_gap())
            return Later(at)
        case e.RequestFailed():
            fail(job, said.code, said.message)
        case e.RequestGone() if is_unknown(job, now):
            return recover(job)
        case e.Refused(code=gates.Reason.BAD_KEY):  # nothing of the job: somebody has to know
            gates.close(job.engine, said.code, says=said.message)
            return later(job, said, now)
        case _:
            return later(job, said, now)
    return None


def record_done(answers: Sequence[tuple[TryOnJob, Reply]]) -> list[Rest]:
    """Write down that several are done."""
    now = timezone.now()
    moves = [Move(job, _done(said, now)) for job, said in answers]
    runs = [(job.engine, pace.seconds_of(job, now)) for job, _said in answers]
    move_all(moves, Status.FETCHING, Status.RUNNING)
    for engine, seconds in runs:
        pace.note(engine, seconds)
    return [partial(fetch.plan, job) for job, _said in answers]


DONE = Joint(lambda said: isinstance(said, Reply) and said.state == "done", record_done)


def _done(said: Reply, now: datetime) -> dict[str, Any]:
    return {"attempts": 0, "next_step_at": now + conf.LEASE, **measured(said)}
