"""Verify that a downloaded file is the picture that it claims to be."""

from __future__ import annotations

from dataclasses import dataclass

from django_tryon.exceptions import OutputRefused, UploadRefused
from django_tryon.photos.kinds import kind_of
from django_tryon.photos.opening import HEAD_BYTES, reading_picture, refusal_of, refuse_pixels
from django_tryon.photos.reading import Upload, read_upload
from django_tryon.photos.whole import size_of_whole

OUTPUT_KINDS = frozenset({"jpeg", "png", "webp"})
MAX_OUTPUT_BYTES = 64 * 1024 * 1024
MAX_OUTPUT_PIXELS = 100_000_000


@dataclass(frozen=True, kw_only=True)
class ImageFacts:
    """What a picture is, by its own bytes."""

    format: str
    """"jpeg", "png" or "webp"."""
    width: int
    height: int

    @property
    def mime(self) -> str:
        """The media type."""
        return f"image/{self.format}"

    @property
    def extension(self) -> str:
        """The end of a file name, without the dot."""
        return "jpg" if self.format == "jpeg" else self.format


def verify_image(
    output: Upload,
    *,
    max_bytes: int = MAX_OUTPUT_BYTES,
    max_pixels: int = MAX_OUTPUT_PIXELS,
) -> ImageFacts:
    """Say what a picture is, and that it is whole, by its structure: no pixel is decoded.

    Raises ``OutputRefused`` with the code ``not_an_image``, ``too_many_bytes`` or
    ``too_many_pixels``.
    """
    try:
        content = read_upload(output, max_bytes=max_bytes)
        kind = kind_of(content[:HEAD_BYTES])
        if kind not in OUTPUT_KINDS:
            raise refusal_of(kind)
        with reading_picture():
            size = size_of_whole(kind, content)
        refuse_pixels(size, max_pixels=max_pixels)
    except UploadRefused as refusal:
        code = refusal.code if refusal.code.startswith("too_many") else "not_an_image"
        raise OutputRefused(
            f"The result is not a usable JPEG, PNG or WebP picture ({refusal.code}).", code=code
        ) from refusal
    return ImageFacts(format=kind, width=size[0], height=size[1])
