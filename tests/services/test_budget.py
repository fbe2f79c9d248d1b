"""Budgets: what all try-ons together cost, staff's too, is taken before it is spent."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from django_tryon import services
from django_tryon.exceptions import NothingLeft, WrongState
from django_tryon.models import Shopper, Status, Tally, TryOnJob
from django_tryon.models.transitions import move
from django_tryon.services import budget, outcome
from django_tryon.services.shoppers import allowance
from django_tryon.services.shoppers.ask import ask
from django_tryon.services.shoppers.ask_again import ask_again

pytestmark = pytest.mark.django_db
Launch = Callable[..., TryOnJob]
TENTH = Decimal("0.1")


@pytest.fixture
def limit(settings: Any) -> Callable[..., None]:
    """Set options of TRYON; a try-on costs ten cents."""

    def go(**options: Any) -> None:
        settings.TRYON = settings.TRYON | {"PRICES": {"idm-vton": TENTH}} | options

    return go


@pytest.fixture
def launch(garment: Any, person: Any) -> Launch:
    def go(**fields: Any) -> TryOnJob:
        return services.launch(garments=[garment], person=person, engine="idm-vton", **fields)

    return go


def spent() -> list[Decimal]:
    return [row.used for row in Tally.objects.filter(key__startswith="budget:").order_by("key")]


def end(job: TryOnJob, status: Status = Status.FAILED, **fields: Any) -> None:
    assert move(job, Status.SUBMITTING)
    if status != Status.FAILED:
        assert move(job, Status.RUNNING, provider_request_id="r", submitted_at=timezone.now())
        assert move(job, Status.FETCHING)
    assert move(job, status, **fields)
    outcome.tell(job)


@pytest.mark.parametrize("option", ["DAILY_BUDGET", "MONTHLY_BUDGET"])
def test_staff_keep_to_it_too(option: str, limit: Any, launch: Launch) -> None:
    limit(**{option: Decimal("0.3")})
    for _number in range(3):
        launch()
    with pytest.raises(NothingLeft, match="is spent") as refused:
        launch()
    assert refused.value.code == "budget_spent"
    assert (TryOnJob.objects.count(), spent()) == (3, [Decimal("0.3")])
    (left,) = budget.left()
    assert (left.limit, left.left) == (Decimal("0.3"), Decimal(0))


def test_shoppers_take_from_both(limit: Any, garment: Any, person: Any) -> None:
    limit(DAILY_BUDGET=Decimal("0.1"), STOREFRONT_DAILY_BUDGET=Decimal(9))
    assert budget.is_open(TENTH)
    wish: dict[str, Any] = {"garments": [garment], "person": person, "engine": "idm-vton"}
    job, _is_new = ask(Shopper.objects.create(), **wish)
    assert len([key for key, _used in job.allowances if key.startswith("budget:")]) == 2
    assert not budget.is_open(TENTH)
    with pytest.raises(NothingLeft, match="taking a break"):
        ask(Shopper.objects.create(), **wish)
    services.cancel(job)
    assert spent() == [0, 0]


def test_without_budgets_nothing_is_asked(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert budget.left() == []
        assert budget.is_open(Decimal(1000))
        assert budget.how_many_fit([TENTH] * 3) == 3
        assert budget.reserve([TENTH, TENTH]) == [[], []]


def test_what_cost_nothing_is_given_back(limit: Any, launch: Launch) -> None:
    limit(DAILY_BUDGET=Decimal(1), MONTHLY_BUDGET=Decimal(1))
    end(launch())
    assert spent() == [0, 0]


@pytest.mark.parametrize("cost", ["0.25", "0.02", "0.1"])
def test_what_it_did_cost_counts(cost: str, limit: Any, launch: Launch) -> None:
    limit(DAILY_BUDGET=Decimal(1), MONTHLY_BUDGET=Decimal(1))
    job = launch()
    end(job, Status.SUCCEEDED, cost=Decimal(cost))
    assert spent() == [Decimal(cost)] * 2
    allowance.settle(job)
    allowance.settle(TryOnJob.objects.get(pk=job.pk))
    assert spent() == [Decimal(cost)] * 2


def test_a_cost_that_nobody_told_stays_estimated(limit: Any, launch: Launch) -> None:
    limit(DAILY_BUDGET=Decimal(1))
    end(launch(), Status.SUCCEEDED)
    assert spent() == [TENTH]


def test_what_was_given_up_may_have_been_paid(limit: Any, launch: Launch) -> None:
    limit(DAILY_BUDGET=Decimal(1))
    end(launch(), error_code="given_up")
    assert spent() == [TENTH]


def test_a_retry_takes_anew(limit: Any, launch: Launch) -> None:
    limit(DAILY_BUDGET=TENTH)
    job = launch()
    end(job)
    services.retry(job)
    assert spent() == [TENTH]
    end(job, error_code="given_up")
    with pytest.raises(NothingLeft):
        services.retry(job)
    job.refresh_from_db()
    assert (job.status, spent()) == (Status.FAILED, [TENTH])


def test_a_retry_that_comes_too_late_takes_nothing(
    limit: Any, launch: Launch, monkeypatch: Any
) -> None:
    limit(DAILY_BUDGET=Decimal(1))
    job = launch()
    end(job)
    stale = TryOnJob.objects.get(pk=job.pk)
    services.retry(job)
    refresh, looks = stale.refresh_from_db, iter(range(9))
    # It looked just before the other one won, and looks again afterwards.
    monkeypatch.setattr(stale, "refresh_from_db", lambda: next(looks) and refresh())
    with pytest.raises(WrongState):
        services.retry(stale)
    assert spent() == [TENTH]


def test_a_shoppers_second_try_takes_from_each_once(limit: Any, garment: Any, person: Any) -> None:
    limit(DAILY_BUDGET=Decimal(1), STOREFRONT_DAILY_BUDGET=Decimal(1))
    shopper = Shopper.objects.create()
    job, _new = ask(shopper, garments=[garment], person=person, engine="idm-vton")
    end(job)
    assert spent() == [0, 0]
    ask_again(shopper, job)
    job.refresh_from_db()
    assert (spent(), len(job.allowances)) == ([TENTH, TENTH], 3)
    end(job)
    assert not Tally.objects.exclude(used=0).exists()


def test_staffs_retry_of_a_shoppers_job_takes_from_the_storefront(
    limit: Any, garment: Any, person: Any
) -> None:
    limit(STOREFRONT_DAILY_BUDGET=Decimal(1))
    shopper = Shopper.objects.create()
    job, _new = ask(shopper, garments=[garment], person=person, engine="idm-vton")
    end(job)
    services.retry(job)
    assert spent() == [TENTH]


def test_a_job_without_estimate_costs_what_its_engine_does(limit: Any, launch: Launch) -> None:
    limit()
    job = launch()
    assert budget.price_of(job) == TENTH
    job.estimated_cost = None
    assert budget.price_of(job) == TENTH


def test_many_are_reserved_at_once_or_none(limit: Any, launch: Launch) -> None:
    limit(DAILY_BUDGET=Decimal("0.35"), MONTHLY_BUDGET=Decimal(5))
    with pytest.raises(NothingLeft) as refused:
        budget.reserve([TENTH] * 4)
    assert refused.value.message == (
        "These 4 try-ons cost about $0.40, but of the budget of $0.35 only $0.35 is left today: "
        "enough for 3 of them. Nothing was launched."
    )
    assert not any(spent())
    assert budget.how_many_fit([TENTH] * 3) == 3
    shares = budget.reserve([TENTH] * 3)
    job = launch(reserved=shares[0])
    assert (spent(), job.allowances) == ([Decimal("0.3")] * 2, shares[0])
    services.cancel(job)
    assert spent() == [Decimal("0.2")] * 2
