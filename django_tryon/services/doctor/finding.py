"""Findings: what an examination has to say, one line each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Mark(StrEnum):
    """How a finding is to be taken."""

    GOOD = "✓"
    LOOK = "!"
    BAD = "✗"


@dataclass(frozen=True)
class Finding:
    """One line of the note."""

    mark: Mark
    of: str
    says: str
    do: str = ""
    """What to do about it; empty where nothing has to be done."""


def good(of: str, says: str) -> Finding:
    """Return what is as it should be."""
    return Finding(Mark.GOOD, of, says)


def notable(of: str, says: str, do: str = "") -> Finding:
    """Return what somebody may want to look at."""
    return Finding(Mark.LOOK, of, says, do)


def bad(of: str, says: str, do: str) -> Finding:
    """Return what has to be mended."""
    return Finding(Mark.BAD, of, says, do)
