"""Read what somebody uploaded, never more of it than allowed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, TypeAlias

from django.core.files import File
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext

from django_tryon.exceptions import UploadRefused

Upload: TypeAlias = "bytes | Path | File[Any] | IO[bytes]"
"""What the functions of this package accept: whole files, wherever they now stand."""


def read_upload(upload: Upload, *, max_bytes: int) -> bytes:
    """Return the whole content, from the first byte on, and leave the file where it stood.

    Raises ``UploadRefused`` (``empty_file``, ``too_many_bytes``).
    """
    with opened(upload) as file:
        if isinstance(file, bytes):
            refuse_size(len(file), max_bytes=max_bytes)
            return file
        if not file.seekable():
            content = file.read(max_bytes + 1)
            refuse_size(len(content), max_bytes=max_bytes)
            return content
        refuse_size(size_of(file), max_bytes=max_bytes)
        position = file.tell()
        try:
            file.seek(0)
            return file.read(max_bytes)
        finally:
            file.seek(position)


@contextmanager
def opened(upload: Upload) -> Iterator[bytes | IO[bytes]]:
    """Yield bytes or an open file; close at the end only what was opened here."""
    if isinstance(upload, bytes | bytearray | memoryview):
        yield bytes(upload)
    elif isinstance(upload, Path) or (isinstance(upload, File) and upload.closed):
        with upload.open("rb") as file:
            yield file
    else:
        yield upload


def size_of(file: IO[bytes]) -> int:
    """Return the number of bytes of a seekable file without moving it."""
    position = file.tell()
    file.seek(0, 2)
    size = file.tell()
    file.seek(position)
    return size


def refuse_size(size: int, *, max_bytes: int) -> None:
    """Raise ``UploadRefused`` for a file that is empty or too large."""
    if not size:
        raise UploadRefused(
            gettext("This file is empty. Please choose it again."), code="empty_file"
        )
    if size > max_bytes:
        raise UploadRefused(
            gettext(
                "This file is larger than %(limit)s. Please send a smaller one, or a smaller copy."
            )
            % {"limit": filesizeformat(max_bytes)},
            code="too_many_bytes",
        )
