"""How a job ends, and what that means for those that wait for it."""

from __future__ import annotations

import logging
from typing import Any

from django.utils import timezone

from django_tryon.models import Status, TryOnJob
from django_tryon.models.transitions import FINISHED, move
from django_tryon.services.allowance import give_back
from django_tryon.services.notify import notify
from django_tryon.services.wake import wake
from django_tryon.signals import job_finished

logger = logging.getLogger("django_tryon")


def end(job: TryOnJob, target: Status, *, code: str, message: str, **fields: Any) -> bool:
    """Bring a job to an unhappy end, with a code and a sentence; False if it had moved already."""
    won = move(job, target, error_code=code, error_message=plain(message), **fields)
    if won:
        logger.warning("job %s (%s): %s, %s", job.pk, job.engine, target.value, code)
        tell(job)
    return won


def plain(text: str) -> str:
    """Return somebody else's words as every database takes them: short, and without NUL."""
    return text.replace("\x00", "")[:2000]


def fail(job: TryOnJob, code: str, message: str, **fields: Any) -> None:
    """Say that a job failed, and why."""
    end(job, Status.FAILED, code=code, message=message, **fields)


def tell(job: TryOnJob) -> None:
    """Tell the shopper, the shop and the followers that a job has ended."""
    give_back(job)
    notify(job)
    job_finished.send_robust(sender=TryOnJob, job=job)
    settle_followers(job)


def settle_followers(job: TryOnJob) -> None:
    """Let the jobs that wait for this one begin, or fail them with it."""
    waiting = TryOnJob.objects.filter(previous=job, status=Status.QUEUED, next_step_at=None)
    if job.status == Status.SUCCEEDED:
        if waiting.update(next_step_at=timezone.now()):
            wake()
    elif job.status in FINISHED:
        for follower in waiting:
            fail(
                follower,
                "previous_failed",
                f"The try-on before this one did not succeed: {job.error_message}".strip(),
            )
