"""After: is the person as broad as before?"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from django_tryon.quality.finding import Check, Said
from django_tryon.quality.pair import Pair
from django_tryon.readiness.finding import Saying

LEAST = 0.1
"""An outline covers at least this share of the picture's width, or it was not found."""


def look(pair: Pair, at: float) -> Said:
    """Compare how broad the person is from the shoulders down to the hips."""
    import numpy as np

    if pair.face is None or not pair.fits:
        return "unsure", {}
    before, after = pair.outlines
    ratio = before.shape[0] / pair.photo.small.height
    below = pair.face.top + pair.face.side
    rows = slice(
        round((below + pair.face.side / 2) * ratio), round((below + 3 * pair.face.side) * ratio)
    )
    was, now = (float(np.median(one[rows].sum(axis=1))) for one in (before, after))
    if was < LEAST * before.shape[1]:
        return "unsure", {}
    facts = {"share": round(100 * now / was)}
    return ("kept" if now >= at * was else "narrower"), facts


CHECK = Check(
    name="outline",
    title=_("Outline"),
    sayings={
        "kept": Saying(_("The person is as broad as before.")),
        "unsure": Saying(_("The person's outline cannot be compared.")),
        "narrower": Saying(
            _("The person has become narrower: %(share)d %% of what they were."),
            _("Look whether it is still their body, or only a tighter garment."),
        ),
    },
    at=0.87,
    bounds=(0.3, 1.0),
    look=look,
)
