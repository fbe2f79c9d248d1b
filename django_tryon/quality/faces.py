"""Faces, as OpenCV's own detectors see them: from the front, or from the side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageOps

from django_tryon.quality.opencv import LOCK, cascade
from django_tryon.readiness.picture import FULL
from django_tryon.readiness.worn import skin_in

LIKELY = 2.0
"""So sure is the less careful detector at least of a face that the careful one does not see…"""
SKIN = 0.3
"""…and such a share of it has the colour of skin."""
SMALLEST = 20
"""Pixels of a face below which no detector was taught any."""


@dataclass(frozen=True)
class Face:
    """Where a face is, in pixels of the picture that was looked at."""

    left: int
    top: int
    side: int

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Its left, top, right and bottom."""
        return self.left, self.top, self.left + self.side, self.top + self.side


def faces_in(pixels: Image.Image) -> list[Face]:
    """Return the faces that are seen from the front, the largest first.

    Where the careful detector sees none, the surest one of the other counts, if it is of the
    colour of skin: so sunglasses and a glance aside are borne.
    """
    if sure := sure_faces(pixels):
        # Of a photograph in grey none has the colour of skin.
        return [face for face in sure if _has_skin(pixels, face)] or sure[:1]
    found = [(sure, face) for face, sure in _seen(pixels, "frontalface_default") if sure >= LIKELY]
    likely = [face for _sure, face in sorted(found, key=lambda pair: -pair[0])]
    return [face for face in likely if _has_skin(pixels, face)][:1]


def sure_faces(pixels: Image.Image) -> list[Face]:
    """Return the faces from the front of which the careful detector is sure."""
    return _largest_first(_seen(pixels, "frontalface_alt"))


def profiles_in(pixels: Image.Image) -> list[Face]:
    """Return the faces that look to the left or right; where, only roughly."""
    seen = [_seen(side, "profileface") for side in (pixels, ImageOps.mirror(pixels))]
    return _largest_first([*seen[0], *seen[1]])


def _has_skin(pixels: Image.Image, face: Face) -> bool:
    part = pixels.crop(face.box).convert("YCbCr")
    return skin_in(part).histogram()[FULL] >= SKIN * face.side**2


def _seen(pixels: Image.Image, name: str) -> list[tuple[Face, float]]:
    import numpy as np

    grey: Any = np.asarray(pixels.convert("L"))
    smallest = (SMALLEST, SMALLEST)
    with LOCK:
        boxes, _levels, sure = cascade(name).detectMultiScale3(
            grey, 1.1, 5, minSize=smallest, outputRejectLevels=True
        )
    return [
        (Face(int(left), int(top), int(side)), float(each))
        for (left, top, side, _high), each in zip(boxes, sure, strict=True)
    ]


def _largest_first(seen: list[tuple[Face, float]]) -> list[Face]:
    return sorted((face for face, _sure in seen), key=lambda face: -face.side)
