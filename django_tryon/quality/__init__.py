"""Quality: what can be told of a person's photo before money is spent, and of its result after.

Each check stands in a file of its own and is declared at its end: the words it may answer with,
their sentences, what to do, and its threshold. Checks are pure: pictures go in, a finding comes
out. They need the extra ``quality``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from PIL import Image

from django_tryon.quality import closeness, colour, face, focus, outline, person, posture, skin
from django_tryon.quality.finding import Check, Finding
from django_tryon.quality.opencv import import_cv2, is_installed
from django_tryon.quality.pair import Pair
from django_tryon.quality.photo import Photo
from django_tryon.quality.wishes import action_of, faults, is_wanted, threshold

__all__ = [
    "AFTER",
    "BEFORE",
    "CHECKS",
    "Check",
    "Finding",
    "action_of",
    "faults",
    "is_installed",
    "is_on",
    "judge_photo",
    "judge_result",
    "mark",
    "read",
    "worth_telling",
]

VERSION = 1
"""Another one has all photos looked at anew; change it with what a check finds."""

BEFORE: dict[str, Check[Photo]] = {
    module.CHECK.name: module.CHECK for module in (person, closeness, focus, posture)
}
AFTER: dict[str, Check[Pair]] = {
    module.CHECK.name: module.CHECK for module in (face, colour, outline, skin)
}
CHECKS: dict[str, Check[Any]] = {**BEFORE, **AFTER}


def is_on(checks: Mapping[str, Check[Any]], wishes: Mapping[str, Any]) -> bool:
    """Tell whether any of these checks is to look, and can."""
    return any(is_wanted(check, wishes) for check in checks.values()) and is_installed()


def read(stored: Iterable[Sequence[Any]]) -> list[Finding]:
    """Return findings as they were stored; of a check or word that is no more, none."""
    return [
        Finding(CHECKS[name], word, dict(facts))
        for name, word, facts in stored
        if name in CHECKS and word in CHECKS[name].sayings
    ]


def worth_telling(
    stored: Iterable[Sequence[Any]] | None, wishes: Mapping[str, Any], action: str = ""
) -> list[Finding]:
    """Return which of them there is something to do about, by what the settings say now.

    With ``action`` only those that come to this. A check that is left out by now says nothing.
    """
    return [
        found
        for found in read(stored or ())
        if not found.is_fine
        and is_wanted(found.check, wishes)
        and (not action or action_of(found.check, wishes) == action)
    ]


def mark(checks: Mapping[str, Check[Any]], wishes: Mapping[str, Any]) -> str:
    """Return what stands for these checks and their thresholds as they are now."""
    wanted = {
        name: threshold(check, wishes) for name, check in checks.items() if is_wanted(check, wishes)
    }
    parts = json.dumps([VERSION, wanted], sort_keys=True)
    return hashlib.sha256(parts.encode()).hexdigest()[:40]


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
