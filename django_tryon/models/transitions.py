"""The only writers of a job's status.

A status changes by a conditional UPDATE: whoever changes the row has won. There is no lock, and no
transaction around a network call; whoever loses learns it from the return value.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import models, router, transaction
from django.utils import timezone

from django_tryon.models.deadlock import unless_deadlocked
from django_tryon.models.each import Change, update_each
from django_tryon.models.job import Status, TryOnJob

MOVES: dict[Status, frozenset[Status]] = {
    Status.QUEUED: frozenset({Status.SUBMITTING, Status.FAILED, Status.CANCELLED}),
    Status.SUBMITTING: frozenset(
        {Status.QUEUED, Status.RUNNING, Status.FETCHING, Status.FAILED, Status.UNCERTAIN}
    ),
    Status.RUNNING: frozenset({Status.FETCHING, Status.FAILED, Status.CANCELLED, Status.EXPIRED}),
    Status.FETCHING: frozenset({Status.SUCCEEDED, Status.FAILED, Status.CANCELLED, Status.EXPIRED}),
    # An answer that comes after the lease still brings a paid request home.
    Status.UNCERTAIN: frozenset({Status.RUNNING, Status.FETCHING, Status.QUEUED, Status.FAILED}),
    # A retry: from the start, or only the fetch where a result was already paid for.
    Status.FAILED: frozenset({Status.QUEUED, Status.FETCHING}),
    Status.CANCELLED: frozenset({Status.QUEUED}),
    Status.EXPIRED: frozenset({Status.QUEUED}),
    Status.SUCCEEDED: frozenset(),
}
FINISHED = frozenset({Status.SUCCEEDED, Status.FAILED, Status.CANCELLED, Status.EXPIRED})
"""Nothing more happens by itself."""
STEPS = frozenset({Status.QUEUED, Status.SUBMITTING, Status.RUNNING, Status.FETCHING})
"""A worker has something to do."""
TELLING = timedelta(minutes=1)
"""A job that has ended comes due once more after this, unless everybody was told of it by then."""


def rows() -> models.QuerySet[TryOnJob]:
    """Return all jobs, as the database has them to which they are written: a replica may lag."""
    return TryOnJob.objects.using(router.db_for_write(TryOnJob))


def this_run(job: TryOnJob) -> models.QuerySet[TryOnJob]:
    """Return the row of this job, if it has not been retried since this instance was read.

    A retry renews the token, so an answer to the run before it no longer finds the row.
    """
    return rows().filter(pk=job.pk, token=job.token)


def sources(target: Status) -> list[Status]:
    """Return the statuses from which a job may come to this one."""
    return [source for source, targets in MOVES.items() if target in targets]


def move(
    job: TryOnJob,
    target: Status,
    *source: Status,
    only: models.Q | None = None,
    **fields: Any,
) -> bool:
    """Bring a job to a status, and set fields with it; False if somebody else was first.

    ``source`` narrows the statuses from which the move may start, ``only`` the rows. It must not
    join: Django would put every condition into a subquery, and a database that has waited for the
    row does not ask that once more. The instance mirrors the row only if the move was won.
    """
    starts = source or sources(target)
    if any(target not in MOVES[start] for start in starts):
        raise ValueError(f"no move leads from {' or '.join(starts)} to {target}")
    fields = _fields(target, fields)
    found = this_run(job).filter(only or models.Q(), status__in=starts)
    won = unless_deadlocked(lambda: found.update(**fields)) == 1
    if won:
        _mirror(job, fields)
    return won


def cancel_many(keys: Sequence[Any], *source: Status, told_at: datetime) -> int:
    """Cancel those of these jobs that are in one of these statuses; return how many.

    One statement. The jobs come due at ``told_at``: then a worker tells everybody, as it does where
    whoever ended a job died before that.
    """
    if any(Status.CANCELLED not in MOVES[start] for start in source):
        raise ValueError(f"no move leads from {' or '.join(source)} to {Status.CANCELLED}")
    said = {"error_code": "cancelled", "error_message": ""}
    fields = _fields(Status.CANCELLED, said) | {"next_step_at": told_at}
    found = rows().filter(pk__in=keys, status__in=source)
    return unless_deadlocked(lambda: found.update(**fields))


class Overtaken(Exception):
    """Somebody else was first with one of several jobs, and none was moved."""


@dataclass(frozen=True)
class Move:
    """What one of several jobs is given with its new status."""

    job: TryOnJob
    fields: Mapping[str, Any]
    only: Mapping[str, Any] = field(default_factory=dict)
    """What else its row must still have."""


def move_all(
    moves: Sequence[Move],
    target: Status,
    source: Status,
    *,
    along: Callable[[], object] = lambda: None,
) -> None:
    """Bring several jobs from one status to another, and do ``along`` with it: all of it, or none.

    Each row is looked at as ``move`` looks at one. Raises Overtaken if one was not as it had to be,
    and what ``along`` raises. The instances mirror their rows once that is committed.
    """
    if target not in MOVES[source]:
        raise ValueError(f"no move leads from {source} to {target}")
    moves = sorted(moves, key=lambda move: move.job.pk)  # two with the same lock them in one order
    given = [_fields(target, move.fields) for move in moves]
    changes = [
        Change(fields, {"token": move.job.token, "status": source, **move.only})
        for move, fields in zip(moves, given, strict=True)
    ]
    using = router.db_for_write(TryOnJob)
    with transaction.atomic(using=using):
        if update_each(TryOnJob, changes, using=using) != len(changes):
            raise Overtaken
        along()
    for move, fields in zip(moves, given, strict=True):
        _mirror(move.job, fields)


def _fields(target: Status, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return all that changes with a job's status."""
    now = timezone.now()
    fields = {**given, "status": target, "updated_at": now, "claim": ""}
    if target in FINISHED:
        # A finished job no longer stands for its wish: the same may be asked for again.
        fields |= {"finished_at": now, "next_step_at": now + TELLING, "open_wish": None}
    elif target == Status.UNCERTAIN:
        # For whoever asked it has ended, too: they need not wait for what staff find out.
        fields = {"next_step_at": None} | fields | {"open_wish": None}
    return fields


