"""The visible mark: a few words in a corner, for shops that want it."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from PIL import Image, ImageDraw, ImageFont

from django_tryon.photos.opening import open_picture, reading_picture
from django_tryon.photos.verify import MAX_OUTPUT_PIXELS, OUTPUT_KINDS

SHARE = 0.028
"""Height of the letters, of the picture's shorter side."""
LAST_LETTER = "\u024f"
"""The font at hand draws Latin letters only."""


def write_visibly(content: bytes) -> bytes:
    """Return the picture with “AI-generated” in its lower right corner, in the same format.

    Raises UploadRefused for what is no picture.
    """
    kind, picture = open_picture(content, max_pixels=MAX_OUTPUT_PIXELS, kinds=OUTPUT_KINDS)
    with reading_picture():
        picture.load()
        options = _same_quality(kind, picture)
        if picture.mode not in {"RGB", "RGBA", "L"}:
            picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
            options.pop("subsampling", None)
            options["quality"] = 95
        _write(picture)
        buffer = BytesIO()
        picture.save(buffer, kind.upper(), **options)
    return buffer.getvalue()


def _same_quality(kind: str, picture: Image.Image) -> dict[str, Any]:
    """Return how to save it so that the rest of the picture stays what it was, or nearly."""
    options: dict[str, Any] = {"icc_profile": picture.info.get("icc_profile")}
    if kind == "jpeg":
        options |= {"quality": "keep", "subsampling": "keep"}
    elif kind == "webp":
        options |= {"quality": 95, "method": 4}
    return options


def _write(picture: Image.Image) -> None:
    words = _("AI-generated")
    if any(letter > LAST_LETTER for letter in words):
        words = "AI-generated"
    height = max(10, round(min(picture.size) * SHARE))
    font = ImageFont.load_default(height)
    left, top, right, bottom = ImageDraw.Draw(picture).textbbox((0, 0), words, font=font)
    pad = height // 2
    width, depth = round(right - left) + 2 * pad, round(bottom - top) + 2 * pad
    x, y = picture.width - width - pad, picture.height - depth - pad
    box = (x, y, x + width, y + depth)
    under = picture.crop(box)
    black = Image.new(picture.mode, under.size, "black")
    picture.paste(Image.blend(under, black, 0.6), (x, y))
    ImageDraw.Draw(picture).text((x + pad - left, y + pad - top), words, fill="white", font=font)
