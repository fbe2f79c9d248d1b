"""What a picture may measure."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class PhotoLimits:
    """Bounds of an uploaded picture; all but the last two are checked before it is decoded."""

    max_bytes: int = 15 * MEGABYTE
    max_pixels: int = 50_000_000
    min_side: int = 256
    """Pixels of the shorter side: below this no engine can see a garment."""
    max_aspect: float = 4.0
    """How many times longer than wide (or wider than long) a picture may be."""
    long_side: int = 2048
    """Larger pictures are scaled down until their longer side has this many pixels."""
    jpeg_quality: int = 92


PHOTO_LIMITS = PhotoLimits()
