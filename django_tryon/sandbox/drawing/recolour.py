"""Change the clothes on a person to what a prompt's words say, for the model without garments."""

from __future__ import annotations

import re

import numpy as np
from PIL import Image, ImageColor, ImageFilter

from .body import Body
from .figure import Floats

COLOURS = {
    "denim": "#3f5f8a",
    "jeans": "#3f5f8a",
    "navy": "#1f2a4d",
    "burgundy": "#6d1a2d",
    "mustard": "#d0a028",
    "charcoal": "#37393d",
    "cream": "#efe6d0",
    "khaki": "#a39a6b",
    "camel": "#b98a56",
    "mint": "#a8dcc0",
    "teal": "#1e7f7c",
    "coral": "#f0705a",
    "lavender": "#b6a3dc",
    "beige": "#d9c7a4",
    "olive": "#6b6f35",
    "turquoise": "#35bdb6",
    "maroon": "#701c2c",
    "gold": "#c9a13b",
    "silver": "#b9bcc2",
    "pink": "#ec8fb2",
    "purple": "#70429c",
    "violet": "#7c4bb0",
    "orange": "#e98033",
    "yellow": "#f0cf45",
    "brown": "#70492f",
    "green": "#3a8a52",
    "blue": "#2f62b8",
    "red": "#c42a30",
    "grey": "#8b8d91",
    "gray": "#8b8d91",
    "white": "#f3f2ee",
    "black": "#222226",
}
LONG = {"jeans", "denim", "trousers", "pants", "leggings", "chinos", "slacks"}
"""Words for what reaches the ankles, also of somebody in shorts."""
FALLBACK = "#5b6ea8"


def recolour(person: Image.Image, body: Body, *, prompt: str, part: str) -> Image.Image:
    """Return the person with the `topwear` or `bottomwear` in the prompt's colour and pattern."""
    pixels = np.asarray(person, dtype=np.float32)
    words = re.findall(r"[a-z]+", prompt.lower())
    long = part == "bottomwear" and not LONG.isdisjoint(words)
    cloth = _cloth(body, pixels, part, over_skin=long)[..., None]
    if not {"denim", "jeans"}.isdisjoint(words):
        words = [word for word in words if word != "blue"]  # blue jeans are not that blue
    named = [ImageColor.getrgb(COLOURS[word]) for word in words if word in COLOURS]
    ground = np.array((named or [ImageColor.getrgb(FALLBACK)])[0], dtype=np.float32)
    second = np.array(named[1] if len(named) > 1 else (245, 243, 238), dtype=np.float32)
    pattern = _pattern(words, body)[..., None]
    colour = ground * (1 - pattern) + second * pattern
    light = pixels.mean(axis=-1, keepdims=True)
    usual = float((light * cloth).sum() / max(float(cloth.sum()), 1))
    folds = np.clip((light + 30) / (usual + 30), 0.55, 1.3)
    dressed = pixels * (1 - cloth) + np.clip(colour * folds, 0, 255) * cloth
    return Image.fromarray(dressed.astype(np.uint8))


def _cloth(body: Body, pixels: Floats, part: str, *, over_skin: bool) -> Floats:
    """Return where the clothes of this part are: inside the body, and not on skin."""
    width, height = body.size
    rows = np.arange(height, dtype=np.float32)[:, None]
    columns = np.arange(width, dtype=np.float32)[None]
    collar = body.shoulder - 0.14 * body.head
    first, last = (
        (collar, body.level(3.45)) if part == "topwear" else (body.level(2.85), body.level(7.0))
    )
    soft = 0.06 * body.head
    heads = np.clip((rows - first) / soft, 0, 1) * np.clip((last - rows) / soft, 0, 1)
    slack = 0.12 * body.head
    sides = np.clip((columns - body.left[:, None] + slack) / soft, 0, 1) * np.clip(
        (body.right[:, None] + slack - columns) / soft, 0, 1
    )
    inside = np.asarray(body.mask(), dtype=np.float32) / 255
    if part == "topwear":  # a neckline
        depth = np.clip((rows - collar) / (0.35 * body.head), 0, 1)
        away = np.abs(columns - body.axis[:, None]) / (0.34 * body.head)
        inside = inside * np.clip((away**2 + depth**2 - 0.85) * 6, 0, 1)
    result: Floats = (heads * sides * inside * (1 if over_skin else 1 - _skin(pixels))).astype(
        np.float32
    )
    return result


def _skin(pixels: Floats) -> Floats:
    image = Image.fromarray(pixels.astype(np.uint8)).convert("YCbCr")
    _, blue, red = (np.asarray(band, dtype=np.int16) for band in image.split())
    found = (blue > 90) & (blue < 124) & (red > 136) & (red < 168) & (red - blue > 16)
    mask = Image.fromarray((found * 255).astype(np.uint8))
    mask = mask.filter(ImageFilter.MedianFilter(5)).filter(ImageFilter.GaussianBlur(1.2))
    return np.asarray(mask, dtype=np.float32) / 255


def _pattern(words: list[str], body: Body) -> Floats:
    """Return where the second colour goes: stripes, checks, dots, or nowhere."""
    width, height = body.size
    grid: Floats = np.mgrid[0:height, 0:width].astype(np.float32) / (0.16 * body.head)
    y, x = grid
    text = " ".join(words)
    second: Floats = np.zeros_like(x)
    if "strip" in text:
        second = (np.sin(y * np.pi) > 0.2).astype(np.float32)
    elif any(word in text for word in ("check", "plaid", "tartan", "gingham")):
        second = (np.sin(y * 2) > 0) * 0.45 + (np.sin(x * 2) > 0) * 0.45
    elif any(word in text for word in ("dot", "floral", "flower", "print")):
        shifted = x + np.where(np.floor(y / 2) % 2 > 0, 1, 0)
        second = (np.hypot(shifted % 2 - 1, y % 2 - 1) < 0.5).astype(np.float32)
    return second
