"""A step of a job's way: what to ask the network, and what to do with what it said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django_tryon.models import TryOnJob
from django_tryon.segmind.loop import Call


@dataclass(frozen=True)
class Step:
    """One network call for one job, and its consequence."""

    job: TryOnJob
    call: Call
    """Runs on the network's event loop and never touches the database."""
    record: Callable[[TryOnJob, Any], Step | None]
    """Takes what the call returned, or the exception it raised; returns a step that follows at
    once, if there is one."""
