"""How a job ends, and what that means for those that wait for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from typing import Any, cast
from uuid import UUID

from django.db import DatabaseError, InterfaceError, router, transaction
from django.db.models import Q
from django.utils import timezone

from django_tryon import logs, telemetry
from django_tryon.models import Status, TryOnJob
from django_tryon.models.job import in_order
from django_tryon.models.transitions import FINISHED, move, rows, this_run, told
from django_tryon.services.announcing.webhooks import announce, is_wanted
from django_tryon.services.driving.wake import wake
from django_tryon.services.shoppers.allowance import settle
from django_tryon.services.shoppers.notify import notify
from django_tryon.signals import job_finished, job_submitted, job_uncertain

UNHAPPY = FINISHED - {Status.SUCCEEDED}


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
    if job.outfit_id is not None:
        touch_outfit(job)
        return
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
    if job.outfit_id is None:
        notify(job)
        announce(f"job.{Status(job.status).value}", job)
        job_finished.send_robust(sender=TryOnJob, job=job)
    else:
        touch_outfit(job)
    if job.status == Status.UNCERTAIN and job.second_of_id is None:
        job_uncertain.send_robust(sender=TryOnJob, job=job)
    if job.status in UNHAPPY and job.previous_id is not None:
        end_steps(job)
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
    unhappy = [job for job in ended if job.status in UNHAPPY]
    for step in unhappy:
        if step.outfit_id is not None:
            _end_outfit(step)
    why = {job.pk: job.error_message for job in unhappy if job.outfit_id is None}
    for follower in waiting.filter(previous__in=why) if why else ():
        because = why[cast(UUID, follower.previous_id)]
        said = f"The try-on before this one did not succeed: {because}"
        fail(follower, "previous_failed", said.strip())


def _end_outfit(step: TryOnJob) -> None:
    """End an outfit with a step that came to nothing, and say of which garment; the steps after it
    end with the outfit."""
    waiting = TryOnJob.objects.filter(status=Status.QUEUED, next_step_at=None)
    job = waiting.filter(pk=cast(UUID, step.outfit_id)).first()
    # Somebody may have tried it again since this instance was read.
    if job is None or not this_run(step).filter(status__in=UNHAPPY).exists():
        return
    if step.status == Status.CANCELLED:
        end(job, Status.CANCELLED, code=step.error_code, message=step.error_message)
        return
    worn = step.garments.filter(pk__in=step.puts_on or ()).first()
    said = f"“{worn}” could not be put on: {step.error_message}" if worn else step.error_message
    fail(job, step.error_code, said)


def end_steps(job: TryOnJob) -> None:
    """Cancel what is still on its way for an outfit that has ended; the last to be begun first, so
    that none begins meanwhile. One that was just sent is paid for, and kept for a while."""
    # No join: that would look at the step in a subquery, see ``move``.
    ended = Q(outfit__in=rows().filter(pk=job.pk, status__in=UNHAPPY))
    for step in reversed(in_order(job, rows().filter(outfit=job.pk))):
        if step.status not in FINISHED and move(
            step, Status.CANCELLED, only=ended, error_code=job.error_code, error_message=""
        ):
            tell(step)
        elif step.status in UNHAPPY:
            # One of many cancelled at once is told of later: a retry may come first, and what it
            # takes is written over what this run had taken.
            settle(step)


def touch_outfit(step: TryOnJob) -> None:
    """Have whoever watches an outfit see that it has gone on.

    Of an uncertain step nobody knows when it ends: the same may be asked for anew.
    """
    may_ask = {"open_wish": None} if step.status == Status.UNCERTAIN else {}
    rows().filter(pk=cast(UUID, step.outfit_id)).update(updated_at=timezone.now(), **may_ask)
