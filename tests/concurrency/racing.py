"""Have several do something in the same moment, each in a thread with a connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection

from django_tryon.exceptions import TryOnError

Act = Callable[[], Any]


def race(*acts: Act) -> list[Any]:
    """Do all of these at once; return what each got, or why it was refused.

    Any other fault of one is the caller's.
    """
    barrier = threading.Barrier(len(acts))
    got: list[Any] = [None] * len(acts)

    def run(number: int) -> None:
        try:
            connection.ensure_connection()
            barrier.wait()
            got[number] = acts[number]()
        except TryOnError as refused:
            got[number] = refused
        except BaseException as error:
            got[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    faults = [one for one in got if isinstance(one, BaseException)]
    for fault in faults:
        if not isinstance(fault, TryOnError):
            raise fault
    return got


def refused(got: Sequence[Any]) -> list[str]:
    """Return the codes of those that were refused."""
    return [one.code for one in got if isinstance(one, TryOnError)]
