"""Which other engines a shopper is offered when one has failed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from django_tryon.models import Garment, Gate, Person, Shopper, Status, TryOnJob, TryOnResult
from django_tryon.models.transitions import move
from django_tryon.services import outcome
from django_tryon.services.driving import gates
from django_tryon.services.reasons import reason_for
from django_tryon.services.shoppers.ask_again import ask_again
from django_tryon.services.shoppers.forget import forget_photo
from django_tryon.services.shoppers.other_ways import other_ways

Wish = Callable[..., TryOnJob]
ALL = ("try-on-diffusion", "idm-vton", "p-image-try-on", "fashion-ai")


def failed(job: TryOnJob, code: str = "unavailable") -> TryOnJob:
    """Have a job fail."""
    assert move(job, Status.FAILED, error_code=code, error_message="no", cost=0)
    return job


def offered(job: TryOnJob) -> list[str]:
    """Return the engines that are offered instead, after a look at the row as it is now."""
    found = TryOnJob.objects.get(pk=job.pk)
    return [way.engine.slug for way in other_ways(found)]


@pytest.fixture
def job(wish: Wish) -> TryOnJob:
    """It failed by idm-vton."""
    return failed(wish())


def test_the_usual_one_comes_first(job: TryOnJob, settings: Any) -> None:
    assert offered(job) == ["try-on-diffusion", "p-image-try-on"]
    settings.TRYON = settings.TRYON | {"STOREFRONT_ENGINE": "p-image-try-on"}
    assert offered(job) == ["p-image-try-on", "try-on-diffusion"]
    settings.TRYON = settings.TRYON | {"STOREFRONT_ENGINES": ["idm-vton"]}
    assert offered(job) == []


@pytest.mark.parametrize(
    ("code", "is_other_better", "says"),
    [
        ("unavailable", True, "again"),
        ("answer_lost", True, "again"),
        ("engine_retired", True, "engine"),
        ("category_not_possible", True, "engine"),
        ("bad_key", False, "again"),
        ("failed_at_provider", True, "photo"),
        ("invalid_input", False, "photo"),
        ("content_blocked", False, "photo"),
        ("garment_gone", False, "other"),
        ("cancelled", False, "again"),
    ],
)
def test_it_depends_on_what_went_wrong(
    wish: Wish, code: str, is_other_better: bool, says: str
) -> None:
    job = failed(wish(), code)
    assert bool(offered(job)) is is_other_better
    told = reason_for(job, has_others=is_other_better)
    assert told is not None
    assert told.next == says
    assert "come back" not in told.then or not is_other_better


def test_only_what_can_put_all_of_it_on(wish: Wish, garment: Garment, settings: Any) -> None:
    settings.TRYON = settings.TRYON | {"STOREFRONT_ENGINES": ALL}
    dress = Garment.objects.create(product=garment.product, category="dress", name="Dress")
    assert "fashion-ai" not in offered(failed(wish(garments=[dress])))  # it knows no dresses
    assert "fashion-ai" in offered(failed(wish()))
    Garment.objects.filter(pk=garment.pk).update(name="", description="")
    assert "fashion-ai" not in offered(TryOnJob.objects.get(garments=garment))  # it needs words


def test_a_closed_gate_shuts_it_out_but_not_one_that_opens_by_itself(job: TryOnJob) -> None:
    gates.close("p-image-try-on", Gate.Reason.ENGINE_RETIRED)
    gates.close("try-on-diffusion", Gate.Reason.RATE_LIMITED)
    assert offered(job) == ["try-on-diffusion"]


def test_only_what_the_budgets_allow(job: TryOnJob, settings: Any) -> None:
    settings.TRYON = settings.TRYON | {
        "STOREFRONT_DAILY_BUDGET": Decimal("1"),
        "PRICES": {"p-image-try-on": "2"},
    }
    assert offered(job) == ["try-on-diffusion"]


def test_none_is_offered_again_that_has_just_failed_at_the_same(
    job: TryOnJob, wish: Wish, garment: Garment
) -> None:
    second = failed(wish(engine="try-on-diffusion"))
    assert offered(job) == ["p-image-try-on"]
    assert offered(second) == ["p-image-try-on"]
    jeans = Garment.objects.create(product=garment.product, category="lower", name="Jeans")
    assert "idm-vton" in offered(failed(wish(garments=[jeans], engine="try-on-diffusion")))
    long_ago = timezone.now() - timedelta(hours=2)
    TryOnJob.objects.filter(pk=second.pk).update(finished_at=long_ago)
    assert offered(job) == ["try-on-diffusion", "p-image-try-on"]


def test_nothing_is_paid_anew_that_only_has_to_be_fetched(wish: Wish) -> None:
    job = wish()
    outcome.fail(job, "download_failed", "", outputs=["http://127.0.0.1/x.png"])
    assert offered(job) == []


def test_nothing_without_a_photo_a_garment_or_a_key(
    job: TryOnJob, photo: Person, garment: Garment, settings: Any
) -> None:
    usual = settings.TRYON
    settings.TRYON = usual | {"API_KEY": ""}
    assert offered(job) == []
    settings.TRYON = usual
    job.garments.clear()
    assert offered(job) == []
    job.garments.add(garment)
    assert offered(job)
    forget_photo(photo)
    assert offered(job) == []


def test_what_is_offered_can_be_had_and_takes_what_is_left_of_an_outfit(
    wish: Wish, ada: Shopper, garment: Garment
) -> None:
    lower = Garment.objects.create(product=garment.product, category="lower", name="Jeans")
    outfit = wish(garments=[garment, lower])
    whole = {way.engine.slug: way.seconds for way in other_ways(failed(wish()))}
    (step,) = outfit.steps
    failed(step)
    outcome.tell(step)
    anew = {way.engine.slug: way.seconds for way in other_ways(TryOnJob.objects.get(pk=outfit.pk))}
    assert anew["try-on-diffusion"] == 2 * whole["try-on-diffusion"]

    outfit.refresh_from_db()
    again = ask_again(ada, outfit, engine="try-on-diffusion")
    assert again.engine == "try-on-diffusion"
    (step,) = again.steps
    assert move(step, Status.SUBMITTING)
    assert move(step, Status.FETCHING)
    between = TryOnResult.objects.create(job=step, kind="image", file="a.png")
    assert move(step, Status.SUCCEEDED)
    outcome.tell(step)
    again.refresh_from_db()
    failed(again)
    outcome.tell(again)
    (rest,) = other_ways(TryOnJob.objects.get(pk=again.pk))
    assert (rest.engine.slug, rest.seconds) == ("p-image-try-on", rest.engine.typical_seconds)
    between.delete()
    assert offered(again) == ["p-image-try-on"]


def test_a_single_garment_is_a_new_try_on_by_the_other_engine(job: TryOnJob, ada: Shopper) -> None:
    new = ask_again(ada, job, engine="p-image-try-on")
    assert (new.pk != job.pk, new.engine, new.status) == (True, "p-image-try-on", "queued")
    job.refresh_from_db()
    assert job.status == Status.FAILED


def test_another_engine_than_the_one_of_which_nobody_knows_takes_its_own_parameters(
    wish: Wish, ada: Shopper
) -> None:
    job = wish()
    assert move(job, Status.SUBMITTING)
    assert move(job, Status.UNCERTAIN, error_code="answer_lost", error_message="no")
    assert "p-image-try-on" in offered(job)
    assert ask_again(ada, job, engine="p-image-try-on").engine == "p-image-try-on"
