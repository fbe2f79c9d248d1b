"""Have a garment's picture looked at, and keep what was seen."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from django_tryon import logs, photos, products, readiness
from django_tryon.exceptions import TryOnError, UploadRefused

if TYPE_CHECKING:
    from django_tryon.models.garment import Garment


def assess(garment: Garment) -> None:
    """Look at the picture that engines get, and keep what was seen, whatever goes wrong.

    A garment is saved, and may be launched, also if its picture cannot be judged.
    """
    try:
        findings = look_at(picture_or_none(garment))
        mark = mark_of(garment)
    except Exception as error:  # a storage that is away, say
        logs.warning("garment.readiness", "a picture could not be looked at", error=error)
        return
    garment.readiness = readiness.score_of(findings)
    garment.findings = [finding.stored for finding in findings]
    garment.readiness_of = mark
    # Not by save(): it is no change of the garment's, and must not undo anybody else's.
    type(garment)._default_manager.using(garment._state.db).filter(pk=garment.pk).update(
        readiness=garment.readiness, findings=garment.findings, readiness_of=mark
    )


def look_at(file: Any) -> list[readiness.Finding]:
    """Return the findings of a stored picture, or of none. What a storage raises goes through."""
    if not file:
        return [readiness.MISSING]
    try:
        with file.storage.open(file.name) as opened:
            return readiness.judge(photos.decode_photo(opened))
    except FileNotFoundError:
        return [readiness.MISSING]
    except UploadRefused:
        return [readiness.UNREADABLE]


def picture_or_none(garment: Garment) -> Any:
    """Return the picture that engines get; None also where the product's model is not allowed."""
    try:
        return products.picture_of(garment)
    except TryOnError:
        return None


def mark_of(garment: Garment) -> str:
    """Return what stands for the garment's picture of now, and for the checks of now.

    By its name: whoever puts another picture into the same name has it looked at again by hand.
    """
    name = getattr(picture_or_none(garment), "name", "")
    return hashlib.sha256(f"{readiness.VERSION} {name}".encode()).hexdigest()[:40]
