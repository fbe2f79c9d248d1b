"""Submit: the one step that costs money and cannot be repeated."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from django.utils import timezone

from django_tryon import exceptions as e
from django_tryon.conf import conf
from django_tryon.engines import Engine, find_engine, get_engine
from django_tryon.models import Status, TryOnJob
from django_tryon.models.transitions import move
from django_tryon.segmind.client import Finished, SegmindClient
from django_tryon.services import fetch
from django_tryon.services.inputs import (
    Files,
    check_reachable,
    files_of,
    link,
    read_all,
    with_links,
)
from django_tryon.services.outcome import end, fail, logger
from django_tryon.services.schedule import backoff, next_poll
from django_tryon.services.step import Step
from django_tryon.signals import job_submitted

FARTHEST_RESET = timedelta(hours=1)
"""A rate limit that resets later than this is taken for a mistake: it counts by the minute."""
LONGEST_WAIT = timedelta(days=1)
"""How long a job waits for the account's rate limit at most."""


def plan(job: TryOnJob) -> Step | None:
    """Build the request of a job that says ``submitting``; None if it cannot be built any more."""
    try:
        engine = get_engine(job.engine)
        files = files_of(job, engine)
        check_reachable(files)
        prepared = _prepare(engine, files, job)
    except e.LaunchRefused as error:
        fail(job, error.code, error.message)
        return None
    except OSError as error:  # the storage is not there: nothing was sent, so it may wait
        logger.warning("job %s: its pictures were not read: %s", job.pk, type(error).__name__)
        again(job, e.NotAccepted("The pictures could not be read from the storage."))
        return None
    return Step(job, prepared, record)


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
    except e.AnswerLost as error:  # nothing was submitted yet
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
    cleared: dict[str, Any] = {"error_code": "", "error_message": "", "attempts": 0}
    match said:
        case str() if TryOnJob.objects.filter(provider_request_id=said).exclude(pk=job.pk).exists():
            uncertain(job, "repeated_id", "Segmind answered with the id of another request.")
        case str():
            poll_at = next_poll(find_engine(job.engine), now, now)
            if move(
                job,
                Status.RUNNING,
                provider_request_id=said,
                submitted_at=now,
                next_step_at=poll_at,
                **cleared,
            ):
                job_submitted.send_robust(sender=TryOnJob, job=job)
        case Finished():
            if move(
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
                **cleared,
            ):
                job_submitted.send_robust(sender=TryOnJob, job=job)
                return fetch.plan(job, outputs=said.outputs)
        case e.NotAccepted():
            again(job, said)
        case e.AnswerLost():
            uncertain(job, said.code, said.message)
        case e.ProviderError():
            code = "engine_retired" if isinstance(said, e.RequestGone) else said.code
            fail(job, code, said.message)
        case _:
            logger.error("job %s: submit raised %r", job.pk, type(said), exc_info=said)
            uncertain(job, "internal_error", "An unforeseen error interrupted the submit.")
    return None


def again(job: TryOnJob, error: e.NotAccepted) -> None:
    """Queue a job again whose submit was certainly not accepted; give up after many times."""
    now = timezone.now()
    attempts = job.attempts + 1
    match error:
        case e.RateLimited():  # says nothing of this job: it waits for its turn, within reason
            attempts = job.attempts
            is_enough = now - job.created_at > LONGEST_WAIT
        case e.Unavailable():  # from behind the gateway: the docs allow once more, not for ever
            is_enough = job.error_code == error.code
        case _:
            is_enough = attempts >= conf.SUBMIT_ATTEMPTS
    if is_enough:
        fail(job, error.code, error.message, attempts=attempts)
        return
    retry_at = error.retry_at
    if retry_at is None or not now < retry_at < now + FARTHEST_RESET:
        retry_at = backoff(max(attempts, 1), now)
    move(
        job,
        Status.QUEUED,
        Status.SUBMITTING,
        attempts=attempts,
        next_step_at=retry_at,
        error_code=error.code,
        error_message=error.message,
    )


def lost(job: TryOnJob) -> None:
    """Give up a submit whose worker died in the middle of it: nobody knows what became of it."""
    uncertain(job, "worker_died", "The worker stopped during the submit.")


def uncertain(job: TryOnJob, code: str, message: str) -> None:
    """Say that a job may have been accepted, and paid for, without our knowing its id."""
    end(
        job,
        Status.UNCERTAIN,
        code=code,
        message=f"{message} It may have been accepted, so it is not sent again by itself.",
    )
