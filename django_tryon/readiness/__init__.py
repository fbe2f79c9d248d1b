"""Readiness: what can be told of a garment's picture before money is spent on it.

Each check stands in a file of its own and is declared at its end: the words it may answer with,
their sentences, and what to do. Checks are pure: a picture goes in, a finding comes out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from PIL import Image

from django_tryon.readiness import (
    file,
    framing,
    ground,
    several,
    shape,
    sharpness,
    size,
    worn,
)
from django_tryon.readiness.file import MISSING, UNREADABLE
from django_tryon.readiness.finding import Check, Finding
from django_tryon.readiness.picture import Picture

__all__ = [
    "CHECKS",
    "GOOD",
    "MISSING",
    "POOR",
    "UNREADABLE",
    "VERSION",
    "Check",
    "Finding",
    "judge",
    "read",
    "score_of",
]

CHECKS: dict[str, Check] = {
    module.CHECK.name: module.CHECK
    for module in (file, size, shape, ground, framing, several, worn, sharpness)
}
VERSION = 1
"""Count it up when a check changes: what was found before is then looked at anew."""
GOOD, POOR = 80, 50
"""From the first on a picture is good; below the second it is poor; between, it may be better."""


def judge(pixels: Image.Image) -> list[Finding]:
    """Return what each check has to say of a picture (RGB or RGBA)."""
    picture = Picture(pixels)
    return [check.find(picture) for check in CHECKS.values()]


def score_of(findings: Sequence[Finding]) -> int:
    """Return the score of the whole, from 0 to 100: its worst finding's, as any one spoils it."""
    return min(finding.score for finding in findings)


def read(stored: Iterable[Any]) -> list[Finding]:
    """Return the findings that were stored, the worst first; without those no longer known."""
    found = []
    for name, word, score, facts in stored:
        if name in CHECKS and word in CHECKS[name].sayings:
            found.append(Finding(CHECKS[name], word, score, facts))
    return sorted(found, key=lambda finding: finding.score)
