"""Bring any picture into 8-bit sRGB, with or without transparency."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageCms

from django_tryon import logs

PROFILE_SPACES = {"RGB": "RGB", "L": "GRAY", "CMYK": "CMYK"}
"""Pillow's mode → the colour space that a profile must be of to describe it."""


def plain(picture: Image.Image) -> Image.Image:
    """Return the picture as L, CMYK, RGB or RGBA, its colours not converted yet.

    Palettes, 1-bit and 16-bit pictures cannot be scaled or converted well as they are.
    """
    if picture.mode.startswith("I"):  # 16 bits of grey, which Pillow would clip at 255
        return picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if picture.mode == "1":
        return picture.convert("L")
    if picture.has_transparency_data:
        return picture.convert("RGBA")
    return picture if picture.mode in PROFILE_SPACES else picture.convert("RGB")


def to_srgb(picture: Image.Image, *, profile: bytes | None) -> Image.Image:
    """Return a plain picture as RGB or RGBA in sRGB, by its ICC profile where it has one."""
    if picture.mode == "RGBA":
        alpha = picture.getchannel("A")
        colours = to_srgb(picture.convert("RGB"), profile=profile)
        colours.putalpha(alpha)
        return colours
    if profile:
        try:
            return _converted(picture, profile)
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError) as error:
            # A picture without a usable profile is read as sRGB, as browsers do.
            logs.info("photo.profile", "an ICC profile was ignored", error=error)
    return picture.convert("RGB")


def _converted(picture: Image.Image, profile: bytes) -> Image.Image:
    source = ImageCms.ImageCmsProfile(BytesIO(profile))
    if source.profile.xcolor_space.strip() != PROFILE_SPACES[picture.mode]:
        raise ValueError(f"{source.profile.xcolor_space} profile on a {picture.mode} picture")
    converted = ImageCms.profileToProfile(
        picture,
        source,
        ImageCms.createProfile("sRGB"),
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        outputMode="RGB",
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    assert converted is not None  # noqa: S101 - only inPlace=True returns nothing
    return converted
