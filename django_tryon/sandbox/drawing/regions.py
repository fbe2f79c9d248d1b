"""Connected regions of a mask, by runs: fast enough without a compiled library."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Run = tuple[int, int, int]
"""Row, first column, column after the last."""


def runs_by_row(mask: Mask) -> list[list[tuple[int, int]]]:
    """Return where each row is true, as pairs of first and after-last column."""
    height, width = mask.shape
    padded = np.zeros((height, width + 2), dtype=bool)
    padded[:, 1:-1] = mask
    rows, columns = np.nonzero(padded[:, 1:] != padded[:, :-1])
    runs: list[list[tuple[int, int]]] = [[] for _ in range(height)]
    starts, stops = columns[::2].tolist(), columns[1::2].tolist()
    for row, start, stop in zip(rows[::2].tolist(), starts, stops, strict=True):
        runs[row].append((start, stop))
    return runs


def widest_runs(mask: Mask) -> list[int]:
    """Return the length of the longest run in each row."""
    return [max((stop - start for start, stop in runs), default=0) for runs in runs_by_row(mask)]


def regions_of(mask: Mask) -> list[list[Run]]:
    """Return the connected regions, each as its runs."""
    parent: list[int] = []
    runs: list[Run] = []
    above: list[int] = []
    for y, line in enumerate(runs_by_row(mask)):
        here = []
        for start, stop in line:
            label = len(runs)
            runs.append((y, start, stop))
            parent.append(label)
            here.append(label)
            for other in above:
                if runs[other][1] < stop and start < runs[other][2]:
                    parent[_root(parent, other)] = _root(parent, label)
        above = here
    regions: dict[int, list[Run]] = {}
    for label, run in enumerate(runs):
        regions.setdefault(_root(parent, label), []).append(run)
    return list(regions.values())


def _root(parent: list[int], label: int) -> int:
    while parent[label] != label:
        parent[label] = label = parent[parent[label]]
    return label


def keep_largest(mask: Mask, *, weights: NDArray[np.floating[Any]]) -> Mask:
    """Return only the region that weighs most."""
    kept = np.zeros_like(mask)
    regions = regions_of(mask)
    if regions:
        heaviest = max(
            regions,
            key=lambda region: sum(float(weights[y, a:b].sum()) for y, a, b in region),
        )
        for y, start, stop in heaviest:
            kept[y, start:stop] = True
    return kept


def fill_holes(mask: Mask, *, share: float) -> Mask:
    """Return the mask without its enclosed holes, as far as each covers less than `share`."""
    filled = mask.copy()
    height, width = mask.shape
    for region in regions_of(~mask):
        inner = all(0 < y < height - 1 and a > 0 and b < width for y, a, b in region)
        if inner and sum(b - a for _, a, b in region) < share * mask.size:
            for y, start, stop in region:
                filled[y, start:stop] = True
    return filled


def grow(mask: Mask, radius: int) -> Mask:
    """Return the mask with a rim of so many pixels around it, corners included."""
    for axis in (0, 1):
        wider = mask.copy()
        for step in range(1, radius + 1):
            after, before = [slice(None)] * 2, [slice(None)] * 2
            after[axis], before[axis] = slice(step, None), slice(None, -step)
            wider[tuple(after)] |= mask[tuple(before)]
            wider[tuple(before)] |= mask[tuple(after)]
        mask = wider
    return mask


def shrink(mask: Mask, radius: int) -> Mask:
    """Return the mask without a rim of so many pixels; the picture's edge takes nothing away."""
    return ~grow(~mask, radius)


def find_shoulder(widths: NDArray[Any]) -> int:
    """Return the row, from neck to upper arm, in which most of the breadth is reached."""
    return int(np.argmax(widths >= 0.78 * widths.max()))
