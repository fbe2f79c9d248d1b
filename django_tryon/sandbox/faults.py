"""The seam for things going wrong: a hook that is asked at every step."""

from __future__ import annotations

from collections.abc import Callable
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
    """When a file is downloaded."""
    UPLOAD = "upload"
    CREDITS = "credits"
    HISTORY = "history"


Alter = Callable[[Response], Response]
"""Takes the sandbox's own answer and returns the one to send."""

Forced = Response | Alter | None
"""What a hook wants: an answer instead of the sandbox's own, a change of it, or nothing."""


class Faults(Protocol):
    """Sees each step before it is taken.

    A response that it returns is sent instead of the sandbox's own, which is then not even begun;
    a function that it returns is given the sandbox's own answer and returns the one to send; what
    it raises cuts the step short. `request` is None at `Step.RUN`; `entry` is known at
    `Step.ACCEPTED` and `Step.RUN`.
    """

    async def __call__(
        self, step: Step, *, request: Request | None, entry: Entry | None
    ) -> Forced: ...


def settled(forced: Forced, own: Response) -> Response:
    """Return what is sent in the end."""
    if forced is None:
        return own
    return forced if isinstance(forced, Response) else forced(own)
