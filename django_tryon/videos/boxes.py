"""Read the boxes of an ISO base media file (MP4, MOV): ISO/IEC 14496-12, by hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, NamedTuple

PAYLOAD = frozenset({b"moov", b"mdat", b"moof"})
MAX_BOXES = 50_000
"""A recorder that writes a fragment for each frame needs two a frame."""


class Box(NamedTuple):
    """One box of the file: its kind, where its body begins and ends, and the size of its head."""

    kind: bytes
    start: int
    end: int
    head: int = 8
    """Bytes: 16 where the size has 64 bits."""

    @property
    def at(self) -> int:
        """Where the box itself begins."""
        return self.start - self.head


def boxes_of(file: IO[bytes], within: Box | None = None) -> Iterator[Box]:
    """Yield the outermost boxes, or those directly in a box.

    ``end`` may lie beyond the end of a file that was cut off. Raises ValueError for more boxes
    than any clip has.
    """
    length, at, count = file.seek(0, 2), 0, 0
    if within:
        length, at = min(length, within.end), within.start
    while at + 8 <= length:
        count += 1
        if count > MAX_BOXES:
            raise ValueError("too many boxes")
        file.seek(at)
        head = file.read(16)
        size, kind, start = int.from_bytes(head[:4], "big"), head[4:8], at + 8
        if size == 1:  # the real size, in 64 bits, follows
            size, start = int.from_bytes(head[8:16], "big"), at + 16
        elif size == 0:  # to the end of the file
            size = length - at
        if at + size < start:
            return
        yield Box(kind, start, at + size, start - at)
        at += size


def is_cut_off(file: IO[bytes]) -> bool:
    """Tell whether a box that carries pictures, or their index, ends beyond the file."""
    boxes = list(boxes_of(file))
    length = file.seek(0, 2)
    return any(box.end > length for box in boxes if box.kind in PAYLOAD)


def parts(body: bytes, *path: bytes) -> Iterator[bytes]:
    """Yield the bodies of all boxes at this path inside a body."""
    at = 0
    while at + 8 <= len(body):
        size, kind, start = int.from_bytes(body[at : at + 4], "big"), body[at + 4 : at + 8], at + 8
        if size == 1:
            size, start = int.from_bytes(body[at + 8 : at + 16], "big"), at + 16
        elif size == 0:
            size = len(body) - at
        if at + size < start:
            return
        if kind == path[0]:
            inner = body[start : at + size]
            if path[1:]:
                yield from parts(inner, *path[1:])
            else:
                yield inner
        at += size
