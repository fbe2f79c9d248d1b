"""Wishes of a large batch: each is launched once, left out with a reason, or waits for money."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from django_tryon import services
from django_tryon.models import Batch, BatchWish, Garment, Person, TryOnJob
from django_tryon.services.driving.advance import is_idle, next_due_at
from django_tryon.services.orders import launches as wishes
from django_tryon.services.orders import orders
from django_tryon.services.orders.launches import launches

pytestmark = pytest.mark.django_db(transaction=True)
Wish = Callable[..., BatchWish]
TENTH = Decimal("0.1")


@pytest.fixture
def batch(staff: Any) -> Batch:
    return Batch.objects.create(name="Spring", created_by=staff)


@pytest.fixture
def lay(batch: Batch, garment: Garment, person: Person) -> Callable[..., int]:
    """Write wishes down, all for the same unless said otherwise, each with a seed of its own."""

    def go(count: int = 1, **fields: Any) -> int:
        fields = {"garments": [garment.pk], "person": person, "engine": "idm-vton"} | fields
        made = (BatchWish(**{"params": {"seed": seed}} | fields) for seed in range(count))
        with transaction.atomic():
            return wishes.write_down(batch, made)

    return go


def states() -> list[str]:
    return list(BatchWish.objects.order_by("pk").values_list("state", flat=True))


def whys() -> list[str]:
    return list(BatchWish.objects.order_by("pk").values_list("why", flat=True))


def test_each_becomes_a_job_of_the_batch(lay: Any, batch: Batch, staff: Any) -> None:
    assert lay(3) == 3
    assert launches.do_due(timezone.now()) == 3
    jobs = list(batch.jobs.order_by("created_at"))
    assert [job.params["seed"] for job in jobs] == [0, 1, 2]
    assert {job.requested_by for job in jobs} == {staff}
    assert states() == ["launched"] * 3
    assert [wish.job for wish in BatchWish.objects.order_by("pk")] == jobs
    assert launches.do_due(timezone.now()) == 0
    assert launches.next_due_at() is None


def test_workers_take_them_on_some_at_a_time(lay: Any, monkeypatch: Any, sandbox: Any) -> None:
    monkeypatch.setattr(orders, "AT_ONCE", 2)
    monkeypatch.setattr(orders, "IN_ONE_INSERT", 2)
    assert lay(5) == 5
    assert next_due_at() is not None
    assert launches.do_due(timezone.now()) == 2
    assert TryOnJob.objects.count() == 2
    services.drive_until_idle()
    assert list(TryOnJob.objects.values_list("status", flat=True)) == ["succeeded"] * 5


def test_what_cannot_be_launched_is_left_out_with_a_reason(
    lay: Any, garment: Garment, person: Person
) -> None:
    gone = Person.objects.create(name="Gone", is_house_model=True)
    lay(garments=[garment.pk, 10**6])
    lay(person=gone)
    lay(engine="video-tryon-v2", params={})
    lay()
    gone.delete()
    assert launches.do_due(timezone.now()) == 4
    assert states() == ["left_out"] * 3 + ["launched"]
    garment_gone, person_gone, refused, launched = whys()
    assert garment_gone == "A garment of it was deleted."
    assert person_gone == "The house model was deleted."
    assert "needs a clip" in refused
    assert launched == ""


def test_a_spent_budget_has_the_rest_wait(lay: Any, settings: Any) -> None:
    limits = {"PRICES": {"idm-vton": TENTH}, "DAILY_BUDGET": Decimal("0.2")}
    settings.TRYON = settings.TRYON | limits
    lay(4)
    now = timezone.now()
    assert launches.do_due(now) == 4
    assert states() == ["launched"] * 2 + ["waiting"] * 2
    assert whys()[2:] == ["The try-on budget of this day is spent."] * 2
    assert launches.next_due_at() == now + orders.PAUSE
    assert launches.is_idle()
    assert launches.do_due(now) == 0
    settings.TRYON = settings.TRYON | {"DAILY_BUDGET": None}
    assert launches.do_due(now + orders.PAUSE) == 2
    assert states() == ["launched"] * 4
    assert whys() == [""] * 4


def test_what_is_due_later_waits_with_them(
    lay: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orders, "AT_ONCE", 1)
    settings.TRYON = settings.TRYON | {"DAILY_BUDGET": Decimal("0.0001")}
    lay(3)
    now = timezone.now()
    assert launches.do_due(now) == 1
    at = now + orders.PAUSE
    # What was tried is looked at after the others: it may be the one that costs too much.
    due = list(BatchWish.objects.order_by("pk").values_list("due_at", flat=True))
    assert due == [at + timedelta(seconds=1), at, at]
    assert whys() == ["The try-on budget of this day is spent."] * 3
    assert set(BatchWish.objects.values_list("claim", flat=True)) == {""}


def test_one_that_costs_too_much_does_not_stop_the_others(
    lay: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    prices = {"idm-vton": Decimal(5), "try-on-diffusion": TENTH}
    settings.TRYON = settings.TRYON | {"PRICES": prices, "DAILY_BUDGET": Decimal(1)}
    monkeypatch.setattr(orders, "AT_ONCE", 2)
    lay()
    lay(3, engine="try-on-diffusion")
    now = timezone.now()
    assert launches.do_due(now) == 2
    assert states() == ["waiting", "launched", "waiting", "waiting"]
    assert whys() == ["The try-on budget of this day is spent.", "", "", ""]
    dear, _launched, *others = BatchWish.objects.order_by("pk")
    assert (dear.due_at, dear.claim) == (now + orders.PAUSE, "")
    assert all(wish.due_at <= now for wish in others)
    assert not launches.is_idle()
    assert launches.do_due(now) == 2
    assert states() == ["waiting"] + ["launched"] * 3


def test_what_is_alone_in_a_turn_and_costs_too_much_lets_the_others_go_first(
    lay: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    prices = {"idm-vton": Decimal(5), "try-on-diffusion": TENTH}
    settings.TRYON = settings.TRYON | {"PRICES": prices, "DAILY_BUDGET": Decimal(1)}
    monkeypatch.setattr(orders, "AT_ONCE", 1)
    lay()
    lay(engine="try-on-diffusion")
    now = timezone.now()
    launches.do_due(now)
    launches.do_due(now + orders.PAUSE + timedelta(seconds=2))
    assert states() == ["waiting", "launched"]


def test_what_is_cancelled_while_it_waits_for_money_stays_so(
    lay: Any, batch: Batch, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody cancels the batch between our look at the budget and our putting it off."""
    settings.TRYON = settings.TRYON | {"DAILY_BUDGET": Decimal("0.0001")}
    lay(2)
    original = launches._wait

    def wait(*args: Any, **given: Any) -> None:
        wishes.drop([batch])
        original(*args, **given)

    monkeypatch.setattr(launches, "_wait", wait)
    launches.do_due(timezone.now())
    assert states() == ["left_out"] * 2
    assert whys() == ["Cancelled."] * 2
    assert set(BatchWish.objects.values_list("due_at", flat=True)) == {None}


