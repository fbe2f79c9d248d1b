"""After: is the garment's colour near the product's?"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageFilter

from django_tryon.quality.finding import Check, Said
from django_tryon.quality.opencv import import_cv2
from django_tryon.quality.pair import Pair
from django_tryon.readiness.finding import Saying
from django_tryon.readiness.picture import Picture

COLOURS = 3
"""So many colours stand for a garment."""
LEAST = 0.01
"""Where less than this share of the picture was painted, no garment was put on."""


def look(pair: Pair, at: float) -> Said:
    """Measure how far what was painted is from the nearest colour of a garment, in the middle."""
    import numpy as np

    if not (pair.garments and pair.fits):
        return "unsure", {}
    if pair.changed.mean() < LEAST:
        return "unchanged", {}
    wanted = np.concatenate([colours_of(garment) for garment in pair.garments])
    painted = lab(pair.after)[pair.changed]
    away = np.linalg.norm(painted[:, None] - wanted[None], axis=2).min(axis=1)
    middle = float(np.median(away))
    return ("near" if middle <= at else "far"), {"away": round(middle)}


def colours_of(garment: Image.Image) -> Any:
    """Return the colours of most of a garment, or of the middle of its picture, in CIELAB."""
    import numpy as np

    picture = Picture(garment)
    wide, high = picture.small.size
    # Without its edge, which is half of the ground's colour.
    seen = np.asarray(picture.things.filter(ImageFilter.MinFilter(5))) > 0
    if not (picture.is_plain and seen.any()):
        seen = np.zeros((high, wide), bool)
        seen[high // 3 : high - high // 3, wide // 3 : wide - wide // 3] = True
    cv2, pixels = import_cv2(), lab(picture.small)[seen]
    cv2.setRNGSeed(1)  # the same pictures, the same answer
    until = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 10, 1.0)
    count = min(COLOURS, len(pixels))
    return cv2.kmeans(pixels, count, None, until, 1, cv2.KMEANS_PP_CENTERS)[2]


def lab(pixels: Image.Image) -> Any:
    """Return an RGB picture in CIELAB, in which distances are those that people see."""
    import numpy as np

    cv2 = import_cv2()
    return cv2.cvtColor(np.asarray(pixels, np.float32) / 255, cv2.COLOR_RGB2Lab)


CHECK = Check(
    name="colour",
    title=_("Colour of the garment"),
    sayings={
        "near": Saying(_("What was painted has the garment's colour.")),
        "unsure": Saying(_("The garment's colour cannot be compared.")),
        "unchanged": Saying(
            _("Hardly anything differs from the photo."),
            _("Look whether the garment was put on at all."),
        ),
        "far": Saying(
            _("What was painted is far from the garment's colour (%(away)d in CIELAB)."),
            _("Compare it with the picture of the garment."),
        ),
    },
    at=20,
    bounds=(2, 100),
    look=look,
)
