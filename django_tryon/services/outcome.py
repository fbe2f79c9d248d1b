"""How a job ends, and what that means for those that wait for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from typing import Any, cast
from uuid import UUID

from django.db import DatabaseError, InterfaceError, router, transaction
from django.utils import timezone

from django_tryon import logs, telemetry
from django_tryon.models import Status, TryOnJob
from django_tryon.models.transitions import FINISHED, move, told
from django_tryon.services.announcing.webhooks import announce, is_wanted
from django_tryon.services.driving.wake import wake
from django_tryon.services.shoppers.allowance import settle
from django_tryon.services.shoppers.notify import notify
from django_tryon.signals import job_finished, job_submitted, job_uncertain


def submitted(job: TryOnJob, target: Status, *source: Status, **fields: Any) -> bool:
    """Say that the provider has taken a job, and tell the shop; False if it had moved already.

    Arguments and what is raised are those of ``move``.
    """
    won = move_and_announce("job.submitted", job, target, *source, **fields)
    if won:
        tell_submitted(job)
    return won


def tell_submitted(job: TryOnJob) -> None:
    """Tell this process's listeners that the provider has taken a job."""
    job_submitted.send_robust(sender=TryOnJob, job=job)


def move_and_announce(
    event: str, job: TryOnJob, target: Status, *source: Status, **fields: Any
) -> bool:
    """Move a job and write down the webhooks of it with the same commit: nobody can die between.

    For a job that has not ended, which nothing would have told of later. Costs no transaction
    where no endpoint wants the event.
    """
    using = router.db_for_write(TryOnJob)
    with transaction.atomic(using=using) if is_wanted(event) else nullcontext():
        won = move(job, target, *source, **fields)
        if won:
            try:
                announce(event, job)
            except (DatabaseError, InterfaceError):
                raise  # neither is written down, so both are once more
            except Exception as error:  # what was paid for counts for more than a message
                logs.error("webhook.not_written", "%s is not told", event, job=job, error=error)
    return won


def end(job: TryOnJob, target: Status, *, code: str, message: str, **fields: Any) -> bool:
    """Bring a job to an unhappy end, with a code and a sentence; False if it had moved already."""
    fields |= {"error_code": code, "error_message": plain(message)}
    if target == Status.UNCERTAIN:
        won = move_and_announce("job.uncertain", job, target, **fields)
    else:
        won = move(job, target, **fields)
    if won:
        logs.warning(f"job.{target.value}", "%s, %s", target.value, code, job=job)
        tell(job)
    return won


def plain(text: str) -> str:
    """Return somebody else's words as every database takes them: short, and without NUL."""
    return text.replace("\x00", "")[:2000]


def fail(job: TryOnJob, code: str, message: str, **fields: Any) -> None:
    """Say that a job failed, and why."""
    end(job, Status.FAILED, code=code, message=message, **fields)


def tell(job: TryOnJob) -> None:
    """Tell the shopper, the shop and the followers that a job has ended.

    Whoever dies in the middle of it leaves the row due, and all are told again: each of these
    bears that.
    """
    settle(job)
    telemetry.ended(job)
    notify(job)
    announce(f"job.{Status(job.status).value}", job)
    job_finished.send_robust(sender=TryOnJob, job=job)
    if job.status == Status.UNCERTAIN:
        job_uncertain.send_robust(sender=TryOnJob, job=job)
    gathered = _gathered.get()
    if gathered is None:
        settle_followers([job])
        told([job])
    else:
        gathered.append(job)


@contextmanager
def together() -> Iterator[None]:
    """Do at the end, for all who end meanwhile at once, what takes the same statement for each."""
    ended: list[TryOnJob] = []
    token = _gathered.set(ended)
    try:
        yield
    finally:
        _gathered.reset(token)
    settle_followers(ended)
    told(ended)


_gathered: ContextVar[list[TryOnJob] | None] = ContextVar("django_tryon_gathered", default=None)


def settle_followers(ended: Iterable[TryOnJob]) -> None:
    """Let the jobs that wait for these begin, or fail them with what they wait for."""
    ended = list(ended)
    waiting = TryOnJob.objects.filter(status=Status.QUEUED, next_step_at=None)
    succeeded = [job.pk for job in ended if job.status == Status.SUCCEEDED]
    if succeeded and waiting.filter(previous__in=succeeded).update(next_step_at=timezone.now()):
        wake()
    unhappy = FINISHED - {Status.SUCCEEDED}
    why = {job.pk: job.error_message for job in ended if job.status in unhappy}
    for follower in waiting.filter(previous__in=why) if why else ():
        because = why[cast(UUID, follower.previous_id)]
        said = f"The try-on before this one did not succeed: {because}"
        fail(follower, "previous_failed", said.strip())
