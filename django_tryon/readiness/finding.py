"""What a check is, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django_tryon.readiness.picture import Picture

Said = tuple[str, int, dict[str, Any]]
"""The word for what was seen, its score, and the numbers that its sentence names."""


@dataclass(frozen=True)
class Saying:
    """A sentence for staff, and what to do about it; both are marked for translation."""

    says: Any
    do: Any = ""


@dataclass(frozen=True)
class Check:
    """One thing that is looked at; each stands in a file of its own."""

    name: str
    title: Any
    sayings: Mapping[str, Saying]
    """The words that ``look`` may answer with, and the sentences they stand for."""
    look: Callable[[Picture], Said]

    def find(self, picture: Picture) -> Finding:
        """Return what this check has to say of a picture."""
        word, score, facts = self.look(picture)
        return Finding(self, word, score, facts)


@dataclass(frozen=True)
class Finding:
    """What one check has to say of one picture."""

    check: Check
    word: str
    score: int
    """From 0 (no engine can make anything of it) to 100 (nothing to better)."""
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def says(self) -> str:
        """The sentence, in the present language."""
        return str(self.check.sayings[self.word].says) % self.facts

    @property
    def do(self) -> str:
        """What to do about it; empty where nothing has to be done."""
        return str(self.check.sayings[self.word].do) % self.facts

    @property
    def stored(self) -> list[Any]:
        """The finding as JSON: words and numbers, so that its sentences can be bettered later."""
        return [self.check.name, self.word, self.score, self.facts]


def between(value: float, low: float, high: float, *, least: int, most: int) -> int:
    """Return a score that grows evenly from ``least`` at ``low`` to ``most`` at ``high``."""
    share = min(1.0, max(0.0, (value - low) / (high - low)))
    return round(least + (most - least) * share)
