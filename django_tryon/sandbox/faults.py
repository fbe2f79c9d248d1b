"""The seam for things going wrong: a hook that is asked at every step."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response

from .ledger import Entry


class Step(StrEnum):
    """The moments at which the hook is asked."""

    SUBMIT = "submit"
    """Before a request is accepted."""
    ACCEPTED = "accepted"
    """After it was accepted, before anybody was told."""
    RUN = "run"
    """Before its inputs are fetched; raise `RunFailed` to make the run fail."""
    STATUS = "status"
    RESULT = "result"
    OUTPUT = "output"
    UPLOAD = "upload"
    CREDITS = "credits"
    HISTORY = "history"


class Faults(Protocol):
    """Sees each step before it is taken.

    A response that it returns is sent instead of the sandbox's own; what it raises cuts the step
    short. `request` is None at `Step.RUN`; `entry` is known at `Step.ACCEPTED` and `Step.RUN`.
    """

    async def __call__(
        self, step: Step, *, request: Request | None, entry: Entry | None
    ) -> Response | None: ...


async def no_faults(step: Step, *, request: Request | None, entry: Entry | None) -> Response | None:
    """Let everything go well."""
    return None
