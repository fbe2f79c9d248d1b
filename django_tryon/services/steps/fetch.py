"""Fetch: bring home what was paid for, as often as it takes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.utils import timezone

from django_tryon import exceptions as e
from django_tryon import logs, telemetry
from django_tryon.conf import conf
from django_tryon.engines import find_engine
from django_tryon.hosts import is_loopback
from django_tryon.models import TryOnJob, TryOnResult
from django_tryon.models.transitions import reschedule
from django_tryon.segmind.client import SegmindClient
from django_tryon.segmind.download import download
from django_tryon.segmind.links import Rules
from django_tryon.segmind.loop import network
from django_tryon.segmind.replies import Output, Reply
from django_tryon.services.driving.patience import is_unknown, later, measured, since
from django_tryon.services.driving.schedule import backoff
from django_tryon.services.driving.step import Joint, Rest, Step
from django_tryon.services.outcome import fail
from django_tryon.services.steps.keep import Errand, keep
from django_tryon.services.steps.recover import recover
from django_tryon.services.steps.store import announce, store, store_all

LONGEST_WITHOUT_STORAGE = timedelta(days=3)
"""How long a disk or storage of ours may fail before the job does. It says nothing of the job, and
somebody has to be told of it first."""

NOT_IT = frozenset({"not_an_image", "not_a_video"})
LOOKS = 3
"""How often a file is fetched that is not what it should be."""


@dataclass
class Fetched:
    """What came home: rows whose files are stored, and what the provider said on the way."""

    results: list[TryOnResult] = field(default_factory=list)
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
    errand = Errand(job.pk, job.token, is_clip=find_engine(job.engine).output == "video")
    call = partial(_fetch, errand, job.provider_request_id or "", known, rules(errand))
    return Step(job, call, record, joint=FETCHED)


def rules(errand: Errand) -> Rules:
    """Return what a download for this job must keep to."""
    return Rules(
        hosts=tuple(conf.OUTPUT_HOSTS),
        allow_http=is_loopback(conf.BASE_URL),
        max_bytes=conf.MAX_VIDEO_BYTES if errand.is_clip else conf.MAX_IMAGE_BYTES,
        timeout=conf.DOWNLOAD_TIMEOUT,
    )


async def _fetch(
    errand: Errand,
    request_id: str,
    outputs: tuple[Output, ...],
    keep_to: Rules,
    client: SegmindClient,
) -> Fetched:
    fetched = Fetched()
    if not outputs:
        fetched.reply = await client.result(request_id)
        outputs = fetched.reply.outputs
    paths: list[str] = []
    try:
        for output in outputs:
            paths.append(await download(client.downloads, output, keep_to))
        if paths:
            fetched.results = await network.apart(partial(keep, errand, paths))
    except e.TryOnError as error:
        fetched.error = error
    except Exception as error:  # a storage's words may hold paths and keys
        logs.error(
            "result.not_stored",
            "its result could not be stored",
            job=errand.job_id,
            error=error,
            trace=True,
        )
        fetched.error = e.NotStored(
            "The shop's own storage did not take the result. See its space and its rights."
        )
    finally:
        for path in paths:
            with suppress(OSError):
                os.unlink(path)
    return fetched


def record(job: TryOnJob, said: Fetched | BaseException) -> Step | None:
    """Call the job done with what came home, or say when to try again."""
    now = timezone.now()
    match said:
        case Fetched(error=None, results=[_, *_]):
            with telemetry.span("store", job=job):
                stored = store(job, said.results, **said.told)
            announce(job, stored)
        case Fetched(error=e.OutputRefused() as error) if is_hopeless(job, error):
            fail(job, error.code, error.message, **said.told)
        case Fetched(error=e.NotAccepted()):  # it waited for its turn in vain
            reschedule(job, backoff(1, now), **said.told)
        case Fetched(error=None):
            # It runs again, it says. To fail now would have a retry pay for it once more.
            return later(job, e.UnexpectedReply("The provider has not finished."), now)
        case Fetched(error=error):
            assert error is not None  # noqa: S101  (see above)
            again(job, error, now, said.told)
        case e.RequestFailed():
            fail(job, said.code, said.message)
        case e.RequestGone() if is_unknown(job, now):
            return recover(job)
        case e.ProviderError() if job.outputs:
            # Cut short, as when a worker stops. The links outlive what the provider remembers.
            reschedule(job, backoff(1, now))
        case _:
            return later(job, said, now)
    return None


def record_fetched(brought: Sequence[tuple[TryOnJob, Fetched]]) -> list[Rest]:
    """Call several jobs done with what came home."""
    with telemetry.span("store", jobs=[job for job, _said in brought]):
        store_all([(job, said.results, said.told) for job, said in brought])
    return [partial(announce, job, said.results) for job, said in brought]


FETCHED = Joint(
    lambda said: isinstance(said, Fetched) and said.error is None and bool(said.results),
    record_fetched,
)


def is_hopeless(job: TryOnJob, error: e.OutputRefused) -> bool:
    """Tell whether fetching the file once more is of no use.

    A gateway's page, or half a file, may have come under a good link, and the result is paid for.
    """
    return error.code not in NOT_IT or job.attempts + 1 >= LOOKS


def again(job: TryOnJob, error: Exception, now: datetime, told: dict[str, Any]) -> None:
    """Try the fetch again later; after many times fail, with the links kept for a retry."""
    attempts = job.attempts + 1
    code, message = getattr(error, "code", "download_failed"), str(error)
    if isinstance(error, e.NotStored) and now - since(job) < LONGEST_WITHOUT_STORAGE:
        # Half of the tries are left for the link itself.
        attempts = min(attempts, max(job.attempts, conf.DOWNLOAD_ATTEMPTS // 2))
    elif attempts >= conf.DOWNLOAD_ATTEMPTS:
        fail(job, code, message, attempts=attempts, **told)
        return
    reschedule(
        job,
        backoff(attempts, now, longest=600),
        attempts=attempts,
        error_code=code,
        error_message=message,
        **told,
    )
