"""Before: is the person sharp enough?"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from PIL import Image

from django_tryon.quality.finding import Check, Said
from django_tryon.quality.photo import Photo
from django_tryon.readiness.finding import Saying
from django_tryon.readiness.sharpness import LONG, outlives


def look(photo: Photo, at: float) -> Said:
    """See how much of the face outlives a further blur: of a blurred one most does."""
    grey = photo.face.convert("L")
    grey.thumbnail((LONG, LONG), Image.Resampling.LANCZOS)
    kept = outlives(grey)
    return ("sharp" if kept < at else "blurred"), {"kept": round(kept, 2)}


CHECK = Check(
    name="focus",
    title=_("Sharpness"),
    sayings={
        "sharp": Saying(_("The person is sharp.")),
        "blurred": Saying(
            _("The person is blurred."), _("Hold the camera still, and use more light.")
        ),
    },
    at=0.58,
    bounds=(0.2, 1.0),
    look=look,
    is_before=True,
)
