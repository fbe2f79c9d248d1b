"""Whoever wants the last of a budget, or what was given back, in the same moment."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from django_tryon import services
from django_tryon.engines import get_engine
from django_tryon.models import Shopper, Status, Tally, TryOnJob
from django_tryon.models.deadlock import DEADLOCK
from django_tryon.models.transitions import move
from django_tryon.services import budget
from django_tryon.services.outcome import tell
from django_tryon.services.shoppers.allowance import settle
from django_tryon.services.shoppers.ask import ask
from tests.concurrency.racing import race, refused
from tests.lifecycle.provider import Provider

pytestmark = pytest.mark.django_db(transaction=True)
Wish = Callable[..., TryOnJob]
PRICE = get_engine("idm-vton").estimate(1)


def budgets(settings: Any, **limits: Any) -> None:
    settings.TRYON = settings.TRYON | limits


def used() -> set[Decimal]:
    return set(Tally.objects.filter(key__startswith="budget:").values_list("used", flat=True))


@pytest.mark.parametrize("bound", ["DAILY_BUDGET", "MONTHLY_BUDGET"])
def test_two_launches_against_the_last_of_the_budget(
    bound: str, settings: Any, garment: Any, person: Any
) -> None:
    budgets(settings, **{bound: PRICE * 3})
    wish: dict[str, Any] = {"garments": [garment], "person": person, "engine": "idm-vton"}
    for _ in range(2):
        services.launch(**wish)
    got = race(*[lambda: services.launch(**wish)] * 2)
    assert refused(got) == ["budget_spent"]
    assert TryOnJob.objects.count() == 3
    assert used() == {PRICE * 3}


def test_twelve_launches_against_a_budget_for_five(
    settings: Any, garment: Any, person: Any
) -> None:
    budgets(settings, DAILY_BUDGET=PRICE * 5, MONTHLY_BUDGET=PRICE * 50)
    wish: dict[str, Any] = {"garments": [garment], "person": person, "engine": "idm-vton"}
    got = race(*[lambda: services.launch(**wish)] * 12)
    assert refused(got) == ["budget_spent"] * 7
    assert TryOnJob.objects.count() == 5
    assert used() == {PRICE * 5}


def test_shoppers_and_staff_against_the_last_of_both_budgets(
    settings: Any, ada: Shopper, photo: Any, garment: Any, person: Any
) -> None:
    budgets(settings, DAILY_BUDGET=PRICE, STOREFRONT_DAILY_BUDGET=PRICE)
    wish: dict[str, Any] = {"garments": [garment], "engine": "idm-vton"}
    got = race(
        lambda: services.launch(**wish, person=person),
        lambda: ask(ada, **wish, person=photo),
    )
    assert refused(got) == ["budget_spent"]
    job = TryOnJob.objects.get()
    held = {key: Decimal(amount) for key, amount in job.allowances}
    for tally in Tally.objects.filter(key__startswith="budget:"):
        assert tally.used == held.get(tally.key, 0)


@pytest.mark.parametrize("who", ["staff", "shopper"])
def test_a_launch_that_was_given_up_for_another_is_done_once_more_as_a_whole(
    who: str, settings: Any, ada: Shopper, photo: Any, garment: Any, person: Any, monkeypatch: Any
) -> None:
    budgets(settings, DAILY_BUDGET=PRICE)
    real, faults = Tally.take_all, [OperationalError(DEADLOCK, "Deadlock found")]

    def take_all(wanted: Any) -> str | None:
        taken = real(wanted)
        if faults and any(key.startswith(budget.ALL) for key in wanted):
            raise faults.pop()
        return taken

    monkeypatch.setattr(Tally, "take_all", take_all)
    wish: dict[str, Any] = {"garments": [garment], "engine": "idm-vton"}
    if who == "staff":
        services.launch(**wish, person=person)
    else:
        ask(ada, **wish, person=photo)
        assert Tally.used_of(f"launch:{ada.pk}:{timezone.localdate()}") == 1
    assert not faults
    assert TryOnJob.objects.count() == 1
    assert used() == {PRICE}


def test_one_wish_asked_twelve_times_is_one_job(
    ada: Shopper, photo: Any, garment: Any, settings: Any
) -> None:
    budgets(settings, DAILY_BUDGET=PRICE * 12)
    got = race(
        *[lambda: ask(ada, garments=[garment], person=photo, engine="idm-vton", key="once")] * 12
    )
    assert [new for _job, new in got].count(True) == 1
    assert len({job.pk for job, _new in got}) == 1
    assert used() == {PRICE}
    assert Tally.used_of(f"launch:{ada.pk}:{timezone.localdate()}") == 1


def test_what_a_job_used_is_given_back_once(settings: Any, garment: Any, person: Any) -> None:
    budgets(settings, DAILY_BUDGET=PRICE * 9, MONTHLY_BUDGET=PRICE * 9)
    wish: dict[str, Any] = {"garments": [garment], "person": person, "engine": "idm-vton"}
    kept, job = services.launch(**wish), services.launch(**wish)
    copies = [TryOnJob.objects.get(pk=job.pk) for _ in range(12)]
    got = race(*(partial(services.cancel, copy) for copy in copies))
    assert len(refused(got)) == 11
    race(*(lambda: tell(TryOnJob.objects.get(pk=job.pk)),) * 12)
    assert used() == {PRICE}
    assert [Decimal(amount) for _key, amount in kept.allowances] == [PRICE] * 2


def test_retries_against_the_last_of_the_budget(
    settings: Any, garment: Any, person: Any, provider: Provider
) -> None:
    budgets(settings, DAILY_BUDGET=PRICE * 2)
    wish: dict[str, Any] = {"garments": [garment], "person": person, "engine": "idm-vton"}
    jobs = [services.launch(**wish) for _ in range(2)]
    for job in jobs:
        services.cancel(job)
    services.launch(**wish)
    got = race(*(partial(services.retry, job) for job in jobs * 3))
    codes = refused(got)
    assert set(codes) <= {"budget_spent", "wrong_state"}
    assert TryOnJob.objects.filter(status=Status.QUEUED).count() == 2
    assert used() == {PRICE * 2}


def test_whoever_settles_a_job_and_whoever_tries_it_again_do_not_wait_for_each_other(
    settings: Any, garment: Any, person: Any, monkeypatch: Any
) -> None:
    """One holds what the job locks, one what the budget does, and each wants the other's next."""
    budgets(settings, DAILY_BUDGET=PRICE * 9)
    job = services.launch(garments=[garment], person=person, engine="idm-vton")
    move(job, Status.FAILED, error_code="blocked")
    TryOnJob.objects.update(next_step_at=None)  # told of, as far as the one who retries can see
    late, settling, taken = TryOnJob.objects.get(), threading.Event(), threading.Event()
    give_back, take_anew = Tally.give_back, budget.take_all_anew
    is_alone = connection.vendor == "sqlite"  # a transaction has the whole database to itself

    def give_back_late(*args: Any) -> None:
        settling.set()
        taken.wait(0 if is_alone else 10)
        give_back(*args)

    def take_and_say_so(*args: Any, **kwargs: Any) -> Any:
        used = take_anew(*args, **kwargs)
        taken.set()
        return used

    def retry() -> None:
        assert settling.wait(10)
        services.retry(TryOnJob.objects.get())

    monkeypatch.setattr(Tally, "give_back", give_back_late)
    monkeypatch.setattr(budget, "take_all_anew", take_and_say_so)
    race(lambda: settle(late), retry)
    job = TryOnJob.objects.get()
    assert job.status == Status.QUEUED
    # What the retry took is not given back by whoever settles the run before.
    assert [Decimal(amount) for _key, amount in job.allowances] == [PRICE]
    assert used() == {PRICE if is_alone else PRICE * 2}


def test_tallies_are_written_in_the_same_order_by_all(
    settings: Any, ada: Shopper, photo: Any, garment: Any
) -> None:
    budgets(
        settings,
        STOREFRONT_DAILY_BUDGET=9,
        STOREFRONT_MONTHLY_BUDGET=9,
        DAILY_BUDGET=9,
        MONTHLY_BUDGET=9,
    )

    def order(act: Callable[[], object]) -> list[str]:
        with CaptureQueriesContext(connection) as made:
            act()
        written = [one["sql"].strip() for one in made]
        said = " ".join(
            one for one in written if re.match("(UPDATE|INSERT INTO) .?django_tryon_tally", one)
        )
        return sorted(keys, key=said.index)

    wish: dict[str, Any] = {"garments": [garment], "person": photo, "engine": "idm-vton"}
    address = "192.0.2.1"
    first = ask(ada, **wish, address=address)[0]
    keys = [key for key, _amount in first.allowances]
    assert len(keys) == 6
    taking = order(lambda: ask(ada, **wish, address=address, params={"steps": 31}))
    settling = order(lambda: services.cancel(first))
    assert taking == settling
    assert [key.startswith("budget:") for key in taking] == [False] * 2 + [True] * 4
