"""Patches: the pieces of a mask that hang together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image


@dataclass(frozen=True)
class Patch:
    """One piece of a mask."""

    area: int
    """Pixels."""
    left: int
    top: int
    right: int
    """The first column after it."""
    bottom: int
    """The first row after it."""


def patches(mask: Image.Image) -> list[Patch]:
    """Return the pieces of a mask whose pixels touch side by side, the largest first."""
    wide = mask.width
    left = {place for place, value in enumerate(mask.tobytes()) if value}
    found = []
    while left:
        piece = [left.pop()]
        for place in piece:  # it grows while it is walked through
            near = [other for other in beside(place, wide) if other in left]
            left.difference_update(near)
            piece.extend(near)
        columns = [place % wide for place in piece]
        rows = [place // wide for place in piece]
        found.append(Patch(len(piece), min(columns), min(rows), max(columns) + 1, max(rows) + 1))
    return sorted(found, key=lambda patch: -patch.area)


def beside(place: int, wide: int) -> Iterator[int]:
    """Yield the places beside one, those outside the picture above and below included."""
    yield place - wide
    yield place + wide
    if place % wide:
        yield place - 1
    if (place + 1) % wide:
        yield place + 1
