"""Turns: no more submits a minute than the account allows, all workers together."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from django_tryon.conf import conf
from django_tryon.models import Status, Tally, TryOnJob
from django_tryon.models.transitions import rows

MINUTE = timedelta(minutes=1)
FARTHEST = 5
"""Over how many minutes those that wait are spread; the last of them then wait again."""


def take(jobs: Collection[TryOnJob], *, now: datetime) -> list[TryOnJob]:
    """Return those of some claimed jobs that have a turn now; the others wait, the oldest least.

    One query where ``SUBMITS_PER_MINUTE`` is set and there are turns enough, none where it is not.
    """
    limit = conf.SUBMITS_PER_MINUTE
    all_jobs = list(jobs)
    if limit is None or not all_jobs:
        return all_jobs
    number = int(now.timestamp() // MINUTE.total_seconds())
    free = _take_up_to(f"submits:{number}", len(all_jobs), limit)
    rest = all_jobs[free:]
    for ahead in range(1, FARTHEST + 1):
        part, rest = (rest[:limit], rest[limit:]) if ahead < FARTHEST else (rest, [])
        if part:
            start = (number + ahead) * MINUTE.total_seconds()
            put_off(part, datetime.fromtimestamp(start, UTC))
    return all_jobs[:free]


def _take_up_to(key: str, wanted: int, limit: int) -> int:
    """Use as many turns of a minute as are wanted and left, and return their number."""
    while wanted > 0:
        if Tally.take(key, Decimal(wanted), limit=Decimal(limit)):
            return wanted
        wanted = min(wanted - 1, limit - int(Tally.used_of(key)))
    return 0


def put_off(jobs: Collection[TryOnJob], at: datetime, **fields: Any) -> None:
    """Have claimed, queued jobs wait until that moment, in one statement."""
    claims = {job.claim for job in jobs}
    mine = rows().filter(pk__in=[job.pk for job in jobs], claim__in=claims, status=Status.QUEUED)
    mine.update(next_step_at=at, claim="", updated_at=timezone.now(), **fields)
