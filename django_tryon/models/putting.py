"""Put files into a storage under names that are known beforehand, whole or not at all."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, Storage

Content = bytes | Path


def put_all(storage: Storage, files: Mapping[str, Content]) -> dict[str, str]:
    """Store files by these names and return the names that they got; all of them, or none.

    In a file system they are written beside their places, and moved there once the last one is on
    the disk; a file of the same name is replaced. In any other storage, where an upload counts once
    it is complete, they are written under their names at once.
    """
    if not _is_folder(storage):
        return _upload_all(storage, files)
    parts: dict[str, str] = {}
    try:
        for name, content in files.items():
            # A name of its own, known before it is written: whoever fails here can clean up.
            parts[name] = f"{name}.{uuid.uuid4().hex}.part"
            _save(storage, parts[name], content)
            _flush(storage.path(parts[name]))
        for name in files:
            os.replace(storage.path(parts[name]), storage.path(name))
    except BaseException:
        remove(storage, parts.values())
        raise
    return {name: name for name in files}


def _upload_all(storage: Storage, files: Mapping[str, Content]) -> dict[str, str]:
    put: dict[str, str] = {}
    try:
        for name, content in files.items():
            put[name] = _save(storage, name, content)
    except BaseException:
        # What has the very name may be, or become, another worker's for the same job.
        remove(storage, [got for name, got in put.items() if got != name])
        raise
    return put


def remove(storage: Storage, names: Iterable[str]) -> None:
    """Delete files, those that are not there included; what fails is left to the purge."""
    for name in names:
        with suppress(Exception):
            storage.delete(name)


def _save(storage: Storage, name: str, content: Content) -> str:
    if isinstance(content, bytes):
        return storage.save(name, ContentFile(content))
    with content.open("rb") as file:
        return storage.save(name, File(file))


def _flush(path: str) -> None:
    """Have the disk really hold a file: the row that names it survives a power cut."""
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _is_folder(storage: Any) -> bool:
    """Tell whether these are files of this system; a storage in memory has paths, too."""
    storage.save  # noqa: B018 - has a lazy storage look up which it is
    return isinstance(getattr(storage, "_wrapped", storage), FileSystemStorage)
