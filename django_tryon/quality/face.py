"""After: is the face still the same picture?"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from django_tryon.quality.finding import Check, Said
from django_tryon.quality.opencv import import_cv2
from django_tryon.quality.pair import Pair
from django_tryon.readiness.finding import Saying

ROOM = 4
"""The face may have moved by one part in so many of its width."""


def look(pair: Pair, at: float) -> Said:
    """Lay the photo's face over the result, and see how alike they are where they are most so."""
    import numpy as np

    if pair.face is None or not pair.fits:
        return "unsure", {}
    left, top, right, bottom = pair.face.box
    room = pair.face.side // ROOM
    around = (left - room, top - room, right + room, bottom + room)
    before: Any = np.asarray(pair.photo.small.crop(pair.face.box).convert("L"))
    after: Any = np.asarray(pair.after.crop(around).convert("L"))
    cv2 = import_cv2()
    alike = float(cv2.matchTemplate(after, before, cv2.TM_CCOEFF_NORMED).max())
    facts = {"alike": round(100 * max(0.0, alike))}
    return ("same" if alike >= at else "other"), facts


CHECK = Check(
    name="face",
    title=_("Face"),
    sayings={
        "same": Saying(_("The face is that of the photo.")),
        "unsure": Saying(_("Whether the face is the same cannot be told.")),
        "other": Saying(
            _("The face differs from the photo's: it is alike by %(alike)d %%."),
            _("Look whether it is still the same person."),
        ),
    },
    at=0.88,
    bounds=(0.1, 1.0),
    look=look,
)
