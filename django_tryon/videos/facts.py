"""What a clip may measure, and what is known of one."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.files.base import ContentFile

from django_tryon.photos.limits import MEGABYTE


@dataclass(frozen=True, kw_only=True)
class ClipLimits:
    """Bounds of an uploaded clip; the last three are what normalising brings it down to."""

    max_bytes: int = 200 * MEGABYTE
    max_seconds: float = 49.5
    """The engine takes clips "under 50 seconds"; the last half second is our margin."""
    max_frames: int = 15_000
    """Enough for the slow motion of phones (240 frames a second)."""
    max_pixels: int = 4096 * 2304
    min_side: int = 256
    long_side: int = 1920
    max_frame_rate: float = 60.0
    max_bit_rate: int = 12_000_000


CLIP_LIMITS = ClipLimits()

LONGEST_UNCUT = 300.0
"""Seconds of a clip of which only a part is wanted."""
SHORTEST_PART = 1.0
"""Seconds that are left of a clip at least."""


@dataclass(frozen=True)
class Part:
    """Which part of a clip is wanted, in seconds from its first frame."""

    begin: float = 0.0
    end: float | None = None
    """None for its last frame."""

    @property
    def is_all(self) -> bool:
        """Whether it is the whole clip."""
        return self.begin <= 0 and self.end is None


WHOLE = Part()

MIMES = {
    "mp4": "video/mp4",
    "mov": "video/quicktime",
    "webm": "video/webm",
    "mkv": "video/x-matroska",
}


@dataclass(frozen=True, kw_only=True)
class ClipFacts:
    """What a clip is, by its own bytes."""

    seconds: float
    width: int
    """Pixels as shown: after rotation, and with pixels that are not square made so."""
    height: int
    frames: int
    codec: str
    container: str
    """"mp4", "mov", "webm" or "mkv"."""
    has_audio: bool

    @property
    def mime(self) -> str:
        """The media type."""
        return MIMES[self.container]

    @property
    def extension(self) -> str:
        """The end of a file name, without the dot."""
        return self.container


@dataclass(frozen=True, kw_only=True)
class NormalisedClip:
    """An H.264 MP4 of pictures only: no sound, no metadata, no rotation flag."""

    content: bytes
    facts: ClipFacts

    def content_file(self, stem: str) -> ContentFile[bytes]:
        """Return the clip as a Django file; ``stem`` is its name without extension."""
        return ContentFile(self.content, name=f"{stem}.mp4")
