"""Put the mark into a file, whatever its format, and read it back."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from types import ModuleType

from django_tryon.exceptions import OutputRefused
from django_tryon.marks import jpeg, mp4, png, webp
from django_tryon.marks.xmp import PACKET, source_type_of
from django_tryon.photos.kinds import kind_of

PICTURES: dict[str, ModuleType] = {"jpeg": jpeg, "png": png, "webp": webp}


def mark_file(path: Path) -> None:
    """Put the mark into this file, in place; its pixels stay as they are. Raises OutputRefused."""
    with path.open("r+b") as file:
        kind = kind_of(file.read(64))
        file.seek(0)
        if kind == "mp4":
            try:
                mp4.put_packet(file, PACKET)
            except ValueError as error:
                raise _refused(error) from error
        else:
            marked = mark_picture(file.read())
            file.seek(0)
            file.write(marked)
            file.truncate()


def mark_picture(content: bytes) -> bytes:
    """Return the same JPEG, PNG or WebP with the mark in it. Raises OutputRefused."""
    kind = kind_of(content[:64])
    try:
        if kind not in PICTURES:
            raise ValueError(f"files of the kind “{kind}” carry no mark")
        marked: bytes = PICTURES[kind].with_packet(content, PACKET)
    except ValueError as error:
        raise _refused(error) from error
    return marked


def read_mark(content: bytes) -> str | None:
    """Return the digital source type that a file states; None if it states none.

    Raises OutputRefused for what is no JPEG, PNG, WebP or MP4, or a damaged one.
    """
    kind = kind_of(content[:64])
    try:
        if kind == "mp4":
            packet = mp4.packet_of(BytesIO(content))
        elif kind in PICTURES:
            packet = PICTURES[kind].packet_of(content)
        else:
            raise ValueError(f"files of the kind “{kind}” carry no mark")
    except ValueError as error:
        raise _refused(error) from error
    return source_type_of(packet) if packet is not None else None


def _refused(error: ValueError) -> OutputRefused:
    return OutputRefused(f"The result could not be marked as AI-generated: {error}.")
