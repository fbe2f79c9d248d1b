"""A fetch that never began, or was cut short, says nothing of the result: it is tried again."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from django_tryon import exceptions as e
from django_tryon.models import Status, TryOnJob
from django_tryon.services.steps import fetch
from django_tryon.services.steps.fetch import Fetched

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "said",
    [Fetched(error=e.NotAccepted("It waited in vain.")), e.AnswerLost("It was interrupted.")],
    ids=["no turn", "interrupted"],
)
def test_it_is_due_again_and_counts_for_nothing(said: Any) -> None:
    job = TryOnJob.objects.create(
        engine="idm-vton",
        status=Status.FETCHING,
        outputs=["https://images.segmind.com/x.jpg"],
        attempts=2,
        next_step_at=timezone.now(),
    )
    assert fetch.record(job, said) is None
    row = TryOnJob.objects.get()
    assert (row.status, row.attempts, row.error_code) == (Status.FETCHING, 2, "")
    assert row.next_step_at > timezone.now()
