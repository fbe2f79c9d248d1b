"""Ask: what is asked twice is paid once, and only for what one may see."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone, translation

from django_tryon import services
from django_tryon.exceptions import KeyReused, LaunchRefused, NothingLeft, WrongState
from django_tryon.models import Garment, Person, Shopper, Status, Tally, TryOnJob
from django_tryon.models.transitions import move
from django_tryon.services.driving import gates
from django_tryon.services.shoppers import ask as module
from django_tryon.services.shoppers.ask import ask
from django_tryon.services.shoppers.ask_again import ask_again
from tests.conftest import picture
from tests.models.test_tally import at_once
from tests.shop.models import Product

pytestmark = pytest.mark.django_db
Wish = Callable[..., TryOnJob]


def test_a_job_is_its_shoppers(ada: Shopper, wish: Wish) -> None:
    with translation.override("de"):
        job = wish(key="k", notify="ada@shop.example")
    assert (job.shopper, job.requested_by, job.status) == (ada, None, Status.QUEUED)
    assert (job.notify, job.notify_language) == ("ada@shop.example", "de")
    assert wish(params={"seed": 2}).notify_language == ""


def test_a_users_job_says_so(django_user_model: Any, garment: Any, person: Any) -> None:
    user = django_user_model.objects.create_user("ada")
    shopper = Shopper.objects.create(user=user)
    job, created = ask(shopper, garments=[garment], person=person, engine="idm-vton")
    assert created
    assert job.requested_by == user


def test_the_same_key_gives_the_same_job(wish: Wish) -> None:
    first = wish(key="k")
    assert wish(key="k") == first
    services.cancel(first)
    assert wish(key="k") == first  # whatever became of it
    with pytest.raises(KeyReused, match="Use a new one") as caught:
        wish(key="k", params={"seed": 2})
    assert caught.value.code == "idempotency_key_reused"


def test_a_retired_engine_takes_no_more(wish: Wish) -> None:
    gates.close("idm-vton", "engine_retired")
    with pytest.raises(LaunchRefused, match="not offered by Segmind any more") as refused:
        wish()
    assert (refused.value.code, refused.value.field) == ("engine_retired", "engine")
    assert not Tally.objects.filter(key__startswith="launch:").exists()
    assert not TryOnJob.objects.exists()
    gates.open_gate("idm-vton")
    assert wish().status == Status.QUEUED


@pytest.mark.parametrize(
    "gate", [("idm-vton", "forbidden"), ("try-on-diffusion", "engine_retired")]
)
def test_any_other_gate_lets_a_wish_in(gate: tuple[str, str], wish: Wish) -> None:
    gates.close(*gate)
    assert wish().status == Status.QUEUED


def test_keys_of_two_shoppers_are_two(wish: Wish, garment: Any, person: Any) -> None:
    bob = Shopper.objects.create()
    other, created = ask(bob, garments=[garment], person=person, engine="idm-vton", key="k")
    assert created
    assert wish(key="k") != other


def test_the_same_wish_joins_the_job_that_is_on_its_way(wish: Wish) -> None:
    assert wish(key="a") == wish(key="b") == wish()
    assert Tally.objects.get(key__startswith="launch:").used == 1


def test_whoever_joins_may_still_ask_for_a_mail(wish: Wish, sandbox: Any) -> None:
    job = wish()
    wish(notify="ada@shop.example")
    job.refresh_from_db()
    assert job.notify == "ada@shop.example"
    services.drive_until_idle()
    wish(notify="ada@shop.example")  # it is ready: there is nothing to wait for
    job.refresh_from_db()
    assert job.notify == ""


def test_the_same_wish_gives_the_job_that_succeeded(wish: Wish, sandbox: Any) -> None:
    job = wish()
    services.drive_until_idle()
    assert wish() == job
    job.results.all().delete()
    assert wish() != job  # its picture is gone, so it is made again


def test_what_failed_is_asked_anew(wish: Wish) -> None:
    job = wish()
    services.cancel(job)
    assert wish() != job


def test_another_picture_is_another_wish(wish: Wish, garment: Garment) -> None:
    first = wish()
    garment.image = ContentFile(picture(colour="red"), name="new.jpg")
    garment.save()
    second = wish()
    assert second != first
    garment.image.delete()
    garment.product.image = ContentFile(picture(colour="blue"), name="own.jpg")
    garment.product.save()
    third = wish()
    assert third not in {first, second}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("same", ["key", "wish"])
def test_of_twelve_at_once_one_launches(
    same: str, ada: Shopper, garment: Garment, person: Person
) -> None:
    keys = iter(range(100))

    def go() -> Any:
        key = "k" if same == "key" else f"k{next(keys)}"
        return ask(ada, garments=[garment], person=person, engine="idm-vton", key=key)

    said = at_once(12, go)
    assert len(said) == 12
    assert sum(created for _job, created in said) == 1
    assert len({job.pk for job, _created in said}) == TryOnJob.objects.count() == 1
    assert Tally.objects.get(key__startswith="launch:").used == 1


def test_whoever_comes_second_in_the_same_moment_gets_the_firsts_job(
    wish: Wish, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, look, looked = wish(key="k"), module._asked_before, []

    def too_early(*args: Any) -> Any:
        looked.append(args)
        return look(*args) if len(looked) > 1 else None

    monkeypatch.setattr(module, "_asked_before", too_early)
    assert wish(key="k") == first
    assert Tally.objects.get(key__startswith="launch:").used == 1


def test_a_fault_of_the_database_is_not_taken_for_a_repetition(
    wish: Wish, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import IntegrityError

    def broken(**fields: Any) -> None:
        raise IntegrityError("another constraint")

    monkeypatch.setattr(module, "launch", broken)
    with pytest.raises(IntegrityError, match="another"):
        wish()


# --- What one may not ask for ---------------------------------------------------------------------


def refused(wish: Wish, **fields: Any) -> LaunchRefused:
    with pytest.raises(LaunchRefused) as caught:
        wish(**fields)
    assert not TryOnJob.objects.exists()
    assert not Tally.objects.filter(key__startswith="launch", used__gt=0).exists()
    return caught.value


def test_anothers_photo(wish: Wish) -> None:
    theirs = Person.objects.create(
        kind="photo",
        photo=ContentFile(picture(), name="b.jpg"),
        shopper=Shopper.objects.create(),
    )
    error = refused(wish, person=theirs)
    assert (error.code, error.field) == ("not_found", "person")


def test_a_photo_whose_day_has_come(wish: Wish, photo: Person) -> None:
    photo.delete_at = timezone.now() - timedelta(seconds=1)
    assert refused(wish, person=photo).code == "not_found"


def test_an_engine_that_is_not_for_shoppers(wish: Wish) -> None:
    assert refused(wish, engine="fashion-ai").code == "unknown_engine"
    assert refused(wish, engine="nonsense").code == "unknown_engine"


def test_an_unknown_parameter(wish: Wish) -> None:
    error = refused(wish, params={"nonsense": 1})
    assert (error.code, error.field) == ("unknown_parameter", "params.nonsense")


def test_a_garment_that_is_not_for_sale(wish: Wish, product: Product, settings: Any) -> None:
    settings.TRYON = settings.TRYON | {
        "PRODUCTS": {"shop.Product": {"image": "image", "is_public": "description"}}
    }
    Product.objects.update(description="")
    garment = Garment.objects.get()
    error = refused(wish, garments=[garment])
    assert (error.code, error.field) == ("not_found", "garments")
    Product.objects.all()._raw_delete("default")  # type: ignore[attr-defined]
    error = refused(wish, garments=[Garment.objects.get()])
    assert error.code == "not_found"


# --- Again ----------------------------------------------------------------------------------------


def test_again_counts_again(ada: Shopper, wish: Wish, settings: Any) -> None:
    job = wish()
    services.cancel(job)
    settings.TRYON = settings.TRYON | {"SHOPPER_DAILY": 1}
    assert ask_again(ada, job).status == Status.QUEUED
    services.cancel(job)
    Tally.objects.update(used=1)
    with pytest.raises(NothingLeft):
        ask_again(ada, job)
    job.refresh_from_db()
    assert job.status == Status.CANCELLED


def test_again_without_its_photo(ada: Shopper, wish: Wish, photo: Person) -> None:
    job = wish()
    services.cancel(job)
    photo.delete()
    job.refresh_from_db()
    with pytest.raises(LaunchRefused, match="photo was deleted"):
        ask_again(ada, job)


def test_again_fetches_only_what_was_paid_for(ada: Shopper, wish: Wish) -> None:
    job = wish()
    move(job, Status.SUBMITTING)
    move(job, Status.FAILED, outputs=["http://127.0.0.1:9/files/1.jpg"])
    before = Tally.objects.get(key__startswith="launch:").used
    assert ask_again(ada, job).status == Status.FETCHING
    assert Tally.objects.get(key__startswith="launch:").used == before


def test_again_not_while_the_same_is_on_its_way(ada: Shopper, wish: Wish) -> None:
    job = wish()
    services.cancel(job)
    wish()
    with pytest.raises(WrongState, match="on its way"):
        ask_again(ada, job)
