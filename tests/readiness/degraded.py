"""Copies of good pictures, each spoilt in one way that shops spoil them."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

from django_tryon.readiness import Finding, judge

ART = Path(__file__).parents[2] / "example_project" / "art"

GARMENTS = sorted((ART / "garments").glob("*.jpg"))
"""The product pictures of the sample shop: each garment alone, whole, sharp and on white."""


WORN = sorted((ART / "worn").glob("*.jpg"))
"""Four of these garments on mannequins with skin, before a plain ground."""


def opened(path: Path) -> Image.Image:
    """Return one of them."""
    with Image.open(path) as picture:
        return picture.convert("RGB")


def blurred(good: Image.Image) -> Image.Image:
    """A camera that moved, or did not focus."""
    return good.filter(ImageFilter.GaussianBlur(5))


def enlarged(good: Image.Image) -> Image.Image:
    """A thumbnail that somebody has made large again."""
    return good.resize((225, 300)).resize(good.size, Image.Resampling.BICUBIC)


def tiny(good: Image.Image) -> Image.Image:
    """A thumbnail."""
    return good.resize((150, 200), Image.Resampling.LANCZOS)


def small(good: Image.Image) -> Image.Image:
    """The size of many a shop's list."""
    return good.resize((300, 400), Image.Resampling.LANCZOS)


def cut_left(good: Image.Image) -> Image.Image:
    """The left half of the garment is missing."""
    return good.crop((good.width // 2, 0, good.width, good.height))


def cut_below(good: Image.Image) -> Image.Image:
    """The lower half of the garment is missing."""
    return good.crop((0, 0, good.width, good.height // 2))


def close_up(good: Image.Image) -> Image.Image:
    """Nothing but cloth."""
    wide, high = good.size
    return good.crop((wide * 2 // 5, high * 2 // 5, wide * 3 // 5, high * 3 // 5)).resize(good.size)


def far(good: Image.Image) -> Image.Image:
    """A garment lost in the middle of its picture."""
    ground = Image.new("RGB", (1800, 2400), "white")
    ground.paste(good.resize((600, 800)), (600, 800))
    return ground


def two(good: Image.Image) -> Image.Image:
    """Two things beside each other."""
    ground = Image.new("RGB", (good.width * 2, good.height), "white")
    ground.paste(good, (0, 0))
    ground.paste(good, (good.width, 0))
    return ground


def busy(good: Image.Image) -> Image.Image:
    """A ground of many colours."""
    chance, ground = random.Random(7), Image.new("RGB", good.size, "white")
    draw = ImageDraw.Draw(ground)
    for _number in range(400):
        left, top = chance.randrange(good.width), chance.randrange(good.height)
        colour = tuple(chance.randrange(256) for _band in range(3))
        draw.rectangle((left - 60, top - 60, left + 60, top + 60), fill=colour)
    return on_ground(good, ground)


def same(good: Image.Image) -> Image.Image:
    """White on white: only a shade of the garment is left."""
    return good.point(lambda value: 245 + value * 10 // 255)


def landscape(good: Image.Image) -> Image.Image:
    """A picture as wide as a banner."""
    ground = Image.new("RGB", (good.height * 2, good.height), "white")
    ground.paste(good, (good.height - good.width // 2, 0))
    return ground


def on_ground(good: Image.Image, ground: Image.Image) -> Image.Image:
    """Put what is not white onto another ground."""
    shape = good.convert("L").point(lambda value: 255 if value < 245 else 0)
    return Image.composite(good, ground, shape.filter(ImageFilter.MedianFilter(5)))


WAYS: dict[str, tuple[Callable[[Image.Image], Image.Image], str]] = {
    "blurred": (blurred, "sharpness"),
    "a thumbnail, enlarged": (enlarged, "sharpness"),
    "a thumbnail": (tiny, "size"),
    "300 by 400 pixels": (small, "size"),
    "left half missing": (cut_left, "framing"),
    "lower half missing": (cut_below, "framing"),
    "nothing but cloth": (close_up, "ground"),
    "small in the picture": (far, "framing"),
    "two side by side": (two, "several"),
    "busy background": (busy, "ground"),
    "white on white": (same, "ground"),
    "a banner's shape": (landscape, "shape"),
}
"""What was done to a picture → how, and which check is to tell."""
PASSES = {("nothing but cloth", "sand-trousers")}
"""What a check does not tell: plain cloth with a seam looks like a plain ground with a thing."""


@lru_cache
def judged(path: Path, way: str = "") -> list[Finding]:
    """Return the findings of a picture as it is, or of a copy spoilt in this way."""
    good = opened(path)
    return judge(WAYS[way][0](good) if way else good)
