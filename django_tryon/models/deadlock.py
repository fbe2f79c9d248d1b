"""Deadlocks: do once more what the database gave up so that another could go on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError, connections, router, transaction

from django_tryon.models.job import TryOnJob

T = TypeVar("T")
TRIES = 3
DEADLOCK = 1213
"""How MariaDB and MySQL call it: nothing of the statement was done."""


def unless_deadlocked(do: Callable[[], T]) -> T:
    """Do one statement, or one transaction, and return what it gives; once more if it was given up.

    MariaDB locks a row by the index that finds it, so that two statements on one row may each hold
    what the other waits for. Inside a transaction all of that is gone, and whoever opened it has to
    begin anew: then the error is raised.
    """
    for _try in range(TRIES - 1):
        try:
            return do()
        except OperationalError as error:
            within = connections[router.db_for_write(TryOnJob)].in_atomic_block
            if within or error.args[:1] != (DEADLOCK,):
                raise
    return do()


def in_transaction(do: Callable[[], T], *, savepoint: bool = True) -> T:
    """Do this in a transaction and return what it gives; all of it once more if it was given up.

    What it does outside of the database it may do twice. Inside another transaction it is a part
    of that, and whoever opened it begins anew.
    """

    def whole() -> T:
        with transaction.atomic(savepoint=savepoint):
            return do()

    return unless_deadlocked(whole)
