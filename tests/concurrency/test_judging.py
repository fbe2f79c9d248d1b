"""Several who look at one result in the same moment: it is drawn again once, and decided once."""

from __future__ import annotations

import time
from decimal import Decimal
from importlib import import_module
from typing import Any

import pytest
from django.utils import timezone

from django_tryon import quality, services
from django_tryon.engines import get_engine
from django_tryon.exceptions import WrongState
from django_tryon.models import Tally, TryOnJob, TryOnResult
from django_tryon.services.judging import judge
from tests.concurrency.racing import race
from tests.lifecycle.provider import Provider

pytestmark = pytest.mark.django_db(transaction=True)
redrawing = import_module("django_tryon.services.redraw")
PRICE = get_engine("idm-vton").estimate(1)
FAR, NEAR = [["colour", "far", {"away": 50}]], [["colour", "near", {"away": 5}]]


@pytest.fixture
def result(provider: Provider, drive: Any, settings: Any) -> TryOnResult:
    """A result that nobody has looked at yet, where the shop wants what is flagged drawn again."""
    drive()
    none = {name: {"action": "ignore"} for name in quality.CHECKS}
    wanted = {"QUALITY": none | {"colour": {"action": "retry"}}, "DAILY_BUDGET": Decimal(5)}
    settings.TRYON = settings.TRYON | wanted
    TryOnResult.objects.update(judge_at=timezone.now())
    return TryOnResult.objects.select_related("job__person").get()


def test_each_result_goes_to_one_worker(result: TryOnResult) -> None:
    now = timezone.now()
    taken = race(*[lambda: judge.claim(now, 1)] * 4)
    assert sum(map(len, taken)) == 1
    result.refresh_from_db()
    assert result.judge_tries == 1


def test_what_is_flagged_is_drawn_and_paid_once(result: TryOnResult) -> None:
    copies = [TryOnResult.objects.select_related("job__person").get() for _each in range(4)]
    race(*[lambda copy=copy: judge.keep(copy, FAR) for copy in copies])
    result.refresh_from_db()
    assert (result.is_flagged, result.judge_at) == (True, None)
    assert TryOnJob.objects.filter(second_of=result.job).count() == 1
    assert Tally.objects.get().used == PRICE


def test_who_approves_and_what_is_exchanged_never_miss_one_another(result: TryOnResult) -> None:
    judge.keep(result, FAR)
    second = TryOnJob.objects.get(second_of=result.job)
    again = TryOnResult.objects.create(
        job=second, kind="image", file="again.jpg", judge_at=timezone.now()
    )
    first = result.file.name

    def approve() -> str:
        seen = TryOnResult.objects.get(pk=result.pk).file.name
        try:
            services.approve(result)
        except WrongState:  # pragma: no cover  (MariaDB, where it has waited)
            return ""
        return str(seen)

    copies = [TryOnResult.objects.select_related("job__second_of").get(pk=again.pk)] * 2
    race(approve, *[lambda copy=copy: judge.keep(copy, NEAR) for copy in copies])
    result.refresh_from_db()
    again.refresh_from_db()
    assert {result.file.name, again.file.name} == {first, "again.jpg"}
    assert result.review == TryOnResult.Review.APPROVED


def test_who_draws_again_and_what_is_drawn_again_do_not_wait_for_one_another(
    result: TryOnResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw, launch = judge.draw_again, redrawing.launch

    def drawn(second: Any) -> bool:
        done = draw(second)
        time.sleep(0.5)
        return done

    def launched(**wish: Any) -> TryOnJob:
        time.sleep(0.2)
        return launch(**wish)

    monkeypatch.setattr(judge, "draw_again", drawn)
    monkeypatch.setattr(redrawing, "launch", launched)
    copy = TryOnResult.objects.select_related("job__person").get()
    race(lambda: judge.keep(copy, FAR), lambda: services.redraw(result))
    result.refresh_from_db()
    assert result.review == TryOnResult.Review.REJECTED
    assert TryOnJob.objects.filter(second_of=None).count() == 2
