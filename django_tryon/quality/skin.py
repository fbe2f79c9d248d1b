"""After: is no more skin bare than before?"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from django_tryon.quality.finding import Check, Said
from django_tryon.quality.pair import Pair
from django_tryon.readiness.finding import Saying
from django_tryon.readiness.picture import FULL
from django_tryon.readiness.worn import skin_in


def look(pair: Pair, at: float) -> Said:
    """Compare the pixels of the colour of skin that were painted with those painted over.

    They are counted in faces: ``at`` is how many times the face's square may become bare.
    """
    import numpy as np

    if pair.face is None or not pair.fits:
        return "unsure", {}
    was, now = (
        np.asarray(skin_in(one.convert("YCbCr"))) == FULL for one in (pair.photo.small, pair.after)
    )
    more = (int((now & pair.changed).sum()) - int((was & pair.changed).sum())) / pair.face.side**2
    return ("kept" if more <= at else "more"), {"faces": f"{more:.1f}"}


CHECK = Check(
    name="skin",
    title=_("Skin"),
    sayings={
        "kept": Saying(_("No more skin is bare than before.")),
        "unsure": Saying(_("How much skin is bare cannot be compared.")),
        "more": Saying(
            _("More skin is bare than before: %(faces)s times the area of the face."),
            _("Look whether the garment shows that much, or the engine undressed somebody."),
        ),
    },
    at=0.6,
    bounds=(0.1, 20),
    look=look,
)
