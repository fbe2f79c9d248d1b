"""Mark a picture as the sandbox's."""

from __future__ import annotations

from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

TEXT = "SANDBOX"


@lru_cache(maxsize=8)
def _make_label(height: int) -> Image.Image:
    font = ImageFont.load_default(size=height * 0.56)
    spaced = " ".join(TEXT)
    left, top, right, bottom = font.getbbox(spaced)
    width = round(right - left + height * 1.1)
    # Drawn at once and not scaled: text this small must stay crisp.
    label = Image.new("RGBA", (width, height))
    draw = ImageDraw.Draw(label)
    draw.rounded_rectangle((0, 0, width - 1, height - 1), height / 2, fill=(24, 24, 28, 125))
    place = ((width - right - left) / 2, (height - bottom - top) / 2)
    draw.text(place, spaced, font=font, fill=(255, 255, 255, 225))
    return label


def add_label(image: Image.Image) -> Image.Image:
    """Write the label into the lower right corner of an RGB picture, in place."""
    height = max(12, round(min(image.size) * 0.042))
    label = _make_label(height)
    gap = round(height * 0.6)
    place = (max(0, image.width - label.width - gap), image.height - height - gap)
    image.paste(label, place, label)
    return image
