"""Is it upright?"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from django_tryon.readiness.finding import Check, Said, Saying, between
from django_tryon.readiness.picture import Picture

WIDEST = 1.1
"""Width to height: squares pass."""
NARROWEST = 0.5


def look(picture: Picture) -> Said:
    """Compare width and height."""
    aspect = picture.width / picture.height
    facts = {"width": picture.width, "height": picture.height}
    if aspect > WIDEST:
        return "wide", between(-aspect, -2.5, -WIDEST, least=30, most=79), facts
    if aspect < NARROWEST:
        return "narrow", between(aspect, 0.25, NARROWEST, least=30, most=79), facts
    return "upright", 100, facts


CHECK = Check(
    name="shape",
    title=_("Shape"),
    sayings={
        "upright": Saying(_("Its shape suits the engines.")),
        "wide": Saying(
            _("The picture is wider than high (%(width)d by %(height)d)."),
            _("Cut it to about 3:4, upright, with the whole garment in it."),
        ),
        "narrow": Saying(
            _("The picture is very narrow (%(width)d by %(height)d)."),
            _("Give it more room to the left and right, to about 3:4."),
        ),
    },
    look=look,
)
