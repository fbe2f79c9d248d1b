"""XMP in an MP4: a box "uuid" of the file (XMP specification part 3, section 1.2.7)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from django_tryon.videos.boxes import Box, boxes_of

XMP_UUID = bytes.fromhex("BE7ACFCB97A942E89C71999491E3AFAC")
WORDS = frozenset({b"udta", b"meta"})
"""Where cameras write place, device and time, and programs their prompts and addresses."""
HOLDERS = frozenset({b"moov", b"trak", b"mdia", b"moof", b"traf"})
"""The boxes in which such a box may lie, besides the file itself."""


def put_packet(file: IO[bytes], packet: bytes) -> None:
    """Append this packet to a clip, in place; whatever words were there become free space.

    Nothing is moved, as the index of a clip counts bytes from the beginning of the file. Raises
    ValueError.
    """
    boxes = _boxes(file)
    length = file.seek(0, 2)
    if boxes[-1].end > length:
        raise ValueError("the file is cut off")
    for box in list(_words(file)):
        file.seek(box.at + 4)
        file.write(b"free")
        file.seek(box.start)
        file.write(bytes(box.end - box.start))
    _close_last(file, boxes[-1])
    body = XMP_UUID + packet
    file.seek(boxes[-1].end)
    file.truncate()  # a few stray bytes are no box, and nothing may stand behind them
    file.write((len(body) + 8).to_bytes(4, "big") + b"uuid" + body)


def packet_of(file: IO[bytes]) -> bytes | None:
    """Return the packet in this clip, if there is one. Raises ValueError."""
    for box in _boxes(file):
        if _is_packet(file, box):
            file.seek(box.start + len(XMP_UUID))
            return file.read(box.end - box.start - len(XMP_UUID))
    return None


def _boxes(file: IO[bytes]) -> list[Box]:
    boxes = list(boxes_of(file))
    if not any(box.kind == b"moov" for box in boxes):
        raise ValueError("not an MP4, or cut off")
    return boxes


def _words(file: IO[bytes], within: Box | None = None) -> Iterator[Box]:
    """Yield every box of words, in whatever box it lies; none reaches beyond the one around it."""
    for box in boxes_of(file, within):
        inside = box._replace(end=min(box.end, within.end)) if within else box
        if box.kind in WORDS or _is_packet(file, box):
            yield inside
        elif box.kind in HOLDERS:
            yield from _words(file, inside)


def _is_packet(file: IO[bytes], box: Box) -> bool:
    if box.kind != b"uuid":
        return False
    file.seek(box.start)
    return file.read(len(XMP_UUID)) == XMP_UUID


def _close_last(file: IO[bytes], last: Box) -> None:
    """Write down the length of a last box that only says "to the end of the file"."""
    file.seek(last.at)
    if file.read(4) == bytes(4):
        file.seek(last.at)
        file.write((last.end - last.at).to_bytes(4, "big"))
