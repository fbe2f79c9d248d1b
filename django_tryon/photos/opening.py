"""Open a picture by its header alone, and decode it only once its size is known to be bearable."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Final

from django.utils.translation import gettext
from PIL import Image, features
from PIL.AvifImagePlugin import AvifImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from django_tryon import logs
from django_tryon.exceptions import MissingExtra, UploadRefused
from django_tryon.photos.kinds import VIDEO_KINDS, kind_of
from django_tryon.photos.whole import MAX_JPEG_SCANS

HEAD_BYTES: Final = 512


@contextmanager
def reading_picture() -> Iterator[None]:
    """Turn whatever a decoder raises into ``UploadRefused`` (``broken_image``).

    Pillow and the libraries under it raise OSError, SyntaxError, ValueError, struct.error,
    MemoryError and more for damaged data: the list is open, so all are caught.
    """
    try:
        yield
    except UploadRefused:
        raise
    except Exception as error:
        raise UploadRefused(
            gettext(
                "This picture is damaged or incomplete. "
                "Please send it again, or another one as JPEG or PNG."
            ),
            code="broken_image",
        ) from error


def open_picture(
    content: bytes, *, max_pixels: int, kinds: frozenset[str]
) -> tuple[str, Image.Image]:
    """Return the kind of the picture and the picture, not decoded yet (except HEIC).

    The plugin classes are called directly: ``Image.open`` would try other formats, and its limit
    of pixels is one for the whole process. Raises ``UploadRefused``.
    """
    kind = kind_of(content[:HEAD_BYTES])
    if kind not in kinds:
        raise refusal_of(kind)
    with reading_picture():
        return kind, OPENERS[kind](content, max_pixels)


def refuse_pixels(size: tuple[int, int], *, max_pixels: int) -> None:
    """Raise ``UploadRefused`` for a picture of more pixels than allowed."""
    width, height = size
    if width * height > max_pixels:
        raise UploadRefused(
            gettext(
                "This picture is %(width)d by %(height)d pixels (%(pixels)d megapixels). "
                "Please send a copy of at most %(limit)d megapixels."
            )
            % {
                "width": width,
                "height": height,
                "pixels": round(width * height / 1e6),
                "limit": max(1, max_pixels // 1_000_000),
            },
            code="too_many_pixels",
        )


def refusal_of(kind: str) -> UploadRefused:
    """Return the refusal of a kind of file that is not accepted, in words that name it."""
    if kind == "unknown":
        message = gettext("This file is not a picture. Please send a photo as JPEG or PNG.")
    elif kind in VIDEO_KINDS:
        message = gettext("This file is a video. Please send a still photo as JPEG or PNG.")
    else:
        name = "Photoshop" if kind == "psd" else kind.upper()
        message = gettext(
            "%(kind)s files are not accepted here. Please send a still photo as JPEG or PNG."
        ) % {"kind": name}
    is_image = kind not in {"unknown", "pdf", *VIDEO_KINDS}
    return UploadRefused(message, code="unsupported_format" if is_image else "not_an_image")


def refuse_animation(picture: Image.Image) -> None:
    """Raise ``UploadRefused`` for a picture that moves: which of its frames was meant?"""
    if getattr(picture, "n_frames", 1) > 1:
        raise UploadRefused(
            gettext("This picture is animated. Please send a still photo as JPEG or PNG."),
            code="unsupported_format",
        )


def _open_jpeg(content: bytes, max_pixels: int) -> Image.Image:
    # Inside a scan an FF is always followed by 00 or a restart marker, so this count is near exact.
    if content.count(b"\xff\xda") > MAX_JPEG_SCANS:
        raise ValueError("too many scans")
    return _bounded(JpegImageFile(BytesIO(content)), max_pixels)


def _open_png(content: bytes, max_pixels: int) -> Image.Image:
    return _bounded(PngImageFile(BytesIO(content)), max_pixels)


def _open_webp(content: bytes, max_pixels: int) -> Image.Image:
    # Pillow makes room for the whole canvas as it opens a WebP: the header has to be read before.
    refuse_pixels(webp_size(content), max_pixels=max_pixels)
    return _bounded(WebPImageFile(BytesIO(content)), max_pixels)


def _open_avif(content: bytes, max_pixels: int) -> Image.Image:
    if not features.check("avif"):
        raise refusal_of("avif")
    return _bounded(AvifImageFile(BytesIO(content)), max_pixels)


def _open_heic(content: bytes, max_pixels: int) -> Image.Image:
    try:
        from pillow_heif import open_heif
    except ImportError:
        missing = MissingExtra("reading HEIC photos", "heic")
        logs.warning("photo.refused", "A HEIC photo was refused: %s", missing)
        raise refusal_of("heic") from missing
    heif = open_heif(BytesIO(content), convert_hdr_to_8bit=True)
    refuse_pixels(heif.size, max_pixels=max_pixels)
    # The library turns the picture itself, and takes the orientation out of the EXIF data.
    picture: Image.Image = heif.to_pillow()
    return picture


def _bounded(picture: Image.Image, max_pixels: int) -> Image.Image:
    refuse_pixels(picture.size, max_pixels=max_pixels)
    return picture


def webp_size(content: bytes) -> tuple[int, int]:
    """Read width and height from the header of a WebP (RFC 9649, section 2)."""
    chunk, body = content[12:16], content[20:30]
    if chunk == b"VP8X":
        return (
            int.from_bytes(body[4:7], "little") + 1,
            int.from_bytes(body[7:10], "little") + 1,
        )
    if chunk == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return (
        int.from_bytes(body[6:8], "little") & 0x3FFF,
        int.from_bytes(body[8:10], "little") & 0x3FFF,
    )


OPENERS: Final[dict[str, Callable[[bytes, int], Image.Image]]] = {
    "jpeg": _open_jpeg,
    "png": _open_png,
    "webp": _open_webp,
    "avif": _open_avif,
    "heic": _open_heic,
}
