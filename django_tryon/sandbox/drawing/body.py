"""Where a person's shoulders, waist and feet are, from the silhouette and usual proportions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from .figure import Floats, find_figure
from .regions import find_shoulder, runs_by_row, widest_runs

WORK_HEIGHT = 256
"""Silhouettes are sought at this height, in pixels."""
HEADS_TALL = 7.5


@dataclass(frozen=True, kw_only=True)
class Body:
    """A figure in a picture, in the picture's own pixels."""

    size: tuple[int, int]
    head: float
    """The head's height: the unit of the proportions."""
    top: float
    shoulder: float
    """The row in which the shoulders have most of their breadth."""
    axis: NDArray[np.float64]
    """The body's middle for each row."""
    left: NDArray[np.float64]
    right: NDArray[np.float64]
    """The edges of the trunk or legs for each row, without arms where they can be told apart."""
    outer_left: NDArray[np.float64]
    outer_right: NDArray[np.float64]
    """The silhouette's edges for each row, arms included."""
    silhouette: Floats
    """0 to 1, at working size."""

    def level(self, heads: float) -> float:
        """Return the row so many heads below the crown."""
        return self.top + heads * self.head

    def at(self, edge: NDArray[np.float64], row: float) -> float:
        """Return an edge at a row, which may lie outside the picture."""
        return float(edge[int(np.clip(row, 0, len(edge) - 1))])

    def width(self, row: float) -> float:
        """Return the trunk's width at a row."""
        return self.at(self.right, row) - self.at(self.left, row)

    def breadth(self, row: float) -> float:
        """Return the width at a row with arms, within what bodies are like."""
        whole = self.at(self.outer_right, row) - self.at(self.outer_left, row)
        return float(np.clip(whole, 1.6 * self.head, 2.5 * self.head))

    def mask(self) -> Image.Image:
        """Return the silhouette at the picture's size."""
        small = Image.fromarray((self.silhouette * 255).astype(np.uint8))
        return small.resize(self.size, Image.Resampling.BICUBIC)


def find_body(image: Image.Image) -> Body:
    """Find the person in an RGB picture; something usable is returned for any picture."""
    height = WORK_HEIGHT
    width = max(16, round(image.width * height / image.height))
    small = image.resize((width, height), Image.Resampling.BOX, reducing_gap=2.0)
    silhouette = find_figure(small, _expected(width, height), open_bottom=True)
    mask = silhouette > 0.5
    rows = np.flatnonzero(mask.sum(axis=1) >= max(3, 0.015 * width))
    if len(rows) < 0.3 * height:
        mask = _expected(width, height) > 0.5
        silhouette = mask.astype(np.float32)
        rows = np.flatnonzero(mask.any(axis=1))
    return _measure(image.size, mask, silhouette, int(rows[0]), int(rows[-1]))


def _expected(width: int, height: int) -> Floats:
    """Where people usually stand in pictures of themselves."""
    y, x = np.mgrid[0 : 1 : height * 1j, -1 : 1 : width * 1j]
    half = 0.19 * height / width * 2  # a person's half width goes by height, not by the frame's
    spread = np.clip(half, 0.18, 0.62)
    spread = spread * np.interp(y, [0.1, 0.36], [0.42, 1])  # heads are narrower than shoulders
    sideways = np.exp(-((np.abs(x) / spread) ** 3))
    result: Floats = (0.06 + 0.86 * sideways * np.clip((y - 0.01) / 0.08, 0, 1)).astype(np.float32)
    return result


def _measure(
    size: tuple[int, int], mask: NDArray[np.bool_], silhouette: Floats, top: int, bottom: int
) -> Body:
    height, width = mask.shape
    tall = bottom - top + 1
    widths = mask.sum(axis=1).astype(np.float64)
    spread = float(np.median(widths[top : bottom + 1]))
    whole = bottom < height * 0.985 or tall / max(spread, 1) > 2.9
    head = tall / HEADS_TALL if whole else _head_of_portrait(mask, top, bottom)
    middle = _middle(mask, top, head)
    left, right, outer_left, outer_right = _edges(mask, middle, top, bottom, head)
    scale_x, scale_y = size[0] / width, size[1] / height
    rows = (np.arange(size[1]) + 0.5) / scale_y - 0.5

    def full(edge: NDArray[np.float64]) -> NDArray[np.float64]:
        result: NDArray[np.float64] = np.interp(rows, np.arange(height), edge) * scale_x
        return result

    return Body(
        size=size,
        head=head * scale_y,
        top=top * scale_y,
        shoulder=_shoulder(outer_left, outer_right, top, head) * scale_y,
        axis=full(middle),
        left=full(left),
        right=full(right),
        outer_left=full(outer_left),
        outer_right=full(outer_right),
        silhouette=silhouette,
    )


