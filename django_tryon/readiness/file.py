"""Is there a picture at all?"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from django_tryon.readiness.finding import Check, Finding, Said, Saying
from django_tryon.readiness.picture import Picture


def look(picture: Picture) -> Said:
    """Find that whatever can be looked at is there."""
    return "there", 100, {}


CHECK = Check(
    name="file",
    title=_("File"),
    sayings={
        "there": Saying(_("There is a picture.")),
        "missing": Saying(
            _("There is no picture."), _("Add one to the garment, or to its product.")
        ),
        "unreadable": Saying(
            _("The picture cannot be read."), _("Upload it again as JPEG or PNG.")
        ),
    },
    look=look,
)

MISSING, UNREADABLE = Finding(CHECK, "missing", 0), Finding(CHECK, "unreadable", 0)
