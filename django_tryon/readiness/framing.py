"""Is all of the garment in the picture, and large enough in it?"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from django_tryon.readiness.finding import Check, Said, Saying, between
from django_tryon.readiness.picture import NEAR, Picture, distance

CUT = 0.2
"""Where so much of an edge is not ground, something goes on beyond it."""
SURE = 2 * NEAR
"""So far is a garment's colour from the ground's; the shade of a floor is nearer to it."""
FILLS = 0.55
"""The garment is at least so high, or so wide, as a share of the picture."""


def look(picture: Picture) -> Said:
    """See whether anything reaches over an edge, and how much room the largest piece takes."""
    if not (picture.is_plain and picture.patches):
        return "unsure", 100, {}
    cut = sum(
        sum(distance(colour, picture.ground) > SURE for colour in edge) > CUT * len(edge)
        for edge in picture.edges
    )
    if cut:
        return "cut", max(30, 60 - 15 * (cut - 1)), {}
    wide, high = picture.small.size
    left = min(patch.left for patch in picture.patches)
    right = max(patch.right for patch in picture.patches)
    top = min(patch.top for patch in picture.patches)
    bottom = max(patch.bottom for patch in picture.patches)
    fills = max((right - left) / wide, (bottom - top) / high)
    if fills < FILLS:
        return "far", between(fills, 0.1, FILLS, least=30, most=79), {"fills": round(fills * 100)}
    return "whole", 100, {}


CHECK = Check(
    name="framing",
    title=_("Framing"),
    sayings={
        "whole": Saying(_("The whole garment is in the picture.")),
        "unsure": Saying(_("Whether the garment is whole cannot be told on this background.")),
        "cut": Saying(
            _("The garment reaches over the edge of the picture."),
            _("Show the whole garment with a little room around it."),
        ),
        "far": Saying(
            _("The garment is small in the picture: %(fills)d %% of its height or width."),
            _("Cut the picture closer around the garment."),
        ),
    },
    look=look,
)