def _shoulder(
    left: NDArray[np.float64], right: NDArray[np.float64], top: int, head: float
) -> float:
    widths = np.minimum(right - left, 2.3 * head)
    first, last = round(top + 0.95 * head), round(top + 2.0 * head)
    usual = top + 1.35 * head
    found = first + find_shoulder(widths[first:last])
    return float(np.clip(found, usual - 0.3 * head, usual + 0.2 * head))


def _head_of_portrait(mask: NDArray[np.bool_], top: int, bottom: int) -> float:
    """Find the neck of somebody whose feet are outside the picture; return the head's height."""
    tall = bottom - top + 1
    widths = np.convolve(widest_runs(mask), np.ones(5) / 5, mode="same")
    best, found = 0.0, tall / 3.6
    for y in range(top + round(0.12 * tall), top + round(0.5 * tall)):
        above = widths[top:y].max()
        below = widths[y : y + round(0.16 * tall)].max()
        grip = min(above / max(widths[y], 1), 1.6) * min(below / max(widths[y], 1), 2.6)
        if grip > best and below > 1.35 * above:
            best, found = grip, (y - top) / 1.16
    return float(np.clip(found, tall / 6.5, tall / 2.2))


def _middle(mask: NDArray[np.bool_], top: int, head: float) -> NDArray[np.float64]:
    """Return the body's middle for each row: a line from the head through the trunk's middle."""
    height = mask.shape[0]
    columns = np.arange(mask.shape[1])

    def centre(first: float, last: float, *, cut: float = 0.5) -> float:
        part = mask[max(0, round(first)) : min(height, round(last) + 1)]
        weight = part.sum(axis=0).astype(np.float64)
        if not weight.sum():
            weight = mask.sum(axis=0).astype(np.float64)
        # The median, not the mean: one stretched arm must not pull the trunk aside.
        # Legs are two: for them it is the middle between what is cut off on either side.
        reached = np.cumsum(weight) / weight.sum()
        return float(np.interp([cut, 1 - cut], reached, columns).mean())

    points = [
        (top + 0.5 * head, centre(top, top + 0.95 * head)),
        (top + 2.2 * head, centre(top + 1.7 * head, top + 2.9 * head)),
        (top + 3.6 * head, centre(top + 3.2 * head, top + 4.0 * head)),
        (top + 6.0 * head, centre(top + 5.0 * head, top + 7.0 * head, cut=0.1)),
    ]
    seen = [point for point in points if point[0] < height] or points[:1]
    return np.interp(np.arange(height), [y for y, _ in seen], [x for _, x in seen])


def _edges(
    mask: NDArray[np.bool_], middle: NDArray[np.float64], top: int, bottom: int, head: float
) -> tuple[NDArray[np.float64], ...]:
    height = mask.shape[0]
    edges = np.zeros((4, height))
    every = runs_by_row(mask)
    for y in range(height):
        axis = middle[y]
        heads = (y - top) / head
        usual = float(np.interp(heads, *_USUAL_HALF_WIDTH)) * head
        runs = every[y] if top <= y <= bottom else []
        near = [run for run in runs if run[0] - 0.25 * head <= axis <= run[1] + 0.25 * head]
        # Below the crotch both legs count, above it only the run around the middle.
        parts = (runs if heads > 3.9 else near) or [(axis - usual, axis + usual)]
        start, stop = min(a for a, _ in parts), max(b for _, b in parts)
        edges[0, y] = axis - np.clip(axis - start, 0.72 * usual, 1.35 * usual)
        edges[1, y] = axis + np.clip(stop - axis, 0.72 * usual, 1.35 * usual)
        edges[2, y] = min((a for a, _ in runs), default=axis - usual)
        edges[3, y] = max((b for _, b in runs), default=axis + usual)
    kernel = np.ones(7) / 7
    padded = np.pad(edges, ((0, 0), (3, 3)), mode="edge")
    return tuple(np.convolve(line, kernel, mode="valid") for line in padded)


_USUAL_HALF_WIDTH = (
    # heads below the crown, half the trunk's width in heads
    [0.0, 0.5, 1.1, 1.45, 1.9, 2.7, 3.6, 4.2, 5.5, 7.0, 7.5],
    [0.25, 0.4, 0.35, 0.85, 0.8, 0.66, 0.8, 0.75, 0.6, 0.45, 0.5],
)
