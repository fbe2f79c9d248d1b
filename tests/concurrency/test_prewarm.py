"""Two pre-warms in the same moment, such as cron's and beat's."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from django_tryon.engines import get_engine
from django_tryon.models import Garment, Person, Tally, TryOnJob
from django_tryon.services.prewarm import prewarm
from tests.concurrency.racing import race

pytestmark = pytest.mark.django_db(transaction=True)
PRICE = get_engine("idm-vton").estimate(1)


def test_nothing_is_launched_twice(settings: Any, garment: Garment, person: Person) -> None:
    settings.TRYON = settings.TRYON | {"PREWARM_BUDGET": Decimal(5), "PREWARM_ENGINE": "idm-vton"}
    Person.objects.update(prewarm=True)
    for number in range(3):
        Garment.objects.create(
            product=garment.product, category="upper", name=f"Tee {number}", image=garment.image
        )
    reports = race(*[prewarm] * 4)
    assert sum(report.launched for report in reports) == 4
    assert all(report.launched + report.there == 4 for report in reports)
    assert TryOnJob.objects.count() == 4
    assert Tally.objects.get().used == PRICE * 4
    worn = [job.garments.get().pk for job in TryOnJob.objects.all()]
    assert len(set(worn)) == 4
