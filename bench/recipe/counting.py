"""Count the statements that each process sends to its database, for another process to read.

Every process has a file of eight bytes, named after it, in the folder that `BENCH_COUNTS` names.
A BEGIN and a COMMIT are not seen here: they are counted by PostgreSQL.
"""

from __future__ import annotations

import mmap
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db.backends.signals import connection_created

FOLDER = os.environ.get("BENCH_COUNTS", "")


class Counter:
    """The number of statements of this process."""

    def __init__(self, folder: Path) -> None:
        self.owner = os.getpid()
        path = folder / str(self.owner)
        path.write_bytes(bytes(8))
        with path.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), 8)
        self._count = 0
        self._lock = threading.Lock()

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        """Count one statement, as a wrapper of Django's; or each of several sent together."""
        with self._lock:
            self._count += len(params) if many else 1
            self._memory[:] = self._count.to_bytes(8, "little")
        return execute(sql, params, many, context)


_counter: Counter | None = None


def begin() -> None:
    """Count on every connection that is opened from now on."""
    if FOLDER:
        connection_created.connect(_count, dispatch_uid="bench")


def _count(*, connection: Any, **_kwargs: Any) -> None:
    global _counter
    if _counter is None or _counter.owner != os.getpid():  # a fork counts for itself
        _counter = Counter(Path(FOLDER))
    # A wrapper stays with its connection, also when that is opened anew.
    if _counter not in connection.execute_wrappers:
        connection.execute_wrappers.append(_counter)


def total(folder: Path) -> int:
    """Return the statements of all processes that count in this folder."""
    return sum(int.from_bytes(path.read_bytes(), "little") for path in folder.iterdir())
