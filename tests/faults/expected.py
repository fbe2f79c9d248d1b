"""What the app is to make of every fault, at every step: the table that the tests hold it to.

A row is some faults with the same end. ``once`` is how the job ends if the fault passes after the
first time, ``always`` if it stays; one is given where both are the same. Each end says how often
the provider was asked for what, and for how many runs it was paid. `docs/explanation/faults.md` is
written from this file.
"""

from __future__ import annotations

from django_tryon.sandbox.known_faults import FAULTS
from tests.faults import asking, fetching, sending, uploading, v1
from tests.faults.driving import PLACES
from tests.faults.ends import Row

V2: tuple[Row, ...] = (*sending.TABLE, *uploading.TABLE, *asking.TABLE, *fetching.TABLE)
ROWS: tuple[Row, ...] = (*V2, *v1.TABLE, *v1.LIKE_V2)

WORDS_ONLY = frozenset({"no-id", "wrong-values"})
"""What changes words, and cannot change a picture."""
RESET = "+reset"


def cells() -> list[tuple[str, str]]:
    """Return every place and every fault that can be met there, those with the reset header too."""
    return [
        (place, fault.name)
        for place, (step, _settings, _before) in PLACES.items()
        for fault in FAULTS
        if step in fault.steps and not (place == "accepted v1" and fault.name in WORDS_ONLY)
    ]


def row_of(place: str, fault: str) -> Row:
    """Return the row of a cell. The reset header changes when something is done, never what."""
    wanted = (place, fault.removesuffix(RESET))
    return next(each for each in ROWS if wanted in set(each.cells()))
