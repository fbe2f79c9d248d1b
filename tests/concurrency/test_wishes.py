"""Many workers at the wishes of one batch, and somebody who cancels it meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from django_tryon.models import Batch, BatchWish, TryOnJob
from django_tryon.services.orders import launches as wishes
from django_tryon.services.orders.launches import launches
from django_tryon.services.orders.orders import LEASE
from tests.concurrency.racing import race

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lay(garment: Any, person: Any) -> Callable[[int], Batch]:
    """Write that many wishes down."""

    def go(count: int) -> Batch:
        batch = Batch.objects.create()
        same = {"garments": [garment.pk], "person": person, "engine": "idm-vton"}
        seeds = ({"seed": number} for number in range(count))
        wishes.write_down(batch, (BatchWish(**same, params=params) for params in seeds))
        return batch

    return go


def test_twelve_workers_launch_each_once(lay: Callable[[int], Batch]) -> None:
    lay(20)
    race(*[lambda: launches.do_due(timezone.now())] * 12)
    while launches.do_due(timezone.now() + LEASE):
        pass
    seeds = [params["seed"] for params in TryOnJob.objects.values_list("params", flat=True)]
    assert sorted(seeds) == list(range(20))
    jobs = BatchWish.objects.filter(state="launched").values_list("job", flat=True)
    assert len(set(jobs)) == 20


def test_what_is_cancelled_meanwhile_is_launched_or_not(lay: Callable[[int], Batch]) -> None:
    batch = lay(20)
    race(lambda: launches.do_due(timezone.now()), lambda: wishes.drop([batch]))
    states = list(BatchWish.objects.values_list("state", flat=True))
    assert set(states) <= {"launched", "left_out"}
    assert states.count("launched") == TryOnJob.objects.count()
