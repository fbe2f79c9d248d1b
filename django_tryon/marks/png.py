"""XMP in a PNG: a chunk iTXt after the header (XMP specification part 3, section 1.1.5)."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from django_tryon.marks.exif import only_orientation

SIGNATURE = b"\x89PNG\r\n\x1a\n"
KEYWORD = b"XML:com.adobe.xmp\0"
PLAIN = KEYWORD + b"\0\0\0\0"
"""Not compressed, no language, no translated keyword."""
WORDS = frozenset({b"tEXt", b"zTXt", b"iTXt", b"tIME"})
"""Chunks that say something of the picture, and nothing of how it looks."""


def with_packet(content: bytes, packet: bytes) -> bytes:
    """Return the same picture with this packet instead of any words. Raises ValueError."""
    kept, at = [SIGNATURE], 0
    for kind, start, end in chunks(content):
        at = end + 4
        if kind in WORDS:
            continue
        if kind == b"eXIf":
            turned = only_orientation(content[start:end])
            kept += [_chunk(kind, turned)] if turned else []
            continue
        kept.append(content[start - 8 : at])
        if kind == b"IHDR":
            kept.append(_chunk(b"iTXt", PLAIN + packet))
    return b"".join(kept) + content[at:]


def packet_of(content: bytes) -> bytes | None:
    """Return the packet in this picture, if there is one. Raises ValueError."""
    for kind, start, end in chunks(content):
        if kind == b"iTXt" and content.startswith(PLAIN, start):
            return content[start + len(PLAIN) : end]
    return None


def chunks(content: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield kind, start and end of the body of each chunk up to IEND. Raises ValueError."""
    if not content.startswith(SIGNATURE) or content[12:16] != b"IHDR":
        raise ValueError("not a PNG")
    at, kind = len(SIGNATURE), b""
    while kind != b"IEND":
        start = at + 8
        kind, end = content[at + 4 : start], start + int.from_bytes(content[at : at + 4], "big")
        if len(kind) != 4 or end + 4 > len(content):
            raise ValueError("a chunk is cut off")
        yield kind, start, end
        at = end + 4


def _chunk(kind: bytes, body: bytes) -> bytes:
    check = zlib.crc32(kind + body).to_bytes(4, "big")
    return len(body).to_bytes(4, "big") + kind + body + check
