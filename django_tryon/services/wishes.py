"""Wishes: launch what a large batch asks for, some at a time, by whichever worker is free.

A source of the drive. A wish and its job are written in one transaction, so that a worker that
dies in between launches nothing twice and forgets nothing.
"""

from __future__ import annotations

import math
import time
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import islice

from django.db import DatabaseError, router, transaction
from django.db.models import Min, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from django_tryon import logs
from django_tryon.exceptions import LaunchRefused, NothingLeft
from django_tryon.models import Batch, BatchWish, Garment
from django_tryon.services.driving.wake import wake
from django_tryon.services.launch import launch

State = BatchWish.State

AT_ONCE = 25
"""Launched in one go: a worker that launches for long leaves what arrives lying."""
LEASE = timedelta(minutes=2)
"""How long a worker may keep wishes that it took."""
PAUSE = timedelta(minutes=15)
"""After this time is looked whether a budget that was spent allows more."""
IN_ONE_INSERT = 500
KNOWN_FOR = 5.0
"""Seconds for which a process believes what it read of the next wish: most shops have none."""

_known: tuple[float, datetime | None] = (-math.inf, None)
"""Until when (by the monotonic clock) what is known of the next wish holds, and its moment."""


def rows() -> QuerySet[BatchWish]:
    """Return all wishes, as the database has them to which they are written."""
    return BatchWish.objects.using(router.db_for_write(BatchWish))


def write_down(batch: Batch, wishes: Iterable[BatchWish]) -> int:
    """Write down what a batch is to launch; return how many wishes that are.

    Nothing is checked or paid here. Call it inside the transaction that makes the batch.
    """
    count, left = 0, iter(wishes)
    while some := list(islice(left, IN_ONE_INSERT)):
        for wish in some:
            wish.batch = batch
        count += len(rows().bulk_create(some))
    _tell()
    return count


def _tell() -> None:
    """Have the workers look at what was written."""
    forget()
    transaction.on_commit(forget)  # whoever asked meanwhile could not see it yet
    wake()


def forget() -> None:
    """Forget what is known of the next wish: it has changed."""
    global _known
    _known = (-math.inf, None)


def launch_due(now: datetime) -> int:
    """Launch some of the wishes that are due; return how many were taken on."""
    at = next_due_at()
    if at is None or at > now:
        return 0
    due = rows().filter(due_at__lte=now, state=State.WAITING)
    keys = list(due.order_by("due_at", "pk").values_list("pk", flat=True)[:AT_ONCE])
    forget()
    if not keys:
        return 0
    # Of two workers who chose the same, the one whose UPDATE comes first has each.
    name = uuid.uuid4().hex
    rows().filter(pk__in=keys, due_at__lte=now, state=State.WAITING).update(
        claim=name, due_at=now + LEASE
    )
    mine = rows().filter(claim=name).select_related("batch__created_by", "person", "previous")
    taken = list(mine.order_by("pk"))
    worn = Garment.objects.in_bulk({key for wish in taken for key in wish.garments})
    for number, wish in enumerate(taken):
        try:
            _launch(wish, [worn.get(key) for key in wish.garments])
        except NothingLeft as error:
            _wait(taken[number:], error.message, now)
            break
        except LaunchRefused as error:
            _leave_out(wish, error.message)
        except DatabaseError:
            raise  # the lease brings it back
        except Exception as error:
            logs.error("wish.not_launched", "a wish could not be launched", error=error, trace=True)
            _leave_out(wish, _("It could not be launched, because of a fault that was logged."))
    return len(taken)


def next_due_at() -> datetime | None:
    """Return when the next wish is due, or None if none waits."""
    global _known
    until, at = _known
    if time.monotonic() >= until:
        waiting = rows().filter(due_at__isnull=False).order_by()
        at = waiting.aggregate(at=Min("due_at"))["at"]
        _known = (time.monotonic() + KNOWN_FOR, at)
    return at


def is_idle() -> bool:
    """Tell whether no wish goes on by itself soon; what waits for money may wait for days."""
    return next_due_at() is None or not rows().filter(state=State.WAITING, why="").exists()


def _launch(wish: BatchWish, garments: list[Garment | None]) -> None:
    """Launch a wish, if nobody else has; raises LaunchRefused."""
    there = [garment for garment in garments if garment is not None]
    if len(there) < len(garments):
        raise LaunchRefused(_("A garment of it was deleted."))
    if wish.person is None:
        raise LaunchRefused(_("The house model was deleted."))
    with transaction.atomic():
        mine = rows().filter(pk=wish.pk, claim=wish.claim, state=State.WAITING)
        if not mine.update(state=State.LAUNCHED, due_at=None, claim="", why=""):
            return  # it was cancelled meanwhile, or another worker took it on
        job = launch(
            garments=there,
            person=wish.person,
            engine=wish.engine,
            params=wish.params,
            requested_by=wish.batch.created_by,
            previous=wish.previous,
            batch=wish.batch,
            reuse=wish.reuses,
        )
        rows().filter(pk=wish.pk).update(job=job)


def _leave_out(wish: BatchWish, why: str) -> None:
    rows().filter(pk=wish.pk, claim=wish.claim).update(
        state=State.LEFT_OUT, due_at=None, claim="", why=why[:500]
    )


def _wait(wishes: list[BatchWish], why: str, now: datetime) -> None:
    """Have these wait for money, and all that are due with them: none would fare better."""
    rows().filter(pk__in=[wish.pk for wish in wishes], claim=wishes[0].claim).update(claim="")
    rows().filter(state=State.WAITING, claim="").update(due_at=now + PAUSE, why=why[:500])


def drop(batches: Iterable[Batch]) -> int:
    """Leave out what these batches have not launched yet; return how many wishes that were."""
    waiting = rows().filter(batch__in=list(batches), state=State.WAITING)
    return waiting.update(state=State.LEFT_OUT, due_at=None, claim="", why=_("Cancelled."))


def wish_again(batches: Iterable[Batch]) -> int:
    """Launch after all what these batches left out; return how many wishes that are."""
    left_out = rows().filter(batch__in=list(batches), state=State.LEFT_OUT)
    count = left_out.update(state=State.WAITING, due_at=timezone.now(), why="")
    _tell()
    return count
