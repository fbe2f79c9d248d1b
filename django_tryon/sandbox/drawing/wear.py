"""Lay a cut-out garment on a person."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageChops, ImageFilter

from .body import Body
from .cutout import Garment, Kind
from .regions import widest_runs

STRIP = 12
"""The garment follows the body in strips of so many rows, in pixels."""

# Levels of the body, in heads below the crown.
CHEST, WAIST, HIPS, ANKLES = 2.15, 2.75, 3.7, 7.1
UPPER_ARM = 0.45
"""Where shoulders are compared: so many heads below their top."""


@dataclass(frozen=True, kw_only=True)
class Fit:
    """How a garment's pixels go to the person's: one scale each way, from the top row on."""

    top: float
    middle: float
    """The garment's own middle column."""
    across: float
    down: float


def wear(
    person: Image.Image, garment: Garment, body: Body, *, light: Image.Image | None = None
) -> tuple[Image.Image, Image.Image]:
    """Return the dressed person and the mask of what the garment covers.

    The light and folds are taken from `light`: the person before anything was put on.
    """
    fit = _FITS[garment.kind](garment, body)
    layer = _lay(garment.image, body, fit, person.size)
    alpha = ImageChops.multiply(layer.getchannel("A"), _below_chin(body))
    shaded = _shade(layer.convert("RGB"), light or person, body)
    dressed = _cast_shadow(person, alpha, body)
    dressed.paste(shaded, mask=alpha)
    return dressed, alpha


def _fit_upper(garment: Garment, body: Body) -> Fit:
    """Bring shoulder to shoulder and hem to hip."""
    height = garment.image.height
    trunk = _trunk_of(garment, 0.7, 0.95)
    sleeveless = garment.width_at(0.15) < 0.93 * trunk
    shoulder = 0.03 if sleeveless else garment.shoulder
    to_hips = body.level(HIPS) - body.shoulder
    if sleeveless:
        across = 1.12 * body.width(body.level(CHEST)) / trunk
    else:
        row = body.shoulder + UPPER_ARM * body.head
        arm = shoulder + (1 - shoulder) * UPPER_ARM * body.head / to_hips
        across = 1.06 * body.breadth(row) / garment.width_at(arm)
        covering = 1.02 * body.width(body.level(HIPS - 0.5)) / trunk
        across = float(np.clip(covering, across, 1.3 * across))
    below = (1 - shoulder) * height
    down = float(np.clip(across * below, 0.92 * to_hips, 1.12 * to_hips)) / below
    top = body.shoulder - shoulder * height * down
    return Fit(top=top, middle=_middle(garment, 0.3, 0.95), across=across, down=down)


def _fit_lower(garment: Garment, body: Body) -> Fit:
    image = garment.image
    top = body.level(WAIST)
    waist = 1.1 * body.width(top) / garment.width_at(0.04)
    hips = 1.08 * body.width(body.level(HIPS)) / garment.width_at(0.25)
    long = image.height / image.width > 1.6
    across = max(waist, hips) if long else waist
    down = across
    if long:
        down = (body.level(ANKLES) - top) / image.height
        across = float(np.clip(across, 0.7 * down, 1.5 * down))
    return Fit(top=top, middle=_middle(garment, 0.0, 0.3), across=across, down=down)


def _fit_dress(garment: Garment, body: Body) -> Fit:
    """Bring shoulder to shoulder and waist to waist; the hem falls where it falls."""
    height = garment.image.height
    upper = _fit_upper(garment, body)
    waist = 1.12 * body.width(body.level(WAIST)) / _trunk_of(garment, 0.3, 0.5)
    across = float(np.clip(waist, 0.8 * upper.across, 1.35 * upper.across))
    shortest, longest = body.level(4.7) - body.shoulder, body.level(6.4) - body.shoulder
    down = float(np.clip(across * height, shortest, longest)) / height
    top = body.shoulder - (body.shoulder - upper.top) * down / upper.down
    return Fit(top=top, middle=_middle(garment, 0.2, 0.6), across=across, down=down)


_FITS = {Kind.UPPER: _fit_upper, Kind.LOWER: _fit_lower, Kind.DRESS: _fit_dress}


def _trunk_of(garment: Garment, first: float, last: float) -> float:
    """Return the garment's usual width between two heights, without sleeves that hang free."""
    mask = garment.alpha
    lines = mask[round(len(mask) * first) : round(len(mask) * last)]
    return max(1.0, float(np.median(widest_runs(lines))))


def _middle(garment: Garment, first: float, last: float) -> float:
    edges = [garment.run_at(share) for share in np.linspace(first, last, 15)]
    return float(np.median([(left + right) / 2 for left, right in edges]))


def _lay(image: Image.Image, body: Body, fit: Fit, size: tuple[int, int]) -> Image.Image:
    width, height = size
    mesh = []
    for start in range(0, height, STRIP):
        stop = min(height, start + STRIP)
        corners = [_source(body, fit, x, y) for x, y in
                   ((0, start), (0, stop), (width, stop), (width, start))]  # fmt: skip
        mesh.append(((0, start, width, stop), tuple(v for corner in corners for v in corner)))
    return image.transform(size, Image.Transform.MESH, mesh, Image.Resampling.BICUBIC)


def _source(body: Body, fit: Fit, x: float, y: float) -> tuple[float, float]:
    axis = body.at(body.axis, y)
    return fit.middle + (x - axis) / fit.across, (y - fit.top) / fit.down


def _below_chin(body: Body) -> Image.Image:
    rows = np.clip((np.arange(body.size[1]) - body.level(1.02)) / (0.1 * body.head), 0, 1)
    column = Image.fromarray((rows * 255).astype(np.uint8)[:, None])
    return column.resize(body.size)


def _shade(layer: Image.Image, person: Image.Image, body: Body) -> Image.Image:
    """Give the garment the light and the folds of the picture it is laid into."""
    scale = 4
    small = person.convert("L").resize((person.width // scale, person.height // scale))
    unit = body.head / scale
    fine = np.asarray(small.filter(ImageFilter.GaussianBlur(0.07 * unit)), dtype=np.float32)
    coarse = np.asarray(small.filter(ImageFilter.GaussianBlur(0.7 * unit)), dtype=np.float32)
    light = np.clip(((fine + 12) / (coarse + 12)) ** 0.3, 0.85, 1.08)
    grown = Image.fromarray((light * 160).astype(np.uint8)).resize(
        person.size, Image.Resampling.BILINEAR
    )
    factor = np.asarray(grown, dtype=np.float32)[..., None] / 160
    pixels = np.asarray(layer, dtype=np.float32) * factor
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def _cast_shadow(person: Image.Image, alpha: Image.Image, body: Body) -> Image.Image:
    """Darken the person a little just beyond the garment's edges."""
    soft = alpha.filter(ImageFilter.GaussianBlur(0.06 * body.head))
    soft = ImageChops.offset(soft, 0, round(0.03 * body.head))
    soft = ImageChops.multiply(soft, body.mask()).point(lambda value: value * 0.4)
    dressed = person.copy()
    dressed.paste((18, 14, 12), mask=soft)
    return dressed
