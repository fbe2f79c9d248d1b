"""Fetch: bring home what was paid for, as often as it takes."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.utils import timezone

from django_tryon import exceptions as e
from django_tryon.conf import conf
from django_tryon.engines import find_engine
from django_tryon.hosts import is_loopback
from django_tryon.models import TryOnJob
from django_tryon.models.transitions import reschedule
from django_tryon.segmind.client import SegmindClient
from django_tryon.segmind.download import Rules, download
from django_tryon.segmind.replies import Output, Reply
from django_tryon.services.outcome import fail, logger
from django_tryon.services.patience import expire, is_unknown, later, measured
from django_tryon.services.schedule import backoff
from django_tryon.services.step import Step
from django_tryon.services.store import announce, store


@dataclass
class Fetched:
    """What came home: temporary files, and what the provider said on the way."""

    paths: list[str] = field(default_factory=list)
    reply: Reply | None = None
    error: Exception | None = None
    """Why not all of it came home."""

    @property
    def told(self) -> dict[str, Any]:
        """The fields of the job that the provider's answer fills."""
        if self.reply is None:
            return {}
        links = [out.url for out in self.reply.outputs if out.url and out.url.isprintable()]
        return measured(self.reply) | ({"outputs": links} if links else {})


def plan(job: TryOnJob, *, outputs: tuple[Output, ...] = ()) -> Step:
    """Fetch the outputs of a job: those given, those on the row, or those the provider names."""
    known = outputs or tuple(Output(url=url) for url in job.outputs)
    return Step(job, partial(_fetch, job.provider_request_id or "", known, rules(job)), record)


def rules(job: TryOnJob) -> Rules:
    """Return what a download for this job must keep to."""
    video = find_engine(job.engine).output == "video"
    return Rules(
        hosts=tuple(conf.OUTPUT_HOSTS),
        allow_http=is_loopback(conf.BASE_URL),
        max_bytes=conf.MAX_VIDEO_BYTES if video else conf.MAX_IMAGE_BYTES,
        timeout=conf.DOWNLOAD_TIMEOUT,
    )


async def _fetch(
    request_id: str, outputs: tuple[Output, ...], keep_to: Rules, client: SegmindClient
) -> Fetched:
    fetched = Fetched()
    if not outputs:
        fetched.reply = await client.result(request_id)
        outputs = fetched.reply.outputs
    try:
        for output in outputs:
            fetched.paths.append(await download(client.http, output, keep_to))
    except e.DownloadError as error:
        fetched.error = error
    return fetched


def record(job: TryOnJob, said: Fetched | BaseException) -> None:
    """Store what came home, or say when to try again."""
    now = timezone.now()
    match said:
        case Fetched(error=None, paths=[_, *_]):
            _keep(job, said)
        case Fetched(error=e.OutputRefused() as error):
            fail(job, error.code, error.message, **said.told)
        case Fetched():
            again(job, said.error or e.DownloadError("The provider has not finished."), said.told)
        case e.RequestFailed():
            fail(job, said.code, said.message)
        case e.RequestGone() if is_unknown(job, now):
            expire(job)
        case _:
            later(job, said, now)
    if isinstance(said, Fetched):
        for path in said.paths:
            if os.path.exists(path):
                os.unlink(path)


def _keep(job: TryOnJob, fetched: Fetched) -> None:
    """Store what came home; a storage or database that fails has the fetch repeated."""
    try:
        results = store(job, fetched.paths, **fetched.told)
    except e.OutputRefused as error:
        fail(job, error.code, error.message, **fetched.told)
    except Exception:
        # What exactly went wrong is for the log: a storage's words may hold paths and keys.
        logger.exception("job %s: its result could not be stored", job.pk)
        job.refresh_from_db()
        again(job, e.DownloadError("The result could not be stored."), fetched.told)
    else:
        announce(job, results)


def again(job: TryOnJob, error: Exception, told: dict[str, Any]) -> None:
    """Try the fetch again later; after many times fail, with the links kept for a retry."""
    attempts = job.attempts + 1
    code, message = getattr(error, "code", "download_failed"), str(error)
    if attempts >= conf.DOWNLOAD_ATTEMPTS:
        fail(job, code, message, attempts=attempts, **told)
        return
    reschedule(
        job,
        backoff(attempts, timezone.now(), longest=600),
        attempts=attempts,
        error_code=code,
        error_message=message,
        **told,
    )
