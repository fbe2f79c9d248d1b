"""How the table is written: rows of faults, and the ends to which they bring a job."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

MANY = -1
"""Again and again, at growing intervals."""
AT_LEAST = 4
"""What is many here, where time leaps."""


@dataclass(frozen=True)
class End:
    """How a job ends."""

    status: str
    code: str
    billed: int
    asked: Mapping[str, int]


@dataclass(frozen=True)
class Row:
    """Some faults, where they are met, and what the app does."""

    places: tuple[str, ...]
    faults: tuple[str, ...]
    does: str
    """In the docs: what the app does."""
    sees: str
    """In the docs: what staff see, and what they can do."""
    once: End
    always: End

    def cells(self) -> Iterator[tuple[str, str]]:
        """Give every place and fault of this row."""
        for place in self.places:
            yield from ((place, fault) for fault in self.faults)


def done(*, billed: int = 1, **asked: int) -> End:
    """Return a good end: each thing is asked for once unless said otherwise."""
    usual = {"submit": 1, "status": 1, "result": 1, "output": 1}
    return End("succeeded", "", billed, {k: n for k, n in (usual | asked).items() if n})


def done_v1(*, billed: int = 1, **asked: int) -> End:
    """Return a good end on v1, where the answer to the submit is the picture."""
    return End("succeeded", "", billed, {"submit": 1} | asked)


def failed(code: str, /, *, billed: int = 0, **asked: int) -> End:
    """Return a failure."""
    return End("failed", code, billed, asked)


def other(status: str, code: str, /, *, billed: int = 0, **asked: int) -> End:
    """Return an end of another kind, or none yet."""
    return End(status, code, billed, asked)


def row(
    places: str, faults: str, does: str, sees: str, once: End, always: End | None = None
) -> Row:
    """Return a row; places are parted by commas, faults by blanks."""
    return Row(
        tuple(place.strip() for place in places.split(",")),
        tuple(faults.split()),
        does,
        sees,
        once,
        always or once,
    )
