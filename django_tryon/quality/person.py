"""Before: is there one person?"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from django_tryon.quality.finding import Check, Said
from django_tryon.quality.photo import Photo
from django_tryon.readiness.finding import Saying


def look(photo: Photo, at: float) -> Said:
    """Count the faces that are at least ``at`` times as wide as the largest."""
    if photo.is_turned or photo.is_profile:
        return "aside", {}
    count = sum(face.side >= at * photo.faces[0].side for face in photo.faces)
    if not count:
        return "nobody", {}
    return ("several", {"count": count}) if count > 1 else ("one", {})


CHECK = Check(
    name="person",
    title=_("One person"),
    sayings={
        "one": Saying(_("It shows one person.")),
        "aside": Saying(_("It shows somebody.")),
        "nobody": Saying(
            _("No face is seen in it."),
            _("Use a photo that shows the face from the front, large and well lit."),
        ),
        "several": Saying(
            _("It shows %(count)d people: it is not clear whom to dress."),
            _("Use a photo of one person alone, or cut the others off."),
        ),
    },
    at=0.5,
    bounds=(0.1, 1.0),
    look=look,
    is_before=True,
)
