"""The only writers of a job's status.

A status changes by a conditional UPDATE: whoever changes the row has won. There is no lock, and no
transaction around a network call; whoever loses learns it from the return value.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db import models, router
from django.utils import timezone

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


def move(job: TryOnJob, target: Status, *source: Status, **fields: Any) -> bool:
    """Bring a job to a status, and set fields with it; False if somebody else was first.

    ``source`` narrows the statuses from which the move may start. The instance mirrors the row
    only if the move was won.
    """
    starts = source or sources(target)
    if any(target not in MOVES[start] for start in starts):
        raise ValueError(f"no move leads from {' or '.join(starts)} to {target}")
    now = timezone.now()
    fields |= {"status": target, "updated_at": now, "claim": ""}
    if target in FINISHED:
        # A finished job no longer stands for its wish: the same may be asked for again.
        fields |= {"finished_at": now, "next_step_at": None, "open_wish": None}
    elif target == Status.UNCERTAIN:
        fields |= {"next_step_at": None}
    won = this_run(job).filter(status__in=starts).update(**fields) == 1
    if won:
        for name, value in fields.items():
            setattr(job, name, value)
    return won


def due(now: datetime) -> models.QuerySet[TryOnJob]:
    """Return the jobs whose next step is due."""
    return rows().filter(next_step_at__lte=now, status__in=STEPS)


def claim_due(*, now: datetime, lease: timedelta, limit: int) -> list[TryOnJob]:
    """Take up to ``limit`` due jobs, the longest due first, so that no other worker has them too.

    The claim pushes ``next_step_at`` ahead by the lease: a dead worker's jobs come due again by
    themselves. Two workers may choose the same rows; the UPDATE looks at ``next_step_at`` again,
    so each row goes to one of them.
    """
    chosen = list(due(now).order_by("next_step_at").values_list("pk", flat=True)[:limit])
    if not chosen:
        return []
    claim = uuid.uuid4().hex
    taken = due(now).filter(pk__in=chosen).order_by()
    if not taken.update(claim=claim, next_step_at=now + lease):
        return []
    return list(
        rows()
        .filter(claim=claim)
        .select_related("person", "previous")
        .prefetch_related("garments")
        .order_by("created_at")
    )


def reschedule(job: TryOnJob, at: datetime, **fields: Any) -> bool:
    """Say when a job's next step is due, its status unchanged; False if it moved meanwhile."""
    fields |= {"next_step_at": at, "claim": "", "updated_at": timezone.now()}
    won = this_run(job).filter(status=job.status).update(**fields) == 1
    if won:
        for name, value in fields.items():
            setattr(job, name, value)
    return won


def next_due_at(*, besides: str = "") -> datetime | None:
    """Return when the next step of any job is due, or None if nothing is left to do.

    Jobs of the claim ``besides`` are left out: somebody works on them.
    """
    jobs = rows().filter(status__in=STEPS)
    if besides:
        jobs = jobs.exclude(claim=besides)
    at: datetime | None = jobs.aggregate(at=models.Min("next_step_at"))["at"]
    return at


def begin_submit(jobs: list[TryOnJob]) -> list[TryOnJob]:
    """Bring claimed jobs from ``queued`` to ``submitting``; return those that were still there."""
    if not jobs:
        return []
    claim = jobs[0].claim
    claimed = rows().filter(claim=claim, pk__in=[job.pk for job in jobs])
    claimed.filter(status=Status.QUEUED).update(status=Status.SUBMITTING, updated_at=timezone.now())
    won = set(claimed.filter(status=Status.SUBMITTING).values_list("pk", flat=True))
    begun = [job for job in jobs if job.pk in won]
    for job in begun:
        job.status = Status.SUBMITTING
    return begun
