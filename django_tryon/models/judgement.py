"""Have a person's photo looked at, and keep what was seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django_tryon import logs, photos, quality
from django_tryon.conf import conf

if TYPE_CHECKING:
    from django_tryon.models.person import Person

FIELDS = ("findings", "findings_of")


def look_at(person: Person, file: Any) -> None:
    """Look at a photo, and note in the instance what was seen; nothing is written.

    None where no check is wanted, or OpenCV is not there. Whatever goes wrong, the photo stays:
    nobody has looked at it then.
    """
    person.findings, person.findings_of = None, ""
    if not quality.is_on(quality.BEFORE, conf.QUALITY):
        return
    try:
        found = quality.judge_photo(photos.decode_photo(file), conf.QUALITY)
        person.findings = [finding.stored for finding in found]
        person.findings_of = mark()
    except Exception as error:
        logs.warning("person.quality", "a photo could not be looked at", error=error)


def assess(person: Person) -> None:
    """Look at a person's stored photo, and keep what was seen. Raises nothing of the photo's."""
    photo: Any = person.photo
    try:
        with photo.storage.open(photo.name) as opened:
            look_at(person, opened)
    except Exception as error:  # a storage that is away, say
        logs.warning("person.quality", "a photo could not be read", error=error)
        return
    # Not by save(): it is no change of the person's, and must not undo anybody else's.
    same = (
        type(person)._default_manager.using(person._state.db).filter(pk=person.pk, photo=photo.name)
    )
    same.update(findings=person.findings, findings_of=person.findings_of)


def mark() -> str:
    """Return what stands for the checks of photos, and their thresholds, as they are now."""
    return quality.mark(quality.BEFORE, conf.QUALITY)
