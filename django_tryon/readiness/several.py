"""Is it one thing?"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from django_tryon.readiness.finding import Check, Said, Saying
from django_tryon.readiness.picture import Picture

LEAST = 0.03
"""A thing of its own covers more than this share of the picture…"""
BESIDE = 0.25
"""…and at least this share of what the largest thing covers."""


def look(picture: Picture) -> Said:
    """Count the large pieces that lie apart on a plain ground."""
    if not picture.is_plain:
        return "unsure", 100, {}
    largest = max((patch.area for patch in picture.patches), default=0)
    least = max(LEAST * picture.area, BESIDE * largest)
    count = sum(patch.area >= least for patch in picture.patches)
    return ("several", 35, {"count": count}) if count > 1 else ("one", 100, {})


CHECK = Check(
    name="several",
    title=_("One thing"),
    sayings={
        "one": Saying(_("It shows one thing.")),
        "unsure": Saying(_("Whether it shows one thing cannot be told on this background.")),
        "several": Saying(
            _("It shows %(count)d things beside each other: the engine does not know which."),
            _("Give each garment a picture of its own."),
        ),
    },
    look=look,
)
