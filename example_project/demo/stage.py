"""Make the shop ready: database, stock, accounts."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connections
from django.db.migrations.exceptions import InconsistentMigrationHistory

from example_project.demo.trouble import Trouble
from example_project.shop.loading import Loaded, load_shop


def prepare() -> tuple[Loaded, str]:
    """Migrate and load; return what there is, and a remark for the user, empty as a rule.

    A database of our own that cannot be used (half-written, or of another version) is put aside.
    """
    try:
        return _migrate_and_load(), ""
    except (DatabaseError, InconsistentMigrationHistory) as error:
        ours = Path(settings.VAR_DIR) / "db.sqlite3"
        is_ours = str(settings.DATABASES["default"]["NAME"]) == str(ours)
        if not is_ours or "locked" in str(error):
            raise Trouble(f"The database cannot be used: {error}") from error
        aside = put_aside(ours)
        return _migrate_and_load(), (
            f"The database of an earlier demo could not be used ({error}). "
            f"It is now {aside.name}; this demo begins with a new one."
        )


def _migrate_and_load() -> Loaded:
    call_command("migrate", verbosity=0, interactive=False)
    return load_shop()


def put_aside(database: Path) -> Path:
    """Rename an SQLite file, and drop what belongs to it; return its new path."""
    connections.close_all()
    aside = database.with_name(f"db-unusable-{datetime.now():%Y%m%d-%H%M%S}.sqlite3")
    database.rename(aside)
    for ending in ("-wal", "-shm"):
        database.with_name(database.name + ending).unlink(missing_ok=True)
    return aside
