"""Tell what a file is from its first bytes; names and declared types are never asked."""

from __future__ import annotations

SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"%PDF-", "pdf"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"8BPS", "psd"),
    (b"BM", "bmp"),
    (b"\xff\x0a", "jxl"),
    (b"\0\0\0\x0cJXL ", "jxl"),
    (b"\0\0\0\x0cjP  ", "jp2"),
    (b"\x1aE\xdf\xa3", "matroska"),
    (b"OggS", "ogg"),
    (b"FLV\x01", "flv"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "wmv"),
    (b"\0\0\x01\xba", "mpeg"),
)

VIDEO_KINDS = frozenset({"mp4", "matroska", "avi", "ogg", "flv", "wmv", "mpeg"})

# The brands of an ISO base media file that say "picture"; all others are clips.
HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"})
AVIF_BRANDS = frozenset({b"avif", b"avis"})
PICTURE_BRANDS = frozenset({b"mif1", b"mif2", b"msf1"})
QUICKTIME_BOXES = frozenset({b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"})


def kind_of(head: bytes) -> str:
    """Name the kind of file that begins with these bytes (64 are enough); "unknown" otherwise."""
    for signature, kind in SIGNATURES:
        if head.startswith(signature):
            return kind
    if head[:4] == b"RIFF":
        return {b"WEBP": "webp", b"AVI ": "avi"}.get(head[8:12], "unknown")
    if head[4:8] == b"ftyp":
        return _kind_of_brands(head)
    if head[4:8] in QUICKTIME_BOXES:
        return "mp4"
    if b"<svg" in head.lower():
        return "svg"
    return "unknown"


def _kind_of_brands(head: bytes) -> str:
    """Tell picture from clip by the brands in the ``ftyp`` box, the major one first."""
    length = int.from_bytes(head[:4], "big")
    listed = head[16:length]
    major, brands = head[8:12], {listed[at : at + 4] for at in range(0, len(listed), 4)}
    for known, kind in ((HEIC_BRANDS, "heic"), (AVIF_BRANDS, "avif")):
        if major in known or (major in PICTURE_BRANDS and brands & known):
            return kind
    return "heic" if major in PICTURE_BRANDS else "mp4"
