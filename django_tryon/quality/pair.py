"""A person's photo and the result that was made of it, as the checks after paying see them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from PIL import Image

from django_tryon.quality.faces import Face
from django_tryon.quality.opencv import import_cv2
from django_tryon.quality.photo import Photo
from django_tryon.readiness.picture import on_white

SHAPE = 0.04
"""The two may differ so much in width to height, as a share, and still show the same."""
LONG = 240
"""Pixels of the longer side at which the person is told from what is behind."""
CHANGED = 40
"""So far, of 255, is a pixel's colour from what it was where the engine has painted."""


class Pair:
    """What the checks ask of a result; each answer is worked out once, when first asked for."""

    def __init__(
        self, person: Image.Image, result: Image.Image, garments: Sequence[Image.Image] = ()
    ) -> None:
        """Take the three as people see them: RGB or RGBA."""
        self.photo, self.result = Photo(person), on_white(result)
        self.garments = [on_white(garment) for garment in garments]

    @cached_property
    def fits(self) -> bool:
        """Whether the result shows all that the photo shows, and no more."""
        before, after = (one.width / one.height for one in (self.photo.pixels, self.result))
        return abs(after / before - 1) <= SHAPE

    @cached_property
    def face(self) -> Face | None:
        """The largest face of the photo, in pixels of its small copy."""
        return self.photo.faces[0] if self.photo.faces else None

    @cached_property
    def after(self) -> Image.Image:
        """The result at the size of the photo's small copy."""
        return self.result.resize(self.photo.small.size, Image.Resampling.BOX)

    @cached_property
    def changed(self) -> Any:
        """Which pixels of the small copies differ, as an array of booleans."""
        import numpy as np

        before, after = (np.asarray(one, np.int16) for one in (self.photo.small, self.after))
        return np.abs(before - after).max(axis=2) > CHANGED

    @cached_property
    def outlines(self) -> tuple[Any, Any]:
        """Where the person is, before and after: two arrays of booleans of one size.

        Both begin with the same guess, which the face gives: there must be one.
        """
        face = self.face
        assert face is not None  # noqa: S101
        ratio = LONG / max(self.photo.small.size)
        wide, high = (max(1, round(side * ratio)) for side in self.photo.small.size)
        left, right = face.left - 2 * face.side, face.left + 3 * face.side
        x, y = max(1, round(left * ratio)), max(1, round((face.top - face.side // 2) * ratio))
        box = (x, y, min(wide - 1, round(right * ratio)) - x, high - 1 - y)
        before, after = (
            outline(one.resize((wide, high), Image.Resampling.BOX), box)
            for one in (self.photo.small, self.after)
        )
        return before, after


def outline(pixels: Image.Image, box: tuple[int, int, int, int]) -> Any:
    """Return what stands out from all that is outside of a box (left, top, width, height)."""
    import numpy as np

    cv2 = import_cv2()
    mask = np.zeros((pixels.height, pixels.width), np.uint8)
    ground, thing = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.setRNGSeed(1)  # the same pictures, the same answer
    cv2.grabCut(np.asarray(pixels), mask, box, ground, thing, 3, cv2.GC_INIT_WITH_RECT)
    return (mask == cv2.GC_FGD) | (mask == cv2.GC_PR_FGD)
