"""EXIF data: of all that a provider may write there only what turns the picture upright stays."""

from __future__ import annotations

ORIENTATION = 0x0112
UPRIGHT = 1
ENTRY = 12
"""Bytes of an entry: tag, type, count, value."""


def only_orientation(tiff: bytes) -> bytes:
    """Return EXIF data that say how to turn the picture; empty where it need not be turned.

    ``tiff`` is what stands in a file behind the word “Exif”.
    """
    turned = orientation_of(tiff)
    if turned == UPRIGHT:
        return b""
    entry = ORIENTATION.to_bytes(2, "big") + b"\0\3\0\0\0\1" + turned.to_bytes(2, "big") + b"\0\0"
    return b"MM\0*\0\0\0\x08\0\1" + entry + bytes(4)


def orientation_of(tiff: bytes) -> int:
    """Return how the picture is turned, from 1 to 8; 1 also where nothing readable says so."""
    order = {b"MM": "big", b"II": "little"}.get(tiff[:2])
    if order is None:
        return UPRIGHT

    def number(at: int, size: int) -> int:
        return int.from_bytes(tiff[at : at + size], order)  # type: ignore[arg-type]

    first = number(4, 4)
    for at in range(first + 2, first + 2 + ENTRY * number(first, 2), ENTRY):
        if at + ENTRY > len(tiff):
            break
        if number(at, 2) == ORIENTATION and 1 <= number(at + 8, 2) <= 8:
            return number(at + 8, 2)
    return UPRIGHT
