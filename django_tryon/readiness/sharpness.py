"""Is it sharp?"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageChops, ImageFilter, ImageStat

from django_tryon.readiness.finding import Check, Said, Saying, between
from django_tryon.readiness.picture import Picture

LONG = 1024
"""Pixels of the longer side at which it is judged: engines see no more."""
SOFT, BLURRED = 0.46, 0.6
"""How much of a picture outlives a further blur: of a sharp one little, of a blurred one most."""


def look(picture: Picture) -> Said:
    """Blur it once more, and see how little that changes."""
    grey = picture.pixels.convert("L")
    grey.thumbnail((LONG, LONG), Image.Resampling.LANCZOS)
    kept = outlives(grey)
    if kept < SOFT:
        return "sharp", 100, {}
    word = "soft" if kept < BLURRED else "blurred"
    return word, between(-kept, -0.85, -SOFT, least=20, most=79), {}


def outlives(grey: Image.Image) -> float:
    """Return the share of the steps between neighbours that a blur leaves over, from 0 to 1.

    After F. Crete and others, “The blur effect” (2007): of any picture it tells how blurred it
    was before, whatever it shows. A picture without any steps is blurred through and through.
    """
    blurred = grey.filter(ImageFilter.BoxBlur(4))
    wide, high = grey.size
    shares = []
    for across, down in ((1, 0), (0, 1)):
        here, there = (1, 1, wide, high), (1 - across, 1 - down, wide - across, high - down)
        before, after = (
            ImageChops.difference(one.crop(here), one.crop(there)) for one in (grey, blurred)
        )
        steps = ImageStat.Stat(before).sum[0]
        gone = ImageStat.Stat(ImageChops.subtract(before, after)).sum[0]
        shares.append(1 - gone / steps if steps else 1.0)
    return max(shares)


CHECK = Check(
    name="sharpness",
    title=_("Sharpness"),
    sayings={
        "sharp": Saying(_("It is sharp.")),
        "soft": Saying(
            _("It is a little soft."),
            _("Use the original, not a picture that was enlarged or saved several times."),
        ),
        "blurred": Saying(
            _("It is blurred: texture and print will be lost."),
            _("Photograph it again with more light, or use the original if this was enlarged."),
        ),
    },
    look=look,
)
