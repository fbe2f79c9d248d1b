"""Does somebody wear it?"""

from __future__ import annotations

from math import hypot

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageChops, ImageFilter, ImageStat

from django_tryon.readiness.finding import Check, Said, Saying
from django_tryon.readiness.patches import patches
from django_tryon.readiness.picture import FULL, Picture, share_of

BLUES, REDS = (80, 124), (135, 172)
"""Skin of any tone, in the two colour bands of YCbCr; how light it is does not count."""
WARM = 17
"""Skin has so much more red than blue; wooden floors and beige walls mostly have less."""
DARKEST = 35
LEAST = 0.004
"""A hand or a face is larger than this share of the picture."""
MOST = 0.6
"""Where more of what is seen is of the colour of skin, it is the garment's own colour."""
APART = 8
"""The colour of skin is at least so far from the colour of all else."""


def look(picture: Picture) -> Said:
    """Look for several patches of skin that differ in colour from the rest."""
    bands = picture.small.convert("YCbCr")
    seen = picture.things if picture.is_plain else Image.new("L", bands.size, FULL)
    skin = ImageChops.multiply(skin_in(bands), seen)
    rest = ImageChops.subtract(seen, skin)
    spots = [patch for patch in patches(skin) if patch.area >= LEAST * picture.area]
    is_some = len(spots) >= 2 and share_of(skin) <= MOST * share_of(seen)
    if is_some and apart(bands, skin, rest) >= APART:
        return "worn", 65, {}
    return "alone", 100, {}


def skin_in(bands: Image.Image) -> Image.Image:
    """Return a mask of what has the colour of skin, without single pixels."""
    light, blue, red = bands.split()
    warm = ImageChops.subtract(red, blue).point(lambda value: FULL if value >= WARM else 0)
    for band, (low, high) in ((light, (DARKEST, FULL)), (blue, BLUES), (red, REDS)):
        inside = [FULL if low <= value <= high else 0 for value in range(256)]
        warm = ImageChops.multiply(warm, band.point(inside))
    return warm.filter(ImageFilter.MinFilter(3)).filter(ImageFilter.MaxFilter(3))


def apart(bands: Image.Image, one: Image.Image, other: Image.Image) -> float:
    """Return how far the mean colours under two masks, neither empty, are from each other."""
    mine, yours = (ImageStat.Stat(bands, mask=mask) for mask in (one, other))
    return hypot(mine.mean[1] - yours.mean[1], mine.mean[2] - yours.mean[2])


CHECK = Check(
    name="worn",
    title=_("Alone or worn"),
    sayings={
        "alone": Saying(_("Nobody seems to wear it.")),
        "worn": Saying(
            _("Somebody seems to wear it."),
            _("A picture of the garment alone is surer, flat or on an invisible mannequin."),
        ),
    },
    look=look,
)
