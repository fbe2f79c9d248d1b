"""Before: is the photo the right way up, and taken from the front?"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from django_tryon.quality.finding import Check, Said
from django_tryon.quality.photo import Photo
from django_tryon.readiness.finding import Saying


def look(photo: Photo, at: float) -> Said:
    """See whether there is a face only from the side, or when the photo is turned."""
    del at
    if photo.faces:
        return "frontal", {}
    if photo.is_turned:
        return "turned", {}
    return ("profile" if photo.is_profile else "unsure"), {}


CHECK = Check(
    name="posture",
    title=_("Posture"),
    sayings={
        "frontal": Saying(_("The person is upright and seen from the front.")),
        "unsure": Saying(_("How the person stands cannot be told without a face.")),
        "turned": Saying(_("The photo lies on its side, or stands on its head."), _("Turn it.")),
        "profile": Saying(
            _("The person seems to be seen from the side."),
            _("Use a photo from the front: profiles come out poorly."),
        ),
    },
    at=0,
    bounds=(0, 0),
    look=look,
    is_before=True,
)
