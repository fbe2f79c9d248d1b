"""Before: is the person big enough?"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from django_tryon.quality.finding import Check, Said
from django_tryon.quality.photo import Photo
from django_tryon.readiness.finding import Saying

SHORT = 8
"""A photo in which no face is seen has so many times a face's pixels on its shorter side."""


def look(photo: Photo, at: float) -> Said:
    """Measure the largest face; without one, the photo."""
    if photo.faces:
        pixels = round(photo.faces[0].side * photo.scale)
        return ("near" if pixels >= at else "far"), {"pixels": pixels, "enough": round(at)}
    short = min(photo.pixels.size)
    return ("unsure" if short >= SHORT * at else "small"), {"pixels": short}


CHECK = Check(
    name="closeness",
    title=_("Size of the person"),
    sayings={
        "near": Saying(_("The person is large enough.")),
        "unsure": Saying(_("How large the person is cannot be told without a face.")),
        "far": Saying(
            _("The face is only %(pixels)d pixels wide: it will hardly be recognised."),
            _("Use a photo from nearer, or with more pixels: %(enough)d across the face."),
        ),
        "small": Saying(
            _("The photo is small: %(pixels)d pixels on its shorter side."),
            _("Use the original, not a preview of it."),
        ),
    },
    at=40,
    bounds=(20, 400),
    look=look,
    is_before=True,
)
