"""What a check of quality is, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django_tryon.readiness.finding import Saying

Seen = TypeVar("Seen")
Said = tuple[str, dict[str, Any]]
"""The word for what was seen, and the numbers that its sentence names."""


@dataclass(frozen=True)
class Check(Generic[Seen]):
    """One thing that is looked at; each stands in a file of its own."""

    name: str
    title: Any
    sayings: Mapping[str, Saying]
    """The words that ``look`` may answer with; what has nothing to do about it is fine."""
    at: float
    """The threshold, unless the settings have another."""
    bounds: tuple[float, float]
    """Between which a threshold makes sense."""
    look: Callable[[Seen, float], Said]
    is_before: bool = False
    """Whether it looks at a photo, before paying, and not at a result."""

    def find(self, seen: Seen, at: float | None = None) -> Finding:
        """Return what this check has to say, with its own threshold or this one."""
        word, facts = self.look(seen, self.at if at is None else at)
        return Finding(self, word, facts)


@dataclass(frozen=True)
class Finding:
    """What one check has to say of one photo, or of one result."""

    check: Check[Any]
    word: str
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def is_fine(self) -> bool:
        """Whether there is nothing to do about it; what cannot be told is fine, too."""
        return not self.check.sayings[self.word].do

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
        return [self.check.name, self.word, self.facts]
