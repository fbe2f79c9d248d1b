"""A garment's picture as the checks see it: small, with its ground told from what lies on it."""

from __future__ import annotations

from functools import cached_property
from statistics import median

from PIL import Image, ImageChops, ImageFilter

from django_tryon.readiness.patches import Patch, patches

SMALL = 128
"""Pixels of the longer side of the copy on which ground and garment are told apart."""
EDGE = 3
"""How many of its pixels from each edge count as the edge."""
NEAR = 24
"""So far, of 255, may a colour be from the ground's and still pass for it."""
PLAIN = 0.9
"""Such a share of the edge of a plain ground has its colour."""
FULL = 255


class Picture:
    """What the checks ask of a picture; each answer is worked out once, when first asked for."""

    def __init__(self, pixels: Image.Image) -> None:
        """Take the picture as it is: RGB, or RGBA where something is transparent."""
        self.width, self.height = pixels.size
        self.pixels = on_white(pixels)

    @cached_property
    def small(self) -> Image.Image:
        """The picture at a size at which every pixel may be visited."""
        small = self.pixels.copy()
        small.thumbnail((SMALL, SMALL), Image.Resampling.BOX)
        return small

    @cached_property
    def edges(self) -> list[list[tuple[int, int, int]]]:
        """The colours along the top, the bottom, the left and the right."""
        wide, high = self.small.size
        boxes = (
            (0, 0, wide, EDGE),
            (0, high - EDGE, wide, high),
            (0, 0, EDGE, high),
            (wide - EDGE, 0, wide, high),
        )
        return [colours(self.small.crop(box)) for box in boxes]

    @cached_property
    def ground(self) -> tuple[int, int, int]:
        """The colour of the ground: that in the middle of all along the edges."""
        along = [colour for edge in self.edges for colour in edge]
        red, green, blue = (round(median(colour[band] for colour in along)) for band in range(3))
        return red, green, blue

    @cached_property
    def calm(self) -> float:
        """The share of the edges that has the ground's colour, from 0 to 1.

        The least calm edge does not count: there a garment may be cut off, on the plainest ground.
        """
        shares = sorted(
            sum(distance(colour, self.ground) <= NEAR for colour in edge) / len(edge)
            for edge in self.edges
        )
        return sum(shares[1:]) / 3

    @cached_property
    def is_plain(self) -> bool:
        """Whether the ground is plain enough to tell what lies on it."""
        return self.calm >= PLAIN

    @cached_property
    def things(self) -> Image.Image:
        """A mask of what is not ground."""
        bands = ImageChops.difference(self.small, Image.new("RGB", self.small.size, self.ground))
        red, green, blue = bands.split()
        far = ImageChops.lighter(ImageChops.lighter(red, green), blue)
        return far.point(lambda value: FULL if value > NEAR + 4 else 0).filter(
            ImageFilter.MedianFilter(3)
        )

    @cached_property
    def patches(self) -> list[Patch]:
        """What is not ground, piece by piece, the largest first."""
        return patches(self.things)

    @property
    def area(self) -> int:
        """The number of pixels of the small picture."""
        return self.small.width * self.small.height


def on_white(pixels: Image.Image) -> Image.Image:
    """Return a picture on white where it is transparent: so most engines take it."""
    if pixels.mode != "RGBA":
        return pixels
    ground = Image.new("RGBA", pixels.size, "white")
    ground.alpha_composite(pixels)
    return ground.convert("RGB")


def colours(part: Image.Image) -> list[tuple[int, int, int]]:
    """Return the colours of all pixels of an RGB picture."""
    flat = part.tobytes()
    return list(zip(flat[::3], flat[1::3], flat[2::3], strict=True))


def distance(one: tuple[int, int, int], other: tuple[int, int, int]) -> int:
    """Return how far two colours are from each other in the band where they differ most."""
    return max(abs(mine - yours) for mine, yours in zip(one, other, strict=True))


def share_of(mask: Image.Image) -> float:
    """Return the share of a mask that is set, from 0 to 1."""
    return mask.histogram()[FULL] / (mask.width * mask.height)
