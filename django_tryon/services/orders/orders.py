"""Orders: rows of what is to be done, taken on some at a time by whichever worker is free.

A source of the drive. That a row was done is written in the transaction of what it asks for, so
that a worker that dies in between does nothing twice and forgets nothing.
"""

from __future__ import annotations

import math
import time
import uuid
from abc import ABC, abstractmethod
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from django.db import DatabaseError, models, router, transaction
from django.utils.translation import gettext as _

from django_tryon import logs
from django_tryon.exceptions import NothingLeft, TryOnError
from django_tryon.models.ordered import Ordered
from django_tryon.services.chunks import chunks
from django_tryon.services.driving.wake import wake

AT_ONCE = 25
"""Done in one go: a worker that is busy with these for long leaves what arrives lying."""
LEASE = timedelta(minutes=2)
"""How long a worker may keep rows that it took."""
PAUSE = timedelta(minutes=15)
"""After this time is looked whether a budget that was spent allows more."""
IN_ONE_INSERT = 500
KNOWN_FOR = 5.0
"""Seconds for which a process believes what it read of the next row: most shops have none."""

Row = TypeVar("Row", bound=Ordered)


class Orders(ABC, Generic[Row]):
    """All rows of one kind."""

    def __init__(self, model: type[Row]) -> None:
        self.model = model
        # Until when (by the monotonic clock) what is known of the next row holds, and its moment.
        self.known: tuple[float, datetime | None] = (-math.inf, None)

    @abstractmethod
    def read(self, taken: models.QuerySet[Row]) -> list[Row]:
        """Return these rows, with all that is needed to do them."""

    @abstractmethod
    def do(self, row: Row) -> None:
        """Do what a row asks for, if it is still this worker's; raises TryOnError if it cannot."""

    def rows(self) -> models.QuerySet[Row]:
        """Return all rows, as the database has them to which they are written."""
        return self.model._default_manager.using(router.db_for_write(self.model))

    def waiting(self) -> models.QuerySet[Row]:
        """Return the rows that are still to be done."""
        return self.rows().filter(state=Ordered.WAITING)

    def write_down(self, wanted: Iterable[Row], *, anew_only: bool = False) -> int:
        """Write down what is to be done; return how many rows that are.

        Nothing is checked or paid here. ``anew_only`` leaves alone what is written down already.
        """
        count = 0
        for some in chunks(wanted, IN_ONE_INSERT):
            count += len(self.rows().bulk_create(some, ignore_conflicts=anew_only))
        self.tell()
        return count

    def tell(self) -> None:
        """Have the workers look at what was written."""
        self.forget()
        transaction.on_commit(self.forget)  # whoever asked meanwhile could not see it yet
        wake()

    def forget(self) -> None:
        """Forget what is known of the next row: it has changed."""
        self.known = (-math.inf, None)

    def next_due_at(self) -> datetime | None:
        """Return when the next row is due, or None if none waits."""
        until, at = self.known
        if time.monotonic() >= until:
            due = self.rows().filter(due_at__isnull=False).order_by()
            at = due.aggregate(at=models.Min("due_at"))["at"]
            self.known = (time.monotonic() + KNOWN_FOR, at)
        return at

    def is_idle(self) -> bool:
        """Tell whether no row goes on by itself soon; what waits for money may wait for days."""
        return self.next_due_at() is None or not self.waiting().filter(why="").exists()

    def do_due(self, now: datetime) -> int:
        """Do some of the rows that are due; return how many were taken on."""
        at = self.next_due_at()
        if at is None or at > now:
            return 0
        due = self.waiting().filter(due_at__lte=now)
        keys = list(due.order_by("due_at", "pk").values_list("pk", flat=True)[:AT_ONCE])
        self.forget()
        if not keys:
            return 0
        # Of two workers who chose the same, the one whose UPDATE comes first has each.
        name = uuid.uuid4().hex
        due.filter(pk__in=keys).update(claim=name, due_at=now + LEASE)
        taken = self.read(self.rows().filter(claim=name).order_by("pk"))
        poor: list[Row] = []
        says = ""
        for row in taken:
            try:
                self.do(row)
            except NothingLeft as error:  # of this one: another may cost less
                poor.append(row)
                says = error.message
            except TryOnError as error:
                self._leave_out(row, error.message)
            except DatabaseError:
                raise  # the lease brings it back
            except Exception as error:
                logs.error(
                    "order.not_done",
                    "%s was not done",
                    self.model.__name__,
                    error=error,
                    trace=True,
                )
                self._leave_out(row, _("It could not be done, because of a fault that was logged."))
        if poor:
            self._wait(poor, says, now, all_of_them=len(poor) == len(taken))
        return len(taken)

    def mine(self, row: Row) -> models.QuerySet[Row]:
        """Return the row if it still is this worker's: for an UPDATE or DELETE that says so."""
        return self.waiting().filter(pk=row.pk, claim=row.claim)

    def _leave_out(self, row: Row, why: str) -> None:
        self.mine(row).update(state=Ordered.LEFT_OUT, due_at=None, claim="", why=why[:500])

    def _wait(self, some: list[Row], why: str, now: datetime, *, all_of_them: bool) -> None:
        """Have these wait for money; if they are all that were taken on, the others with them.

        Those others then come first: these may be what is never affordable.
        """
        at = now + PAUSE
        mine = self.waiting().filter(pk__in=[row.pk for row in some], claim=some[0].claim)
        if all_of_them:
            self.waiting().filter(claim="").update(due_at=at, why=why[:500])
            at += timedelta(seconds=1)
        mine.update(claim="", due_at=at, why=why[:500])
