"""Make of an uploaded picture one that can be kept and sent: upright, sRGB, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

from django.core.files.base import ContentFile
from django.utils.translation import gettext
from PIL import Image
from PIL.ExifTags import Base as ExifTag

from django_tryon import logs
from django_tryon.exceptions import UploadRefused
from django_tryon.photos.colour import plain, to_srgb
from django_tryon.photos.limits import PHOTO_LIMITS, PhotoLimits
from django_tryon.photos.opening import open_picture, reading_picture, refuse_animation
from django_tryon.photos.reading import Upload, read_upload

UPLOAD_KINDS = frozenset({"jpeg", "png", "webp", "avif", "heic"})

TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""EXIF orientation → what brings the pixels upright."""


@dataclass(frozen=True, kw_only=True)
class NormalisedPhoto:
    """A picture of pixels only: no metadata, no profile, no rotation flag."""

    content: bytes
    format: str
    """"jpeg", or "png" where the picture has transparency."""
    width: int
    height: int

    @property
    def extension(self) -> str:
        """The end of a file name, without the dot."""
        return "jpg" if self.format == "jpeg" else self.format

    @property
    def mime(self) -> str:
        """The media type."""
        return f"image/{self.format}"

    def content_file(self, stem: str) -> ContentFile[bytes]:
        """Return the picture as a Django file; ``stem`` is its name without extension."""
        return ContentFile(self.content, name=f"{stem}.{self.extension}")


def normalise_photo(upload: Upload, *, limits: PhotoLimits = PHOTO_LIMITS) -> NormalisedPhoto:
    """Verify an uploaded picture by decoding it, and return a clean copy.

    Raises ``UploadRefused`` with one of the codes ``empty_file``, ``too_many_bytes``,
    ``not_an_image``, ``unsupported_format``, ``broken_image``, ``too_many_pixels``, ``too_small``,
    ``too_narrow``, and with no other exception, whatever the bytes are.
    """
    content = read_upload(upload, max_bytes=limits.max_bytes)
    _, picture = open_picture(content, max_pixels=limits.max_pixels, kinds=UPLOAD_KINDS)
    with reading_picture():
        refuse_animation(picture)
        _refuse_shape(picture.size, limits=limits)
        return _encoded(_cleaned(picture, long_side=limits.long_side), limits=limits)


def decode_photo(upload: Upload, *, limits: PhotoLimits = PHOTO_LIMITS) -> Image.Image:
    """Return the pixels of a picture, upright and in sRGB, however small it is.

    RGBA where something is transparent, else RGB. Raises ``UploadRefused`` as above.
    """
    content = read_upload(upload, max_bytes=limits.max_bytes)
    _, picture = open_picture(content, max_pixels=limits.max_pixels, kinds=UPLOAD_KINDS)
    with reading_picture():
        return _cleaned(picture, long_side=limits.long_side)


def _refuse_shape(size: tuple[int, int], *, limits: PhotoLimits) -> None:
    short, long = sorted(size)
    facts = {"width": size[0], "height": size[1], "least": limits.min_side}
    if short < limits.min_side:
        raise UploadRefused(
            gettext(
                "This picture is %(width)d by %(height)d pixels. Please send a larger one: "
                "its shorter side needs at least %(least)d pixels."
            )
            % facts,
            code="too_small",
        )
    if long > short * limits.max_aspect:
        raise UploadRefused(
            gettext(
                "This picture is %(width)d by %(height)d pixels, which is too narrow. "
                "One side may be at most %(times)g times as long as the other."
            )
            % (facts | {"times": limits.max_aspect}),
            code="too_narrow",
        )


def _cleaned(picture: Image.Image, *, long_side: int) -> Image.Image:
    """Return new pixels: scaled, upright, sRGB; RGBA only where something is transparent."""
    scale = min(1.0, long_side / max(picture.size))
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    picture.draft(None, size)  # lets a JPEG decode at a half, a quarter or an eighth
    picture.load()
    pixels = plain(picture)
    if pixels.size != size:
        pixels = pixels.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    turn = TURNS.get(_orientation(picture))
    if turn is not None:
        pixels = pixels.transpose(turn)
    return _without_hidden(to_srgb(pixels, profile=picture.info.get("icc_profile")))


def _orientation(picture: Image.Image) -> int:
    """Read the EXIF orientation; a picture whose EXIF data is damaged counts as upright."""
    try:
        return int(picture.getexif().get(ExifTag.Orientation, 1))
    except Exception as error:
        logs.info("photo.exif", "damaged EXIF data was ignored", error=error)
        return 1


def _without_hidden(pixels: Image.Image) -> Image.Image:
    """Drop an alpha channel that hides nothing, and the colours under one that does.

    Whoever cut himself out of a photo does not expect the room behind him to be sent along.
    """
    if pixels.mode == "RGB":
        return pixels
    alpha = pixels.getchannel("A")
    if alpha.getextrema() == (255, 255):
        return pixels.convert("RGB")
    blank = Image.new("RGBA", pixels.size, (255, 255, 255, 0))
    return Image.composite(pixels, blank, alpha.point(lambda value: 255 if value else 0))


def _encoded(pixels: Image.Image, *, limits: PhotoLimits) -> NormalisedPhoto:
    # Only the pixels go into the new picture: Pillow writes what it finds in `info` by itself.
    clean, target = Image.new(pixels.mode, pixels.size), BytesIO()
    clean.paste(pixels)
    if clean.mode == "RGBA":
        clean.save(target, "PNG")
    else:
        # 4:4:4, as thin coloured lines on clothes are what half the colour resolution loses.
        clean.save(target, "JPEG", quality=limits.jpeg_quality, subsampling=0, optimize=True)
    return NormalisedPhoto(
        content=target.getvalue(),
        format="png" if clean.mode == "RGBA" else "jpeg",
        width=clean.width,
        height=clean.height,
    )
