"""What could not be published or taken out by itself, as the dashboard tells it."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import ngettext

from django_tryon.models import Appointment, Placement


@dataclass(frozen=True)
class Note:
    """What is wrong, and where that can be mended; no address where there is nothing to open."""

    says: str
    url: str = ""


def publishing_notes(*, site: str) -> list[Note]:
    """Return what staff must see to."""
    notes = []
    if count := Appointment.given_up().count():
        said = ngettext(
            "%(count)d result could not be published or unpublished at its time.",
            "%(count)d results could not be published or unpublished at their time.",
            count,
        )
        results = reverse("admin:django_tryon_tryonresult_changelist", current_app=site)
        notes.append(Note(said % {"count": count}, f"{results}?published=failed"))
    left = Placement.objects.filter(result=None)
    if count := left.count():
        said = ngettext(
            "%(count)d picture of a deleted result still stands among the shop's own (%(error)s); "
            "the purge tries again.",
            "%(count)d pictures of deleted results still stand among the shop's own (%(error)s); "
            "the purge tries again.",
            count,
        )
        errors = sorted(set(left.exclude(problem="").values_list("problem", flat=True)))
        notes.append(Note(said % {"count": count, "error": ", ".join(errors[:3])}))
    return notes
