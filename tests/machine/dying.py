"""Die between any two lines that write: to the database, to the storage, or to the provider."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from django.core.files.storage import FileSystemStorage
from django.db import connection

WRITES = ("INSERT", "UPDATE", "DELETE")
OURS = f"{os.sep}tryon{os.sep}"
"""In the paths of files that are the app's, not a library's."""


class Killed(BaseException):
    """The process is no more: nothing that it would still do takes place."""


class Points:
    """Counts the points at which a process may die, and has it die at the one that is wanted."""

    def __init__(self) -> None:
        self.passed = 0
        self.names: list[str] = []
        self.dies_at: int | None = None
        self.is_dead = False

    def begin(self, dies_at: int | None = None) -> None:
        """Count anew, for a new process; ``dies_at`` is the number of the point, from 0."""
        self.passed, self.names, self.dies_at, self.is_dead = 0, [], dies_at, False

    def __call__(self, name: str) -> None:
        """Pass a point, or die there. Whoever is dead dies again at the next."""
        if self.is_dead or self.passed == self.dies_at:
            self.is_dead = True
            raise Killed(name)
        self.passed += 1
        self.names.append(name)

    def around_statement(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        """Pass a point before each statement that writes; the next one is after it."""
        if sql.lstrip().startswith(WRITES):
            self(" ".join(sql.split()[:3]))
        return execute(sql, params, many, context)

    def install(self, monkeypatch: Any) -> None:
        """Watch this thread's connection and every storage in folders."""
        commit, replace = connection._commit, os.replace
        save, delete = FileSystemStorage._save, FileSystemStorage.delete

        def commit_or_die() -> None:
            try:
                self("before the commit")
            except Killed:
                connection.rollback()  # or Python's module for SQLite would commit after all
                raise
            commit()
            self("after the commit")

        def replace_or_die(source: Any, target: Any, **more: Any) -> None:
            if OURS in str(target):
                self("move a file")
            replace(source, target, **more)

        def save_or_die(storage: Any, name: str, content: Any) -> Any:
            self("save a file")
            return save(storage, name, content)

        def delete_or_die(storage: Any, name: str) -> None:
            self("delete a file")
            delete(storage, name)

        monkeypatch.setattr(connection, "_commit", commit_or_die)
        monkeypatch.setattr(os, "replace", replace_or_die)
        monkeypatch.setattr(FileSystemStorage, "_save", save_or_die)
        monkeypatch.setattr(FileSystemStorage, "delete", delete_or_die)