def test_what_was_tried_on_already_is_not_paid_again(lay: Any) -> None:
    lay(params={"seed": 7})
    lay(params={"seed": 7})
    lay(params={"seed": 7}, reuses=False)
    launches.do_due(timezone.now())
    first, same, anew = BatchWish.objects.order_by("pk")
    assert first.job == same.job != anew.job
    assert TryOnJob.objects.count() == 2


def test_of_two_workers_one_has_each(lay: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other took the wish on while we were busy with the one before."""
    lay(2)
    real = wishes.launch

    def launch(**fields: Any) -> TryOnJob:
        BatchWish.objects.update(claim="another", due_at=timezone.now())
        return real(**fields)

    monkeypatch.setattr(wishes, "launch", launch)
    launches.do_due(timezone.now())
    assert TryOnJob.objects.count() == 1
    assert states() == ["launched", "waiting"]


def test_a_worker_that_dies_leaves_them_to_the_next(
    lay: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay(2)
    now = timezone.now()
    with monkeypatch.context() as context:
        real = wishes.launch

        def launch(**fields: Any) -> TryOnJob:
            real(**fields)
            raise DatabaseError

        context.setattr(wishes, "launch", launch)
        with pytest.raises(DatabaseError):
            launches.do_due(now)
    assert not TryOnJob.objects.exists()
    assert states() == ["waiting"] * 2
    assert launches.do_due(now) == 0
    assert launches.do_due(now + orders.LEASE) == 2
    assert TryOnJob.objects.count() == 2


def test_a_fault_costs_the_others_nothing(
    lay: Any, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    lay(3)
    real = wishes.launch

    def launch(**fields: Any) -> TryOnJob:
        if fields["params"] == {"seed": 1}:
            raise RuntimeError("/srv/secret/path")
        return real(**fields)

    monkeypatch.setattr(wishes, "launch", launch)
    launches.do_due(timezone.now())
    assert states() == ["launched", "left_out", "launched"]
    assert whys()[1] == "It could not be done, because of a fault that was logged."
    assert "BatchWish was not done" in caplog.text


def test_a_batch_is_cancelled_and_launched_after_all(lay: Any, batch: Batch) -> None:
    lay(2)
    assert wishes.drop([batch]) == 2
    assert whys() == ["Cancelled."] * 2
    assert launches.do_due(timezone.now()) == 0
    assert wishes.wish_again([batch]) == 2
    assert not is_idle()
    assert launches.do_due(timezone.now()) == 2
    assert states() == ["launched"] * 2


def test_it_is_asked_seldom_whether_there_are_any(
    lay: Any, django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    launches.forget()
    with django_assert_num_queries(1):
        for _time in range(3):
            assert launches.next_due_at() is None
            assert launches.do_due(timezone.now()) == 0
    lay()
    BatchWish.objects.update(due_at=timezone.now() + timedelta(hours=1))
    with django_assert_num_queries(1):
        assert launches.do_due(timezone.now()) == 0
    # What another process did is seen when what was read is old.
    BatchWish.objects.update(due_at=timezone.now())
    assert launches.do_due(timezone.now()) == 0
    until = launches.known[0]
    monkeypatch.setattr(orders.time, "monotonic", lambda: until)
    assert launches.do_due(timezone.now()) == 1


def test_another_worker_was_faster_with_all(lay: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    lay()
    assert launches.next_due_at() is not None
    BatchWish.objects.all().delete()
    assert launches.do_due(timezone.now()) == 0


def test_one_can_be_read(lay: Any) -> None:
    lay()
    assert str(BatchWish.objects.get()) == "idm-vton · Not launched yet"
