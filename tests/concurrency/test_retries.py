"""Many workers at the retries of one batch, and somebody who cancels it meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from django_tryon.models import Batch, PendingRetry, TryOnJob
from django_tryon.services.cancel import cancel_all
from django_tryon.services.orders.orders import LEASE
from django_tryon.services.orders.retries import drop, retries, write_down
from tests.concurrency.racing import race

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lay(person: Any) -> Callable[[int], Batch]:
    """Make a batch of so many failed jobs."""

    def go(count: int) -> Batch:
        batch = Batch.objects.create()
        TryOnJob.objects.bulk_create(
            TryOnJob(batch=batch, engine="idm-vton", person=person, status="failed")
            for _number in range(count)
        )
        return batch

    return go


def keys(batch: Batch) -> list[Any]:
    return list(batch.jobs.values_list("pk", flat=True))


def test_two_press_and_twelve_workers_try_each_once(lay: Callable[[int], Batch]) -> None:
    batch = lay(20)
    before = set(batch.jobs.values_list("token", flat=True))
    race(*[lambda: write_down(keys(batch))] * 2)
    race(*[lambda: retries.do_due(timezone.now())] * 12)
    after = set(batch.jobs.values_list("token", flat=True))
    while retries.do_due(timezone.now() + LEASE):
        pass
    assert set(batch.jobs.values_list("status", flat=True)) == {"queued"}
    # None that was tried was tried a second time.
    assert after - before <= set(batch.jobs.values_list("token", flat=True))
    assert not PendingRetry.objects.exists()


def test_what_is_cancelled_meanwhile_does_not_come_back(lay: Callable[[int], Batch]) -> None:
    batch = lay(20)
    write_down(keys(batch))

    def cancel_the_rest() -> None:
        drop([batch])
        cancel_all(keys(batch))

    race(lambda: retries.do_due(timezone.now()), cancel_the_rest)
    assert not PendingRetry.objects.exists()
    assert retries.do_due(timezone.now() + LEASE) == 0
    assert set(batch.jobs.values_list("status", flat=True)) <= {"failed", "cancelled"}
