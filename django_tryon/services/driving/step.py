"""A step of a job's way: what to ask the network, and what to do with what it said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django_tryon.segmind.loop import Call

Rest = Callable[[], "Step | Later | None"]
"""What is left to do for a step's subject; returns what ``Step.record`` returns."""


@dataclass(frozen=True)
class Joint:
    """How to record, in one transaction, several answers that say the same."""

    takes: Callable[[Any], bool]
    """Tells whether an answer is one of these."""
    write: Callable[[Sequence[tuple[Any, Any]]], Sequence[Rest]]
    """Takes each subject with what was said of it, writes all of that down, and returns what is
    then left to do for each. Raises whatever stands against that for one of them: then nothing was
    written, and each is to be recorded by itself."""


@dataclass(frozen=True)
class Step:
    """One network call for one row (a job, mostly), and its consequence."""

    subject: Any
    call: Call
    """Runs on the network's event loop and never touches the database."""
    record: Callable[[Any, Any], Step | Later | None]
    """Takes the subject, and what the call returned or the exception that it raised; returns a
    step that follows at once, if there is one, or when the same is to be done once more."""
    costs: bool = False
    """Whether the call may cost money, so that it must not be repeated and its answer not lost."""
    joint: Joint | None = None
    """How several of these are recorded at once."""


@dataclass(frozen=True)
class Later:
    """Nothing is new: the same is due again at that moment. Many are written down at once."""

    at: datetime
