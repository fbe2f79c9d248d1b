"""Outfits that shoppers ask for: what they count, join, reuse and leave behind."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from django_tryon import services
from django_tryon.engines import get_engine
from django_tryon.exceptions import LaunchRefused, NothingLeft
from django_tryon.models import Garment, Person, Shopper, Status, Tally, TryOnJob, TryOnResult
from django_tryon.models.transitions import move
from django_tryon.services.outcome import tell
from django_tryon.services.shoppers import ask_again as again
from django_tryon.services.shoppers.ask import ask
from django_tryon.services.shoppers.ask_again import ask_again
from django_tryon.services.shoppers.basket import to_choose
from django_tryon.services.shoppers.erase import erase
from django_tryon.services.shoppers.forget import forget_result

pytestmark = pytest.mark.django_db
PRICE = get_engine("idm-vton").estimate()
Wish = Callable[..., TryOnJob]


@pytest.fixture
def garments(garment: Garment) -> list[Garment]:
    """Trousers, a shirt and a jacket."""
    rest = [
        Garment.objects.create(product=garment.product, category=category, name=category)
        for category in ("lower", "outer")
    ]
    return [garment, *rest]


@pytest.fixture(autouse=True)
def _bounded(settings: Any) -> None:
    settings.TRYON = settings.TRYON | {"STOREFRONT_DAILY_BUDGET": 9, "DAILY_BUDGET": 9}


def counted() -> int:
    """Return how many try-ons were counted for the shopper."""
    return int(Tally.objects.get(key__startswith="launch:", key__contains="-").used)


def spent() -> set[Decimal]:
    return set(Tally.objects.filter(key__startswith="budget:").values_list("used", flat=True))


def fail(job: TryOnJob, step: int) -> None:
    """Have a step of an outfit fail, and those before it succeed."""
    for number, each in enumerate((*job.steps, job)[: step + 1]):
        assert move(each, Status.SUBMITTING)
        if number < step:
            assert move(each, Status.FETCHING, cost=PRICE)
            TryOnResult.objects.create(job=each, kind="image", file="a.png")
            assert move(each, Status.SUCCEEDED)
        else:
            assert move(each, Status.FAILED, error_code="invalid_input", error_message="No.")
        tell(each)
    job.refresh_from_db()


def test_it_counts_once_and_its_money_whole(
    wish: Wish, garments: list[Garment], settings: Any
) -> None:
    job = wish(garments=garments)
    assert counted() == 1
    assert spent() == {PRICE * 3}
    assert wish(garments=garments[::-1]) == job  # what is on its way is joined
    assert TryOnJob.objects.count() == 3
    services.cancel(job)
    assert (counted(), spent()) == (0, {Decimal(0)})
    settings.TRYON = settings.TRYON | {"STOREFRONT_DAILY_BUDGET": PRICE * 2}
    with pytest.raises(NothingLeft):
        wish(garments=garments)
    assert spent() == {Decimal(0)}


def test_once_a_step_is_paid_for_it_counts(
    wish: Wish, garments: list[Garment], ada: Shopper
) -> None:
    job = wish(garments=garments)
    fail(job, 1)
    assert (counted(), spent()) == (1, {PRICE})
    assert ask_again(ada, job) == job
    assert (counted(), spent()) == (2, {PRICE * 3})
    assert [step.status for step in TryOnJob.objects.get(pk=job.pk).steps] == [
        Status.SUCCEEDED,
        Status.QUEUED,
    ]


def test_another_engine_goes_on(wish: Wish, garments: list[Garment], ada: Shopper) -> None:
    job = wish(garments=garments)
    fail(job, 1)
    new = ask_again(ada, job, engine="p-image-try-on")
    assert new != job
    assert (new.previous, new.shopper, len(new.puts_on)) == (job.steps[0], ada, 2)
    assert (counted(), spent()) == (2, {PRICE + get_engine("p-image-try-on").estimate(2)})
    with pytest.raises(LaunchRefused):
        ask_again(ada, job, engine="fashion-ai")


def test_where_the_pictures_are_gone_it_begins_anew(
    wish: Wish, garments: list[Garment], ada: Shopper
) -> None:
    job = wish(garments=garments)
    fail(job, 1)
    TryOnResult.objects.all().delete()
    new = ask_again(ada, job)
    assert (new != job, len(new.steps)) == (True, 2)
    services.cancel(new)
    assert ask_again(ada, job, engine="p-image-try-on").previous is None


def test_a_paid_step_is_fetched_and_not_asked_for_anew(
    wish: Wish, garments: list[Garment], ada: Shopper
) -> None:
    job = wish(garments=garments)
    fail(job, 1)
    TryOnJob.objects.filter(pk=job.steps[1].pk).update(outputs=["https://elsewhere.example/a.png"])
    TryOnResult.objects.all().delete()
    assert ask_again(ada, job) == job
    fetched = TryOnJob.objects.get(pk=job.pk)
    assert [step.status for step in fetched.steps] == [Status.SUCCEEDED, Status.FETCHING]


def test_an_uncertain_step_is_left_and_nothing_more_is_paid_for_it(
    wish: Wish, garments: list[Garment], ada: Shopper
) -> None:
    job = wish(garments=garments)
    step = job.steps[0]
    assert move(step, Status.SUBMITTING)
    assert move(step, Status.UNCERTAIN)
    tell(step)
    job = TryOnJob.objects.get(pk=job.pk)
    new = ask_again(ada, job)
    assert new != job
    job.refresh_from_db()
    assert job.status == Status.CANCELLED


def found_meanwhile(
    monkeypatch: pytest.MonkeyPatch, job: TryOnJob, *path: Status, same: bool = False
) -> None:
    """Have a job go on in the moment in which its shopper asks for it anew."""

    def asked(*args: Any, **wish: Any) -> tuple[TryOnJob, bool]:
        fresh = TryOnJob.objects.get(pk=job.pk)
        for number, status in enumerate(path):
            assert move(fresh, status, provider_request_id=f"found-{number}")
        return (fresh, False) if same else ask(*args, **wish)

    monkeypatch.setattr(again, "ask", asked)


def test_what_was_found_meanwhile_is_kept(
    wish: Wish, ada: Shopper, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = wish()
    assert move(job, Status.SUBMITTING)
    assert move(job, Status.UNCERTAIN)
    found_meanwhile(monkeypatch, job, Status.RUNNING)
    assert ask_again(ada, job) != job
    job.refresh_from_db()
    assert job.status == Status.RUNNING


@pytest.mark.parametrize("same", [False, True])
def test_an_outfit_that_went_on_meanwhile_is_kept(
    same: bool,
    wish: Wish,
    garments: list[Garment],
    ada: Shopper,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    job = wish(garments=garments)
    step = job.steps[0]
    assert move(step, Status.SUBMITTING)
    assert move(step, Status.UNCERTAIN)
    tell(step)
    job = TryOnJob.objects.get(pk=job.pk)
    path = () if same else (Status.SUBMITTING, Status.RUNNING)
    found_meanwhile(monkeypatch, job, *path, same=same)
    assert (ask_again(ada, job) == job) is same
    job.refresh_from_db()
    assert job.status == (Status.QUEUED if same else Status.RUNNING)


def test_it_begins_with_what_the_shopper_has_and_nobody_elses(
    wish: Wish, garments: list[Garment], person: Person, ada: Shopper
) -> None:
    job = wish(garments=garments[:2], person=person)
    fail(job, 1)
    again = wish(garments=garments, person=person)
    assert again.steps[0].previous == job.steps[0]
    assert spent() == {PRICE * 3}
    bob = Shopper.objects.create()
    his = ask(bob, garments=garments, person=person, engine="idm-vton")[0]
    assert his.steps[0].previous is None
    # What lies between two garments is given to nobody as a try-on.
    lower = next(one for one in garments if one.category == "lower")
    assert wish(garments=[lower], person=person) != job.steps[0]


def test_all_of_it_goes_with_the_shopper(
    wish: Wish, garments: list[Garment], ada: Shopper, private_files: Callable[[], int]
) -> None:
    job = wish(garments=garments)
    fail(job, 1)
    erase(ada)
    assert not TryOnResult.objects.exists()
    assert not TryOnJob.objects.filter(shopper=ada).exists()


def test_what_lies_in_between_goes_with_the_result(
    wish: Wish, garments: list[Garment], sandbox: Any
) -> None:
    job = wish(garments=garments)
    services.drive_until_idle()
    assert TryOnResult.objects.count() == 3
    forget_result(job.results.get())
    assert not TryOnResult.objects.exists()


def test_a_basket_is_worn_by_any_engine(garments: list[Garment], product: Any) -> None:
    engine, several = get_engine("idm-vton"), get_engine("p-image-try-on")
    others = [type(product).objects.create(name=name) for name in ("a", "b", "c")]
    lower, dress, upper = [
        Garment.objects.create(product=other, category=category)
        for other, category in zip(others, ("lower", "dress", "upper"), strict=True)
    ]
    for each in (engine, several):  # a dress and trousers: nobody is to choose both unawares
        assert to_choose(each, [lower, dress, upper]) == ([lower, upper, dress], 2)
    assert to_choose(engine, [lower, upper]) == ([lower, upper], 2)
    assert to_choose(several, [lower, upper]) == ([lower, upper], 11)
    assert to_choose(engine, garments) == (garments, 3)  # of one product
    assert to_choose(engine, [garments[0]] * 2)[1] == 1  # two colours: one takes the other's place
    assert to_choose(engine, []) == ([], 1)
