"""Making the shop ready."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError

from example_project.demo import stage
from example_project.demo.trouble import Trouble


def test_a_database_that_is_not_ours_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    def fail() -> None:
        raise OperationalError("no such table: shop_product")

    monkeypatch.setitem(settings.DATABASES["default"], "NAME", "theirs")
    monkeypatch.setattr(stage, "_migrate_and_load", fail)
    with pytest.raises(Trouble, match="no such table"):
        stage.prepare()


def test_a_busy_database_is_not_put_aside(
    monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
) -> None:
    def fail() -> None:
        raise OperationalError("database is locked")

    ours = tmp_path / "db.sqlite3"
    ours.touch()
    settings.VAR_DIR = tmp_path
    monkeypatch.setitem(settings.DATABASES["default"], "NAME", str(ours))
    monkeypatch.setattr(stage, "_migrate_and_load", fail)
    with pytest.raises(Trouble, match="locked"):
        stage.prepare()
    assert ours.exists()


def test_what_is_put_aside_takes_its_journal_along(tmp_path: Path) -> None:
    database = tmp_path / "db.sqlite3"
    for ending in ("", "-wal", "-shm"):
        (tmp_path / f"db.sqlite3{ending}").touch()
    aside = stage.put_aside(database)
    assert list(tmp_path.iterdir()) == [aside]
