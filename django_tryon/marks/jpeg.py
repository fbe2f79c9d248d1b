"""XMP in a JPEG: a segment APP1 before the picture (XMP specification part 3, section 1.1.3)."""

from __future__ import annotations

from collections.abc import Iterator

from django_tryon.marks.exif import only_orientation

XMP = b"http://ns.adobe.com/xap/1.0/\0"
EXTENDED = b"http://ns.adobe.com/xmp/extension/\0"
EXIF = b"Exif\0\0"
START_OF_SCAN, END_OF_IMAGE, APP0, APP1 = 0xDA, 0xD9, 0xE0, 0xE1
COMMENT, APPS, LOOKS = 0xFE, range(0xE0, 0xF0), frozenset({0xE0, 0xE2, 0xEE})
"""Of what programs write beside a picture, JFIF, colour profile and Adobe's colours say how it
looks; all else is nobody's business."""


def with_packet(content: bytes, packet: bytes) -> bytes:
    """Return the same picture with this packet instead of any words. Raises ValueError."""
    body = XMP + packet
    own = _segment(APP1, body)
    kept, at, ahead = [], 2, 0
    for kind, start, end in segments(content):
        at = end
        if _is_exif(kind, content, start):
            turned = only_orientation(content[start + len(EXIF) : end])
            if not turned:
                continue
            kept.append(_segment(kind, EXIF + turned))
        elif kind == COMMENT or (kind in APPS and kind not in LOOKS):
            continue
        else:
            kept.append(b"\xff" + bytes([kind]) + content[start - 2 : end])
        # JFIF and Exif both want to be the first.
        if len(kept) == ahead + 1 and (kind == APP0 or _is_exif(kind, content, start)):
            ahead = len(kept)
    kept.insert(ahead, own)
    return content[:2] + b"".join(kept) + content[at:]


def _segment(kind: int, body: bytes) -> bytes:
    return b"\xff" + bytes([kind]) + (len(body) + 2).to_bytes(2, "big") + body


def packet_of(content: bytes) -> bytes | None:
    """Return the packet in this picture, if there is one. Raises ValueError."""
    for kind, start, end in segments(content):
        if kind == APP1 and content.startswith(XMP, start):
            return content[start + len(XMP) : end]
    return None


def segments(content: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield kind, start and end of what stands before the picture. Raises ValueError."""
    at = 2
    while True:
        begun = at
        while content[at : at + 1] == b"\xff":  # any number of them may stand before a marker
            at += 1
        kind = content[at] if at < len(content) else END_OF_IMAGE
        if at == begun or kind in (0, END_OF_IMAGE):
            raise ValueError("there is no picture in it")
        if kind == START_OF_SCAN:
            return
        start = at + 3
        end = at + 1 + int.from_bytes(content[at + 1 : start], "big")
        if end < start or end > len(content):
            raise ValueError("a segment is cut off")
        yield kind, start, end
        at = end


def _is_exif(kind: int, content: bytes, start: int) -> bool:
    return kind == APP1 and content.startswith(EXIF, start)
