"""Submit: the one step that costs money and cannot be repeated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, cast
from uuid import UUID

from django.db import IntegrityError
from django.utils import timezone

from django_tryon import exceptions as e
from django_tryon import logs
from django_tryon.conf import conf
from django_tryon.engines import Engine, get_engine
from django_tryon.models import Status, TryOnJob
from django_tryon.models.transitions import Move, move, move_all, rows
from django_tryon.segmind.client import Finished, SegmindClient
from django_tryon.services.announcing.webhooks import is_wanted
from django_tryon.services.driving import gates, pace
from django_tryon.services.driving.gates import Reason
from django_tryon.services.driving.schedule import backoff, next_poll
from django_tryon.services.driving.step import Joint, Rest, Step
from django_tryon.services.inputs import (
    Files,
    check_reachable,
    files_of,
    link,
    read_all,
    with_links,
)
from django_tryon.services.judging.due import is_of_use
from django_tryon.services.outcome import UNHAPPY, end, fail, submitted, tell_submitted
from django_tryon.services.steps import fetch, resolve

FARTHEST_RESET = timedelta(hours=1)
"""A rate limit that resets later than this is taken for a mistake: it counts by the minute."""
LONGEST_WAIT = timedelta(days=1)
"""How long a job waits for the account's rate limit at most."""
CLEARED: dict[str, Any] = {"error_code": "", "error_message": "", "attempts": 0}


def plan(job: TryOnJob) -> Step | None:
    """Build the request of a job that says ``submitting``; None if it is not to be sent."""
    if job.outfit_id is not None and _is_for_nothing(job):
        # Queued first: from "submitting" no move leads to "cancelled", and nothing was sent.
        if move(job, Status.QUEUED, Status.SUBMITTING, next_step_at=None):
            end(job, Status.CANCELLED, code="cancelled", message="")
        return None
    try:
        engine = get_engine(job.engine)
        files = files_of(job, engine)
        check_reachable(files)
        prepared = _prepare(engine, files, job)
    except e.LaunchRefused as error:
        fail(job, error.code, error.message)
        return None
    except OSError as error:  # the storage is not there: nothing was sent, so it may wait
        logs.warning("inputs.unread", "its pictures were not read", job=job, error=error)
        again(job, e.NotAccepted("The pictures could not be read from the storage."))
        return None
    return Step(job, prepared, record, costs=True, joint=ACCEPTED)


def _is_for_nothing(step: TryOnJob) -> bool:
    """Tell whether the outfit of a step came to its end, or nobody would be shown a second one."""
    if step.second_of_id is not None:
        return not is_of_use(step)
    return rows().filter(pk=cast(UUID, step.outfit_id), status__in=UNHAPPY).exists()


def _prepare(engine: type[Engine], files: Files, job: TryOnJob) -> Any:
    """Return the network call that submits this job."""
    if conf.INPUTS == "asset-store":
        return partial(
            _upload_and_send, engine, files, dict(job.params), job.token, read_all(files)
        )
    links = [link(file, job.token) for file in files.all]
    return partial(_send, engine, engine.build_payload(with_links(files, links), job.params))


async def _upload_and_send(
    engine: type[Engine],
    files: Files,
    params: Mapping[str, Any],
    token: str,
    contents: list[tuple[str, bytes]],
    client: SegmindClient,
) -> str | Finished:
    try:
        links = await client.upload(conf.ASSET_URL, contents)
    except (e.AnswerLost, e.UnexpectedReply) as error:  # nothing was submitted yet
        raise e.NotAccepted(
            f"The upload to the asset store failed: {error}", code="not_uploaded"
        ) from error
    marked = [f"{url}#{token}" for url in links]
    return await _send(engine, engine.build_payload(with_links(files, marked), params), client)


async def _send(
    engine: type[Engine], payload: Mapping[str, Any], client: SegmindClient
) -> str | Finished:
    if engine.api == "v1":
        return await client.run_v1(engine.slug, payload)
    return await client.submit(engine.slug, payload)


