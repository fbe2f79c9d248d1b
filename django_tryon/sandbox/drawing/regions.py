"""Connected regions of a mask, by runs: fast enough without a compiled library."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Run = tuple[int, int, int]
"""Row, first column, column after the last."""


def runs_of(line: Mask) -> list[tuple[int, int]]:
    """Return where a line is true, as pairs of first and after-last index."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], line.view(np.int8), [0]))))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def regions_of(mask: Mask) -> list[list[Run]]:
    """Return the connected regions, each as its runs."""
    parent: list[int] = []
    runs: list[Run] = []
    above: list[int] = []
    for y in range(mask.shape[0]):
        here = []
        for start, stop in runs_of(mask[y]):
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


def find_shoulder(widths: NDArray[Any]) -> int:
    """Return the row, from neck to upper arm, in which most of the breadth is reached."""
    return int(np.argmax(widths >= 0.78 * widths.max()))
