"""A shopper deletes something while a worker is just done with it: neither makes the other fail."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from django_tryon import quality
from django_tryon.models import ClipUpload, Person, Shopper, TryOnJob, TryOnResult
from django_tryon.services.clips import prepare
from django_tryon.services.judging import judge
from django_tryon.services.shoppers.clips.upload import take_clip
from django_tryon.services.shoppers.erase import erase
from django_tryon.services.shoppers.forget import forget_result, forget_upload
from tests.clips import sent
from tests.concurrency.racing import race
from tests.rest.conftest import finish

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = 4


@pytest.fixture(autouse=True)
def _on(settings: Any) -> None:
    none = {name: {"action": "ignore"} for name in quality.CHECKS}
    settings.TRYON = settings.TRYON | {
        "STOREFRONT_CLIPS": True,
        "STOREFRONT_DAILY_BUDGET": Decimal(9),
        "QUALITY": none | {"colour": {"action": "retry"}},
    }


@pytest.mark.parametrize("attempt", range(TIMES))
@pytest.mark.parametrize("what", ["all", "one"])
def test_a_result_that_is_just_judged(
    attempt: int, what: str, ada: Shopper, wish: Callable[..., TryOnJob]
) -> None:
    job = wish()
    finish(job)
    TryOnResult.objects.update(judge_at=timezone.now())
    rows = TryOnResult.objects.select_related("job__person", "job__second_of")
    mine, *seen = (rows.get(job=job) for _each in range(3))
    race(
        lambda: erase(ada) if what == "all" else forget_result(mine),
        *[lambda copy=copy: judge.keep(copy, [["colour", "far", {"away": 50}]]) for copy in seen],
    )
    assert not TryOnResult.objects.exists()


@pytest.mark.parametrize("attempt", range(TIMES))
@pytest.mark.parametrize("what", ["all", "one"])
def test_a_clip_that_is_just_prepared(attempt: int, what: str, ada: Shopper) -> None:
    take_clip(ada, sent(), version="1")
    (step,) = prepare.claim(timezone.now(), 9)
    said = prepare.prepared(step.subject)
    seen = ClipUpload.objects.select_related("person").get()
    race(
        lambda: erase(ada) if what == "all" else forget_upload(seen),
        lambda: prepare.record(step.subject, said),
    )
    assert not Person.objects.exists()
    assert not ClipUpload.objects.exists()
