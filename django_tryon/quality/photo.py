"""A person's photo as the checks before paying see it."""

from __future__ import annotations

from functools import cached_property

from PIL import Image

from django_tryon.quality.faces import Face, faces_in, profiles_in, sure_faces
from django_tryon.readiness.picture import on_white

LONG = 480
"""Pixels of the longer side of the copy in which faces are looked for."""
TURNS = (Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270)


class Photo:
    """What the checks ask of a photo; each answer is worked out once, when first asked for."""

    def __init__(self, pixels: Image.Image) -> None:
        """Take the photo as people see it: RGB or RGBA, turned the way its camera says."""
        self.pixels = on_white(pixels)

    @cached_property
    def small(self) -> Image.Image:
        """The photo at a size at which faces are quickly found."""
        small = self.pixels.copy()
        small.thumbnail((LONG, LONG), Image.Resampling.LANCZOS)
        return small

    @cached_property
    def faces(self) -> list[Face]:
        """The faces seen from the front, the largest first, in pixels of ``small``."""
        return faces_in(self.small)

    @cached_property
    def scale(self) -> float:
        """How many pixels of the photo one of ``small`` stands for."""
        return self.pixels.width / self.small.width

    @cached_property
    def is_turned(self) -> bool:
        """Whether there is a face only when the photo is turned."""
        if self.faces:
            return False
        return any(sure_faces(self.small.transpose(turn)) for turn in TURNS)

    @cached_property
    def is_profile(self) -> bool:
        """Whether a face is seen from the side, and none from the front."""
        return not self.faces and bool(profiles_in(self.small))

    @property
    def face(self) -> Image.Image:
        """The largest face and what is around it, at the photo's own size; else all of it."""
        if not self.faces:
            return self.pixels
        left, top, side = self.faces[0].left, self.faces[0].top, self.faces[0].side
        around = (left - side // 2, top - side // 2, left + side * 3 // 2, top + side * 2)
        wide, high = self.pixels.size
        x, y, right, bottom = (round(edge * self.scale) for edge in around)
        return self.pixels.crop((max(0, x), max(0, y), min(wide, right), min(high, bottom)))
