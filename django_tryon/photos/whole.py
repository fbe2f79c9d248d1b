"""Tell that a picture is whole, and how large, by its structure alone: no pixel is decoded.

For what the provider sends: it arrives over TLS, so what can be wrong with it is that it is not a
picture at all, or not all of it. What people upload is decoded (``normalise``).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from typing import Final

MAX_JPEG_SCANS: Final = 64
"""A progressive JPEG has about ten; thousands would decode for hours."""

Size = tuple[int, int]


def size_of_whole(kind: str, content: bytes) -> Size:
    """Return width and height of a whole JPEG, PNG or WebP, in pixels.

    Raises ValueError for one that is cut off anywhere, or that no browser would show.
    """
    try:
        width, height = WALKS[kind](content)
    except IndexError as error:
        raise ValueError("it ends early") from error
    if not (width and height):
        raise ValueError("it has no pixels")
    return width, height


# --- JPEG: markers, and between them segments or, behind a scan's head, packed pixels (ITU T.81)

FRAMES = frozenset({0xC0, 0xC1, 0xC2})
"""Baseline, extended and progressive; browsers show no others."""
OTHER_FRAMES = frozenset({0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF})
SCAN, END, TABLES = 0xDA, 0xD9, 0xDB

MARKER = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])")
END_OF_PIXELS = re.compile(rb"\xff[\x01-\xcf\xd8-\xff]")
"""Within packed pixels an FF is followed by 00 or by one of the eight restart markers. In this form
the pattern is thirty times as fast as with ``\\xff+``."""


def _jpeg(content: bytes) -> Size:
    at, size, scans, tables = 2, (0, 0), 0, False
    while True:
        marker = MARKER.match(content, at)
        if marker is None:
            raise ValueError("it ends early")
        kind, start = marker[1][0], marker.end()
        if kind == END:
            if not scans:
                raise ValueError("there is no picture in it")
            return size
        length = int.from_bytes(content[start : start + 2], "big")
        at = start + length
        if length < 2 or at > len(content):
            raise ValueError("it ends early")
        tables = tables or kind == TABLES
        if kind in OTHER_FRAMES:
            raise ValueError("it is packed in a way that browsers do not know")
        if kind in FRAMES:
            size = _frame(content[start + 2 : at])
        elif kind == SCAN:
            scans += 1
            if not (tables and size[0]) or scans > MAX_JPEG_SCANS:
                raise ValueError("its scans make no sense")
            at = _behind_pixels(content, at)


def _behind_pixels(content: bytes, at: int) -> int:
    """Return where the packed pixels that begin here end."""
    end = END_OF_PIXELS.search(content, at)
    while end and not MARKER.match(content, end.start()):  # any number of FF may stand before a 00
        end = END_OF_PIXELS.search(content, end.start() + 1)
    if end is None or end.start() == at:
        raise ValueError("it ends early")
    return end.start()


def _frame(body: bytes) -> Size:
    if body[0] != 8 or body[5] not in {1, 3, 4} or len(body) != 6 + 3 * body[5]:
        raise ValueError("its colours are none that browsers know")
    return int.from_bytes(body[3:5], "big"), int.from_bytes(body[1:3], "big")


# --- PNG: chunks, each with a checksum (W3C PNG, third edition)

PNG = b"\x89PNG\r\n\x1a\n"
DEPTHS = {0: {1, 2, 4, 8, 16}, 2: {8, 16}, 3: {1, 2, 4, 8}, 4: {8, 16}, 6: {8, 16}}
"""Bits that each type of colour may have."""


def _png(content: bytes) -> Size:
    kinds: set[bytes] = set()
    at, size = len(PNG), (0, 0)
    while True:
        length, kind = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        end = at + 8 + length
        if end + 4 > len(content):
            raise ValueError("it ends early")
        if zlib.crc32(content[at + 4 : end]) != int.from_bytes(content[end : end + 4], "big"):
            raise ValueError("a part of it is damaged")
        if not kinds:
            if kind != b"IHDR" or length != 13:
                raise ValueError("it does not begin as a PNG does")
            size = _header(content[at + 8 : end])
        kinds.add(kind)
        if kind == b"IEND":
            break
        at = end + 4
    if b"IDAT" not in kinds:
        raise ValueError("there is no picture in it")
    return size


def _header(body: bytes) -> Size:
    depth, colour, packing, filtering, interlace = body[8:]
    if depth not in DEPTHS.get(colour, set()) or packing or filtering or interlace > 1:
        raise ValueError("its colours are none that browsers know")
    return int.from_bytes(body[:4], "big"), int.from_bytes(body[4:8], "big")


# --- WebP: chunks within one RIFF chunk (RFC 9649)


def _webp(content: bytes) -> Size:
    whole, at = 8 + int.from_bytes(content[4:8], "little"), 12
    if whole > len(content):
        raise ValueError("it ends early")
    canvas: Size = (0, 0)
    found: list[Size] = []
    while at + 8 <= whole:
        kind, start = content[at : at + 4], at + 8
        end = start + int.from_bytes(content[at + 4 : start], "little")
        if end > whole:
            raise ValueError("it ends early")
        if kind == b"VP8X":
            canvas = _large(content, start + 4), _large(content, start + 7)
        elif kind in {b"VP8 ", b"VP8L"}:
            found.append(_picture(kind, content[start : min(end, start + 10)], end - start))
        elif kind == b"ANMF":
            found.append((_large(content, start + 6), _large(content, start + 9)))
        at = end + (end - start) % 2
    if not found:
        raise ValueError("there is no picture in it")
    sizes = [*found, canvas]
    return max(width for width, _ in sizes), max(height for _, height in sizes)


def _large(content: bytes, at: int) -> int:
    return int.from_bytes(content[at : at + 3], "little") + 1


def _picture(kind: bytes, head: bytes, length: int) -> Size:
    if kind == b"VP8L":
        bits = int.from_bytes(head[1:5], "little")
        if head[0] != 0x2F or bits >> 29 or length < 6:
            raise ValueError("its picture is none")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    first = int.from_bytes(head[:3], "little")
    if first & 1 or head[3:6] != b"\x9d\x01\x2a" or 10 + (first >> 5) > length:
        raise ValueError("its picture is none")
    return (
        int.from_bytes(head[6:8], "little") & 0x3FFF,
        int.from_bytes(head[8:10], "little") & 0x3FFF,
    )


WALKS: Final[dict[str, Callable[[bytes], Size]]] = {"jpeg": _jpeg, "png": _png, "webp": _webp}
