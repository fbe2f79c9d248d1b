"""Judge: have the checks look at stored results, and keep what they saw.

A source of the drive, beside the jobs: by then the result is stored, and who asked for it has
heard. A worker that dies in the middle of it loses nothing: another one looks after the lease.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from weakref import WeakSet

from django.db import router, transaction
from django.db.models import F, Min, QuerySet
from django.utils import timezone

from django_tryon import logs, quality
from django_tryon.conf import conf
from django_tryon.models import TryOnResult
from django_tryon.segmind.client import SegmindClient
from django_tryon.segmind.loop import network
from django_tryon.services.driving.step import Step
from django_tryon.services.driving.wake import wake
from django_tryon.services.judging.draw_again import draw_again, second_for
from django_tryon.services.judging.due import is_on
from django_tryon.services.judging.look import Pictures, look, pictures_of
from django_tryon.services.judging.take_better import take_better
from django_tryon.services.shoppers.hold import wait_for

AT_ONCE = 2
"""Results that one process has before it at the same time, of which it looks at one."""
LONGEST = 60.0
"""Seconds that one look may take, the storage's included."""
LEASE = timedelta(minutes=5)
"""How long a worker may keep a result; longer than ``AT_ONCE`` looks can take."""
TRIES = 3
"""How often a result is looked at that could not be."""
PAUSE = timedelta(seconds=30)
HOLDING = {"hold", "retry"}
"""The actions on which something depends."""
BUSY = timedelta(seconds=1)
PATIENCE = timedelta(minutes=1)
"""How long a result waits for a moment in which no job is due; then it has its turn anyhow."""

_on_the_way: WeakSet[Step] = WeakSet()


def rows() -> QuerySet[TryOnResult]:
    """Return all results, as the database has them to which they are written."""
    return TryOnResult.objects.using(router.db_for_write(TryOnResult))


def claim(now: datetime, limit: int) -> list[Step]:
    """Take results that are due, so that no other worker has them too; nothing if it is off."""
    room = min(AT_ONCE - len(_on_the_way), limit)
    if room <= 0 or not is_on():
        return []
    steps = []
    due = rows().filter(judge_at__lte=now).select_related("job__person", "job__second_of")
    for result in due.order_by("judge_at")[:room]:
        same = rows().filter(pk=result.pk, judge_at=result.judge_at)
        if not same.update(judge_at=now + LEASE, judge_tries=F("judge_tries") + 1):
            continue
        result.judge_at, result.judge_tries = now + LEASE, result.judge_tries + 1
        if (step := _step(result)) is not None:
            steps.append(step)
    _on_the_way.update(steps)
    return steps


def next_due_at() -> datetime | None:
    """Return when the next result is due, or None if none is, or nobody wants to know."""
    if not is_on():
        return None
    waiting = rows().filter(judge_at__isnull=False).order_by()
    at: datetime | None = waiting.aggregate(at=Min("judge_at"))["at"]
    if at is not None and len(_on_the_way) >= AT_ONCE:
        return max(at, timezone.now() + BUSY)
    return at


def is_idle() -> bool:
    """Tell whether nobody waits for a look: one that only warns may come whenever it comes."""
    wanted = {quality.action_of(check, conf.QUALITY) for check in quality.AFTER.values()}
    return not wanted & HOLDING or next_due_at() is None


def _step(result: TryOnResult) -> Step | None:
    try:
        if result.judge_tries > TRIES:  # whoever looked at it died, and more than once
            raise RuntimeError("nobody came back from looking at it")
        pictures = pictures_of(result)
    except Exception as error:  # the shop's adapter, say
        _give_up(result, error)
        return None
    if pictures is None:  # what it was made of was deleted
        rows().filter(pk=result.pk).update(judge_at=None)
        return None
    return Step(result, partial(_look, pictures), record)


async def _look(pictures: Pictures, client: SegmindClient) -> list[list[Any]]:
    return await asyncio.wait_for(network.apart(partial(look, pictures)), LONGEST)


def record(result: TryOnResult, said: list[list[Any]] | BaseException) -> None:
    """Keep what was seen, and do what the settings say about it; or look once more later."""
    if not isinstance(said, BaseException):
        keep(result, said)
    elif result.judge_tries >= TRIES:
        _give_up(result, said)
    else:
        mine = rows().filter(pk=result.pk, judge_at=result.judge_at)
        mine.update(judge_at=timezone.now() + PAUSE)


def _give_up(result: TryOnResult, error: BaseException) -> None:
    """Leave a result as nobody has looked at it: it is none the worse for that."""
    logs.warning("result.not_judged", "a result was not judged", job=result.job_id, error=error)
    rows().filter(pk=result.pk).update(judge_at=None)


def keep(result: TryOnResult, stored: list[list[Any]]) -> None:
    """Write down what was seen; with the same commit whatever follows from it.

    Of several who bring the same one writes.
    """
    flagged = quality.worth_telling(stored, conf.QUALITY)
    actions = {quality.action_of(found.check, conf.QUALITY) for found in flagged}
    said: dict[str, Any] = {
        "findings": stored,
        "is_flagged": bool(flagged),
        "needs_look": bool(actions & HOLDING),
        "judge_at": None,
    }
    second = second_for(result) if "retry" in actions else None
    again_at: datetime | None = None
    with transaction.atomic(using=router.db_for_write(TryOnResult)):
        wait_for(result.job.shopper_id)
        # Then what it takes of the tallies: see ``in_order``.
        is_drawn = second is not None and draw_again(second)
        if not rows().filter(pk=result.pk, judge_at__isnull=False).update(**said):
            transaction.set_rollback(True)  # somebody else was first
            return
        for name, value in said.items():
            setattr(result, name, value)
        if result.job.second_of_id is not None:
            again_at = take_better(result)
            if again_at is not None:
                rows().filter(pk=result.pk).update(judge_at=again_at, judge_tries=0)
        if flagged:
            result.touch_job()
    if flagged:
        logs.info("result.flagged", "%d to look at", len(flagged), job=result.job_id)
    if is_drawn or again_at is not None:
        wake()