def _mirror(job: TryOnJob, fields: Mapping[str, Any]) -> None:
    for name, value in fields.items():
        setattr(job, name, value)


def due(now: datetime) -> models.QuerySet[TryOnJob]:
    """Return the jobs whose next step is due, those included of which nobody was told yet."""
    return rows().filter(next_step_at__lte=now)


def claim_due(
    *, now: datetime, lease: timedelta, limit: int, besides: Collection[Status] = ()
) -> list[TryOnJob]:
    """Take up to ``limit`` due jobs, the longest due first, so that no other worker has them too.

    Jobs in one of the statuses ``besides`` are left where they are. The claim pushes
    ``next_step_at`` ahead by the lease: a dead worker's jobs come due again by themselves. Two
    workers may choose the same rows; the UPDATE looks at ``next_step_at`` again, so each row goes
    to one of them.
    """
    may = due(now).exclude(status__in=besides) if besides else due(now)
    chosen = list(may.order_by("next_step_at").values_list("pk", flat=True)[:limit])
    if not chosen:
        return []
    claim = uuid.uuid4().hex
    taken = may.filter(pk__in=chosen)
    if not unless_deadlocked(lambda: taken.update(claim=claim, next_step_at=now + lease)):
        return []
    jobs = list(rows().filter(claim=claim).order_by("created_at"))
    # Only who is yet to be submitted needs all that belongs to the wish.
    queued = [job for job in jobs if job.status == Status.QUEUED]
    models.prefetch_related_objects(queued, "person", "previous", "garments")
    return jobs


def reschedule(job: TryOnJob, at: datetime, **fields: Any) -> bool:
    """Say when a job's next step is due, its status unchanged; False if it moved meanwhile."""
    fields |= {"next_step_at": at, "claim": "", "updated_at": timezone.now()}
    found = this_run(job).filter(status=job.status)
    won = unless_deadlocked(lambda: found.update(**fields)) == 1
    if won:
        _mirror(job, fields)
    return won


def reschedule_many(due_at: Mapping[datetime, Sequence[TryOnJob]]) -> None:
    """Say when the next step of many claimed jobs is due: nothing else is new.

    A job that somebody else moved or claimed meanwhile keeps what they said.
    """
    now = timezone.now()
    for at, jobs in due_at.items():
        claims = {job.claim for job in jobs}
        same = rows().filter(pk__in=[job.pk for job in jobs], claim__in=claims)
        same.filter(status__in={job.status for job in jobs}).update(
            next_step_at=at, claim="", attempts=0, updated_at=now
        )


def told(jobs: Sequence[TryOnJob]) -> None:
    """Say that everybody was told how these jobs ended: nothing of them is left to do.

    Of whom an address was given meanwhile the job stays due: that mail is still to be sent.
    """
    if jobs:
        ended = rows().filter(pk__in=[job.pk for job in jobs], status__in=FINISHED)
        # One that was done again, and has ended again since, is yet to be told of.
        same = models.Q(finished_at__in={job.finished_at for job in jobs if job.finished_at})
        ended = ended.filter(same | models.Q(finished_at=None))
        all_told = models.Q(notify="") | models.Q(shopper=None)
        ended.filter(all_told, next_step_at__isnull=False).update(next_step_at=None, claim="")


def next_due_at() -> datetime | None:
    """Return when the next step of any job is due, or None if nothing is left to do."""
    jobs = rows().filter(next_step_at__isnull=False)
    at: datetime | None = jobs.aggregate(at=models.Min("next_step_at"))["at"]
    return at


def begin_submit(jobs: Sequence[TryOnJob]) -> list[TryOnJob]:
    """Bring claimed jobs from ``queued`` to ``submitting``; return those that were still there."""
    if not jobs:
        return []
    claimed = rows().filter(claim=jobs[0].claim, pk__in=[job.pk for job in jobs])
    won = claimed.filter(status=Status.QUEUED).update(
        status=Status.SUBMITTING, updated_at=timezone.now()
    )
    begun = list(jobs)
    if won < len(jobs):  # some were cancelled meanwhile
        there = set(claimed.filter(status=Status.SUBMITTING).values_list("pk", flat=True))
        begun = [job for job in jobs if job.pk in there]
    for job in begun:
        job.status = Status.SUBMITTING
    return begun
