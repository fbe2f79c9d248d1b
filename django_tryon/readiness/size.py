"""Is it large enough?"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from django_tryon.readiness.finding import Check, Said, Saying, between
from django_tryon.readiness.picture import Picture

ENOUGH = 768
"""Pixels of the shorter side: as many as IDM-VTON works with."""
FEW = 512
"""Below this, fine detail gets lost."""
TOO_FEW = 256
"""Below this, no picture is accepted for a garment of its own."""


def look(picture: Picture) -> Said:
    """Measure the shorter side."""
    short = min(picture.width, picture.height)
    facts = {"width": picture.width, "height": picture.height, "enough": ENOUGH}
    if short < FEW:
        word = "tiny" if short < TOO_FEW else "small"
        return word, between(short, 64, FEW, least=5, most=75), facts
    return "large", between(short, FEW, ENOUGH, least=85, most=100), facts


CHECK = Check(
    name="size",
    title=_("Size"),
    sayings={
        "large": Saying(_("It is large enough.")),
        "small": Saying(
            _("The picture is small (%(width)d by %(height)d pixels): fine detail may be lost."),
            _("Upload one of at least %(enough)d pixels on its shorter side; enlarging is no use."),
        ),
        "tiny": Saying(
            _("The picture is tiny (%(width)d by %(height)d pixels): a thumbnail, perhaps?"),
            _("Upload the original, of at least %(enough)d pixels on its shorter side."),
        ),
    },
    look=look,
)
