"""A statement that the database gave up for another's sake is done once more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from django_tryon import services
from django_tryon.models import TryOnJob
from django_tryon.models.deadlock import DEADLOCK, TRIES, unless_deadlocked
from django_tryon.models.transitions import claim_due

pytestmark = pytest.mark.django_db(transaction=True)
GIVEN_UP = OperationalError(DEADLOCK, "Deadlock found when trying to get lock")


def failing(*faults: Exception) -> Callable[[], str]:
    """Return something that fails like this, and then goes well."""
    left = list(faults)

    def do() -> str:
        if left:
            raise left.pop(0)
        return "done"

    return do


def test_it_is_done_once_more() -> None:
    assert unless_deadlocked(failing(*[GIVEN_UP] * (TRIES - 1))) == "done"


@pytest.mark.parametrize(
    "faults", [[GIVEN_UP] * TRIES, [OperationalError(2006, "gone away")], [OperationalError()]]
)
def test_anything_else_is_raised(faults: list[Exception]) -> None:
    with pytest.raises(OperationalError):
        unless_deadlocked(failing(*faults))


def test_a_transaction_has_to_begin_anew() -> None:
    with pytest.raises(OperationalError), transaction.atomic():
        unless_deadlocked(failing(GIVEN_UP))


@pytest.mark.parametrize("act", ["cancel", "claim"])
def test_jobs_bear_it(act: str, garment: Any, person: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    job = services.launch(garments=[garment], person=person, engine="idm-vton")
    real, faults = QuerySet.update, [GIVEN_UP]

    def update(self: Any, **fields: Any) -> int:
        if self.model is TryOnJob and faults:
            raise faults.pop()
        return real(self, **fields)

    monkeypatch.setattr(QuerySet, "update", update)
    if act == "cancel":
        services.cancel(job)
        assert job.status == "cancelled"
    else:
        found = claim_due(now=timezone.now(), lease=timedelta(minutes=1), limit=5)
        assert found == [job]
    assert not faults
