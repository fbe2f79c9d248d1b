"""Every fault at every step: how the job ends, why, what was asked for, and what was billed."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from django.conf import settings as django_settings

from django_tryon.models import Status, TryOnResult
from tests.faults.driving import PLACES, Outcome, befall
from tests.faults.ends import AT_LEAST, MANY, End
from tests.faults.expected import RESET, ROWS, cells, row_of

pytestmark = pytest.mark.django_db
INNER = {"accepted", "run"}
"""Steps at which nobody asks."""


@pytest.mark.parametrize(("place", "fault"), cells())
def test_a_fault_that_passes(
    place: str, fault: str, garment: Any, person: Any, settings: Any, monkeypatch: Any
) -> None:
    outcome = befall(
        place,
        [f"{fault}@{PLACES[place][0]}:1"],
        garment=garment,
        person=person,
        settings=settings,
        monkeypatch=monkeypatch,
    )
    check(outcome, row_of(place, fault).once)


@pytest.mark.parametrize(
    ("place", "fault"), [cell for cell in cells() if not cell[1].endswith(RESET)]
)
def test_a_fault_that_stays(
    place: str, fault: str, garment: Any, person: Any, settings: Any, monkeypatch: Any
) -> None:
    outcome = befall(
        place,
        [f"{fault}@{PLACES[place][0]}"],
        garment=garment,
        person=person,
        settings=settings,
        monkeypatch=monkeypatch,
    )
    check(outcome, row_of(place, fault).always)


@pytest.mark.parametrize("fault", ["429+reset", "500+reset", "503+reset"])
def test_a_reset_header_is_waited_for(
    fault: str, garment: Any, person: Any, settings: Any, monkeypatch: Any
) -> None:
    outcome = befall(
        "submit",
        [f"{fault}@submit:1"],
        garment=garment,
        person=person,
        settings=settings,
        monkeypatch=monkeypatch,
    )
    (entry,) = outcome.sandbox.ledger
    assert (entry.submitted_at - outcome.job.created_at).total_seconds() >= 39
    assert outcome.status == "succeeded"


def check(outcome: Outcome, end: End) -> None:
    """Compare what became of a job with what should have."""
    said = f"{outcome}, and it should be: {end}"
    assert (outcome.status, outcome.code, outcome.billed) == (end.status, end.code, end.billed), (
        said
    )
    asked = Counter({step: n for step, n in outcome.asked.items() if step not in INNER})
    assert asked.keys() == end.asked.keys(), said
    for step, wanted in end.asked.items():
        assert asked[step] >= AT_LEAST if wanted == MANY else asked[step] == wanted, said
    job = outcome.job
    stored = TryOnResult.objects.filter(job=job).count()
    assert stored == (1 if end.status == "succeeded" else 0)
    assert bool(job.error_message) == bool(end.code)
    assert (job.next_step_at is None) == (end.status != "queued")
    for secret in (django_settings.TRYON["API_KEY"], job.token, "://"):
        assert secret not in job.error_message


def test_the_table_has_every_cell_once_and_no_other() -> None:
    declared = [cell for row in ROWS for cell in row.cells()]
    assert not [cell for cell, times in Counter(declared).items() if times > 1]
    assert set(declared) == {cell for cell in cells() if not cell[1].endswith(RESET)}


def test_only_known_words_stand_in_the_table() -> None:
    ends = [end for row in ROWS for end in (row.once, row.always)]
    assert {end.status for end in ends} <= set(Status.values)
    assert {step for end in ends for step in end.asked} <= {
        "submit", "upload", "status", "result", "output", "history", "credits",
    }  # fmt: skip


def test_nothing_is_paid_twice_unless_segmind_breaks_its_word() -> None:
    twice = {
        cell for row in ROWS if max(row.once.billed, row.always.billed) > 1 for cell in row.cells()
    }
    assert twice == {
        (place, code) for place in ("accepted", "accepted v1") for code in ("500", "503")
    }
