"""Is the background plain?"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from django_tryon.readiness.finding import Check, Said, Saying, between
from django_tryon.readiness.picture import PLAIN, Picture, share_of

BUSY = 0.7
"""A ground of which less than this is of one colour is busy."""
LEAST = 0.02
"""A garment that stands out covers more than this share of the picture."""


def look(picture: Picture) -> Said:
    """See how much of the edge is of one colour, and whether anything stands out from it."""
    if picture.calm < PLAIN:
        word = "busy" if picture.calm < BUSY else "uneven"
        return word, between(picture.calm, 0.2, PLAIN, least=30, most=79), {}
    if share_of(picture.things) < LEAST:
        return "same", 35, {}
    return "plain", 100, {}


CHECK = Check(
    name="ground",
    title=_("Background"),
    sayings={
        "plain": Saying(_("The background is plain.")),
        "uneven": Saying(
            _("The background is not quite plain."),
            _("White, or any one colour without shadows and folds, is surer."),
        ),
        "busy": Saying(
            _("The background is busy: the engine may take it for part of the garment."),
            _("Photograph it on a plain ground, or cut the background out."),
        ),
        "same": Saying(
            _("Hardly anything stands out from the background."),
            _("Put a light garment on a darker ground and a dark one on a lighter ground."),
        ),
    },
    look=look,
)
