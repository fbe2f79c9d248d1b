"""Orphans: private files that no row names, left by a process that died at the wrong moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.core.cache import cache
from django.db.models import Model, Q

from django_tryon.models import ClipUpload, Person, TryOnJob, TryOnResult
from django_tryon.models.files import PEOPLE, REFERENCES, RESULTS, UPLOADS, private_storage

FOLDERS: dict[str, tuple[type[Model], tuple[str, ...]]] = {
    RESULTS: (TryOnResult, ("file", "poster")),
    PEOPLE: (Person, ("photo", "video", "frame")),
    REFERENCES: (TryOnJob, ("reference",)),
    UPLOADS: (ClipUpload, ("file",)),
}
"""Where private files lie, and which fields name them."""

OLD_ENOUGH = timedelta(days=1)
"""Nobody is on the way to naming a file of this age."""

AT_ONCE = 500
"""Names that the database is asked about in one query."""


def is_time_to_look(now: datetime) -> bool:
    """Tell whether nobody has looked today: the whole folders have to be listed for it."""
    day = f"django_tryon.orphans.{now:%Y-%m-%d}"
    return cache.add(day, True, timeout=int(OLD_ENOUGH.total_seconds()))


def orphans(now: datetime) -> Iterator[str]:
    """Yield the names of private files that no row names and nobody will."""
    for folder in FOLDERS:
        yield from _orphans_in(folder, now)


def _orphans_in(folder: str, now: datetime) -> Iterator[str]:
    storage = private_storage()
    try:
        _folders, files = storage.listdir(folder)
    except (FileNotFoundError, NotImplementedError):  # nothing stored yet; or it cannot list
        return
    model, fields = FOLDERS[folder]
    for first in range(0, len(files), AT_ONCE):
        names = {f"{folder}/{file}" for file in files[first : first + AT_ONCE]}
        naming = reduce(or_, (Q(**{f"{field}__in": names}) for field in fields))
        for named in model._default_manager.filter(naming).values_list(*fields):
            names -= set(named)
        for name in sorted(names):
            with suppress(FileNotFoundError):  # written a moment ago, and moved to its place since
                if storage.get_modified_time(name) < now - OLD_ENOUGH:
                    yield name
