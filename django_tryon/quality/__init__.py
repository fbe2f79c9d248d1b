"""Quality: what can be told of a person's photo before money is spent, and of its result after.

Each check stands in a file of its own and is declared at its end: the words it may answer with,
their sentences, what to do, and its threshold. Checks are pure: pictures go in, a finding comes
out. They need the extra ``quality``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PIL import Image

from django_tryon.quality import closeness, colour, face, focus, outline, person, posture, skin
from django_tryon.quality.finding import Check, Finding
from django_tryon.quality.opencv import import_cv2
from django_tryon.quality.pair import Pair
from django_tryon.quality.photo import Photo
from django_tryon.quality.wishes import faults, is_wanted, threshold

__all__ = [
    "AFTER",
    "BEFORE",
    "CHECKS",
    "Check",
    "Finding",
    "faults",
    "judge_photo",
    "judge_result",
]

BEFORE: dict[str, Check[Photo]] = {
    module.CHECK.name: module.CHECK for module in (person, closeness, focus, posture)
}
AFTER: dict[str, Check[Pair]] = {
    module.CHECK.name: module.CHECK for module in (face, colour, outline, skin)
}
CHECKS: dict[str, Check[Any]] = {**BEFORE, **AFTER}


def judge_photo(person: Image.Image, wishes: Mapping[str, Any] | None = None) -> list[Finding]:
    """Return what the checks before paying say of a person's photo (RGB or RGBA).

    ``wishes`` is ``TRYON["QUALITY"]``. Raises MissingExtra without OpenCV.
    """
    import_cv2()
    return _judge(BEFORE, Photo(person), wishes or {})


def judge_result(
    person: Image.Image,
    result: Image.Image,
    garments: Sequence[Image.Image] = (),
    wishes: Mapping[str, Any] | None = None,
) -> list[Finding]:
    """Return what the checks after paying say of a result, beside its photo and its garments.

    ``wishes`` is ``TRYON["QUALITY"]``. Raises MissingExtra without OpenCV.
    """
    import_cv2()
    return _judge(AFTER, Pair(person, result, garments), wishes or {})


def _judge(
    checks: Mapping[str, Check[Any]], seen: object, wishes: Mapping[str, Any]
) -> list[Finding]:
    return [
        check.find(seen, threshold(check, wishes))
        for check in checks.values()
        if is_wanted(check, wishes)
    ]