def record(job: TryOnJob, said: str | Finished | BaseException) -> Step | None:
    """Write down what became of a submit."""
    now = timezone.now()
    match said:
        case str():
            try:
                submitted(job, Status.RUNNING, **_accepted(job, said, now))
            except IntegrityError:  # cheaper than to look before: it never happens
                uncertain(job, "repeated_id", "Segmind answered with the id of another request.")
        case Finished():
            if submitted(
                job,
                Status.FETCHING,
                Status.SUBMITTING,
                Status.UNCERTAIN,
                provider_request_id=said.request_id or None,
                submitted_at=now,
                cost=said.cost,
                provider_seconds=said.seconds,
                outputs=[output.url for output in said.outputs if output.url],
                next_step_at=now + conf.LEASE,
                **CLEARED,
            ):
                return fetch.plan(job, outputs=said.outputs)
        case e.ProviderError() if gates.stands_for(said.code):
            stop(job, said)
        case e.NotAccepted():
            again(job, said)
        case e.AnswerLost():
            uncertain(job, said.code, said.message)
        case e.ProviderError():
            code = "engine_retired" if isinstance(said, e.RequestGone) else said.code
            fail(job, code, said.message)
        case _:
            logs.error("step.raised", "submit raised an error", job=job, error=said, trace=True)
            uncertain(job, "internal_error", "An unforeseen error interrupted the submit.")
    return None


def record_accepted(answers: Sequence[tuple[TryOnJob, str]]) -> list[Rest]:
    """Write down the ids of several that were accepted."""
    now = timezone.now()
    moves = [Move(job, _accepted(job, said, now)) for job, said in answers]
    move_all(moves, Status.RUNNING, Status.SUBMITTING)
    return [partial(tell_submitted, job) for job, _said in answers]


def _is_plain(said: Any) -> bool:
    # Where a webhook goes with it, each is written down with its own.
    return isinstance(said, str) and not is_wanted("job.submitted")


ACCEPTED = Joint(_is_plain, record_accepted)


def _accepted(job: TryOnJob, request_id: str, now: datetime) -> dict[str, Any]:
    return {
        "provider_request_id": request_id,
        "submitted_at": now,
        "next_step_at": next_poll(pace.of(job.engine), now, now),
        **CLEARED,
    }


def again(job: TryOnJob, error: e.NotAccepted) -> None:
    """Queue a job again whose submit was certainly not accepted; give up after many times."""
    now = timezone.now()
    attempts = job.attempts + 1
    if isinstance(error, e.Unavailable):  # from behind the gateway: once more, not for ever
        is_enough = job.error_code == error.code
    else:
        is_enough = attempts >= conf.SUBMIT_ATTEMPTS
    if is_enough:
        fail(job, error.code, error.message, attempts=attempts)
    else:
        at = _reset(error, now) or backoff(attempts, now)
        _queue_again(job, error, at, attempts=attempts)


def stop(job: TryOnJob, error: e.ProviderError) -> None:
    """Close the gate where a fault says nothing of this job, and have the job wait at it.

    Nothing was accepted and nothing is lost; but nobody waits for a rate limit for days, nor for
    an engine that is no more.
    """
    now = timezone.now()
    gate = gates.close(
        job.engine,
        error.code,
        until=_reset(error, now),
        says=error.message,
        needs=job.estimated_cost,
    )
    is_late = error.code == Reason.RATE_LIMITED and now - job.created_at > LONGEST_WAIT
    if is_late or error.code == Reason.ENGINE_RETIRED:
        fail(job, error.code, error.message)
    else:
        _queue_again(job, error, gates.next_try(gate, now))


def _reset(error: e.ProviderError, now: datetime) -> datetime | None:
    """Return when the provider said that the rate limit resets, if that can be believed."""
    at = error.retry_at if isinstance(error, e.NotAccepted) else None
    return at if at is not None and now < at < now + FARTHEST_RESET else None


def _queue_again(job: TryOnJob, error: e.ProviderError, at: datetime, **fields: Any) -> None:
    move(
        job,
        Status.QUEUED,
        Status.SUBMITTING,
        next_step_at=at,
        error_code=error.code,
        error_message=error.message,
        **fields,
    )


def lost(job: TryOnJob) -> None:
    """Give up a submit whose worker died in the middle of it: nobody knows what became of it."""
    uncertain(job, "worker_died", "The worker stopped during the submit.")


def uncertain(job: TryOnJob, code: str, message: str) -> None:
    """Say that a job may have been accepted, and paid for, without our knowing its id.

    Whoever can tell is asked for it, as long as that is of any use.
    """
    now = timezone.now()
    end(
        job,
        Status.UNCERTAIN,
        attempts=0,
        submitted_at=now,
        next_step_at=resolve.first_ask(now, by_itself=job.second_of_id is not None),
        code=code,
        message=f"{message} It may have been accepted, so it is not sent again by itself.",
    )
