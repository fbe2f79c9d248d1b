"""Tell a figure from its background, without a model: by colour, place and connectedness."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from .regions import fill_holes, grow, keep_largest, regions_of, shrink

Floats = NDArray[np.floating[Any]]
Mask = NDArray[np.bool_]

PLAIN_RESIDUAL = 13.0
"""A border pixel nearer than this to the fitted backdrop counts as backdrop (0-255)."""
PLAIN_SHARE = 0.72
BINS = 12
ROUNDS = 5


def find_figure(
    image: Image.Image, prior: Floats, *, open_bottom: bool, hole_share: float = 0.006
) -> Floats:
    """Return how surely each pixel belongs to the figure, 0 to 1, at the picture's own size.

    `prior` says where the figure is expected (same shape, 0 to 1). With `open_bottom` the figure
    may leave the picture there, as people do in portraits. Holes smaller than `hole_share` of the
    picture are filled.
    """
    pixels = np.asarray(image.convert("YCbCr"), dtype=np.float32)
    border = _border(pixels.shape[:2], open_bottom=open_bottom)
    backdrop, share = _fit_backdrop(pixels, border)
    if share >= PLAIN_SHARE:
        # Things lie closer to what they are laid on than people stand to walls.
        sure = _from_backdrop(pixels, backdrop, border, 5 if open_bottom else 10)
        if 0.03 < float((sure > 0.5).mean()) < 0.85:
            return _tidy(sure, prior, hole_share)
    return _tidy(_from_colours(image, pixels, prior, border), prior, hole_share)


def _border(shape: tuple[int, ...], *, open_bottom: bool) -> Mask:
    height, width = shape
    rim = max(2, round(min(height, width) * 0.04))
    border = np.zeros(shape, dtype=bool)
    border[:rim] = border[:, :rim] = border[:, -rim:] = True
    if not open_bottom:
        border[-rim:] = True
    return border


def _fit_backdrop(pixels: Floats, border: Mask) -> tuple[Floats, float]:
    """Fit a smooth backdrop to the border; return it and the share of the border that it fits."""
    height, width = border.shape
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1)
    known, wanted = terms[border], pixels[border]
    weights: Floats = np.ones(len(known), dtype=np.float32)
    residual = weights
    for _ in range(5):
        weighted = known.T * weights
        solved = np.linalg.solve(weighted @ known, weighted @ wanted).astype(np.float32)
        residual = _length(wanted - known @ solved)
        weights = 1 / (1 + (residual / 6) ** 4)
    return terms @ solved, float((residual < PLAIN_RESIDUAL).mean())


def _length(difference: Floats) -> Floats:
    # Colour counts for more than brightness: shadows are grey.
    weighted: Floats = difference**2 * np.array([0.8, 2.2, 2.2], dtype=np.float32)
    result: Floats = np.sqrt(weighted.sum(axis=-1))
    return result


def _from_backdrop(pixels: Floats, backdrop: Floats, border: Mask, steepest: float) -> Floats:
    distance = np.minimum(
        _length(pixels - backdrop), _length(pixels - _between_the_sides(pixels, border))
    )
    noise = float(np.percentile(distance[border], 70))
    edge = float(np.clip(3.0 * noise + 4, 9, 26))
    sure: Floats = np.clip((distance - 0.6 * edge) / (0.8 * edge), 0, 1)
    behind = sure < 0.5
    shaded = behind | _is_light_or_shade(pixels, backdrop, steepest)
    height, width = behind.shape
    for region in regions_of(shaded):
        if any(y in (0, height - 1) or a == 0 or b == width for y, a, b in region):
            for y, start, stop in region:
                sure[y, start:stop] = np.minimum(sure[y, start:stop], 0.2)
    return sure


def _between_the_sides(pixels: Floats, border: Mask) -> Floats:
    """Return each row's blend from its left to its right rim: floors and horizons fit this."""
    rim = max(2, round(min(border.shape) * 0.04))
    left, right = np.median(pixels[:, :rim], axis=1), np.median(pixels[:, -rim:], axis=1)
    way = np.linspace(0, 1, border.shape[1], dtype=np.float32)[None, :, None]
    return left[:, None] * (1 - way) + right[:, None] * way


def _is_light_or_shade(pixels: Floats, backdrop: Floats, steepest: float) -> Mask:
    """Say where a pixel is the backdrop in another light, and no edge is near."""
    light = pixels[..., 0]
    down, across = np.gradient(light)
    tint = np.abs(pixels[..., 1:] - backdrop[..., 1:]).max(axis=-1)
    share = light / np.maximum(backdrop[..., 0], 1)
    mask: Mask = (tint < 6) & (share > 0.5) & (share < 1.16) & (np.hypot(down, across) < steepest)
    return mask


def _from_colours(image: Image.Image, pixels: Floats, prior: Floats, border: Mask) -> Floats:
    """Weigh each colour's frequency inside against outside, from the prior on, a few times."""
    smooth = np.asarray(image.filter(ImageFilter.BoxBlur(1)).convert("YCbCr"))
    cells = (smooth.astype(np.int32) * np.array([BINS, BINS * 2, BINS * 2])) >> 8
    index = ((cells[..., 0] * BINS * 2) + cells[..., 1]) * BINS * 2 + cells[..., 2]
    size = BINS * BINS * BINS * 4
    sure = prior * np.where(border, 0.15, 1)
    for _ in range(ROUNDS):
        inside = np.bincount(index.ravel(), weights=sure.ravel(), minlength=size) + 0.05
        outside = np.bincount(index.ravel(), weights=1 - sure.ravel(), minlength=size) + 0.05
        colour = (inside / inside.sum()) / (inside / inside.sum() + outside / outside.sum())
        odds = colour[index] * prior / (colour[index] * prior + (1 - colour[index]) * (1 - prior))
        sure = _blur(odds.astype(np.float32), 1.5)
    result: Floats = np.clip((sure - 0.35) / 0.3, 0, 1)
    return result


def _tidy(sure: Floats, prior: Floats, hole_share: float) -> Floats:
    # Opening cuts off railings and cables, closing mends thin gaps.
    solid = grow(shrink(sure > 0.5, 2), 2)
    solid = shrink(grow(solid, 1), 1)
    mask = fill_holes(keep_largest(solid, weights=prior**2), share=hole_share)
    result: Floats = np.maximum(sure * grow(mask, 1), mask * 0.9).astype(np.float32)
    return result


def _blur(values: Floats, radius: float) -> Floats:
    image = Image.fromarray((values * 255).astype(np.uint8)).filter(
        ImageFilter.GaussianBlur(radius)
    )
    return np.asarray(image, dtype=np.float32) / 255
