"""XMP in a WebP: a chunk "XMP " in the extended format (RFC 9649, section 2.7)."""

from __future__ import annotations

from collections.abc import Iterator

from django_tryon.marks.exif import only_orientation
from django_tryon.photos.opening import webp_size

HAS_XMP, HAS_EXIF, HAS_ALPHA = 0x04, 0x08, 0x10


def with_packet(content: bytes, packet: bytes) -> bytes:
    """Return the same picture with this packet instead of any other. Raises ValueError."""
    parts = [(kind, content[start:end]) for kind, start, end in chunks(content)]
    kept = [(kind, body) for kind, body in parts if kind not in {b"XMP ", b"EXIF"}]
    turned = b"".join(only_orientation(_tiff(body)) for kind, body in parts if kind == b"EXIF")
    if not kept:
        raise ValueError("there is no picture in it")
    kind, body = kept[0]
    if kind == b"VP8X" and len(body) >= 10:
        flags = (body[0] | HAS_XMP) & ~HAS_EXIF | (HAS_EXIF if turned else 0)
        kept[0] = kind, bytes([flags]) + body[1:]
    elif kind in (b"VP8 ", b"VP8L") and 0 not in webp_size(content):
        turned = b""  # EXIF data in a file without such a header count for nobody
        kept.insert(0, (b"VP8X", _extended(kind, body, webp_size(content))))
    else:
        raise ValueError("its first chunk is none that a WebP begins with")
    kept += [(b"EXIF", turned)] if turned else []
    kept.append((b"XMP ", packet))
    whole = b"WEBP" + b"".join(_chunk(kind, body) for kind, body in kept)
    return b"RIFF" + len(whole).to_bytes(4, "little") + whole


def _tiff(body: bytes) -> bytes:
    """Return EXIF data without the word that some programs write before it."""
    return body.removeprefix(b"Exif\0\0")


def packet_of(content: bytes) -> bytes | None:
    """Return the packet in this picture, if there is one. Raises ValueError."""
    for kind, start, end in chunks(content):
        if kind == b"XMP ":
            return content[start:end]
    return None


def chunks(content: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield kind, start and end of the body of each chunk. Raises ValueError."""
    whole = 8 + int.from_bytes(content[4:8], "little")
    if whole > len(content):
        raise ValueError("the file is cut off")
    at = 12
    while at + 8 <= whole:
        start = at + 8
        end = start + int.from_bytes(content[at + 4 : start], "little")
        if end > whole:
            raise ValueError("a chunk is cut off")
        yield content[at : at + 4], start, end
        at = end + (end - start) % 2


def _extended(kind: bytes, body: bytes, size: tuple[int, int]) -> bytes:
    """Return the body of a header for a picture that had none."""
    # A lossless picture says in bit 28 after its signature whether its alpha channel is used.
    alpha = kind == b"VP8L" and int.from_bytes(body[1:5], "little") >> 28 & 1
    flags = HAS_XMP | (HAS_ALPHA if alpha else 0)
    width, height = ((side - 1).to_bytes(3, "little") for side in size)
    return bytes([flags, 0, 0, 0]) + width + height


def _chunk(kind: bytes, body: bytes) -> bytes:
    return kind + len(body).to_bytes(4, "little") + body + b"\0" * (len(body) % 2)
