"""Review: said once, by whoever is first; taken back; held; drawn again."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from django_tryon import services
from django_tryon.exceptions import LaunchRefused, NothingLeft, WrongState
from django_tryon.models import Garment, Person, TryOnJob, TryOnResult
from django_tryon.services.hold import FOR, hold, is_held
from tests.conftest import picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def result(garment: Garment, person: Person) -> TryOnResult:
    job = TryOnJob.objects.create(
        engine="idm-vton", person=person, status="succeeded", params={"steps": 20, "seed": 1}
    )
    job.garments.add(garment)
    return TryOnResult.objects.create(
        job=job, kind="image", file=ContentFile(picture(), name="r.jpg")
    )


@pytest.fixture
def mei(django_user_model: Any) -> Any:
    return django_user_model.objects.create_user("mei")


def test_a_reason_is_kept_until_it_is_said_otherwise(result: TryOnResult, staff: Any) -> None:
    services.reject(result, by=staff, reason="face", note="x" * 300)
    assert (result.reason, result.note) == ("face", "x" * 200)
    services.approve(result, by=staff)
    assert (result.review, result.reason, result.note) == ("approved", "", "")


def test_of_two_decisions_the_first_counts(result: TryOnResult, staff: Any, mei: Any) -> None:
    before = {
        decide: TryOnResult.objects.get(pk=result.pk)
        for decide in (services.reject, services.approve, services.publish)
    }
    services.approve(result, by=staff, seen="pending")
    for decide, same in before.items():
        with pytest.raises(WrongState, match="staff has approved it already") as caught:
            decide(same, by=mei, seen="pending")  # type: ignore[operator]
        assert caught.value.code == "already_decided"
    result.refresh_from_db()
    assert (result.reviewed_by, result.published_at) == (staff, None)


def test_what_was_said_is_taken_back(result: TryOnResult, staff: Any) -> None:
    services.reject(result, by=staff, reason="cut")
    services.reopen(result, seen="rejected")
    assert (result.review, result.reason, result.reviewed_by) == ("pending", "", None)
    assert result.reviewed_at is None
    with pytest.raises(WrongState, match="waits for a review again"):
        services.reject(result, by=staff, seen="approved")


def test_a_published_one_is_unpublished_first(result: TryOnResult, staff: Any) -> None:
    services.publish(result, by=staff)
    with pytest.raises(WrongState, match="before you take that back"):
        services.reopen(result)
    assert result.review == "approved"


def test_a_result_is_held_for_a_while(result: TryOnResult, staff: Any, mei: Any) -> None:
    assert hold(result, by=staff)
    assert hold(result, by=staff)
    assert not hold(result, by=mei)
    result.refresh_from_db()
    assert is_held(result, me=mei)
    assert not is_held(result, me=staff)
    assert timedelta(0) < result.held_until - timezone.now() <= FOR
    TryOnResult.objects.update(held_until=timezone.now())
    result.refresh_from_db()
    assert not is_held(result, me=mei)
    assert hold(result, by=mei)


def test_a_hold_goes_with_its_holder(result: TryOnResult, staff: Any, mei: Any) -> None:
    hold(result, by=staff)
    staff.delete()
    result.refresh_from_db()
    assert not is_held(result, me=mei)
    assert hold(result, by=mei)


def test_a_decision_ends_the_hold(result: TryOnResult, staff: Any) -> None:
    hold(result, by=staff)
    services.approve(result, by=staff)
    assert (result.held_by, result.held_until) == (None, None)


def test_drawn_again_with_another_seed(result: TryOnResult, staff: Any) -> None:
    job = services.redraw(result, by=staff, seen="pending")
    result.refresh_from_db()
    assert (result.review, result.reason) == ("rejected", "seed")
    assert 1 < job.params["seed"] <= 2**31 - 1
    assert (job.requested_by, job.estimated_cost) == (staff, Decimal("0.0443"))


def test_the_dressed_first_frame_is_used_again(
    result: TryOnResult, staff: Any, garment: Garment
) -> None:
    job = result.job
    job.reference.save("frame.jpg", ContentFile(picture(), name="frame.jpg"))
    again = services.redraw(result, by=staff)
    assert again.reference
    assert again.reference.name != job.reference.name


@pytest.mark.parametrize(
    ("change", "error", "code"),
    [
        ({"engine": "fashion-ai"}, WrongState, "no_seed"),
        ({"engine": "nobody-knows"}, LaunchRefused, "unknown_engine"),
        ({"person": None}, WrongState, "not_a_house_model"),
    ],
)
def test_what_cannot_be_drawn_again(
    result: TryOnResult, staff: Any, change: dict[str, Any], error: type[Exception], code: str
) -> None:
    TryOnJob.objects.update(**change)
    result = TryOnResult.objects.get()
    with pytest.raises(error) as caught:
        services.redraw(result, by=staff)
    assert caught.value.code == code  # type: ignore[attr-defined]
    result.refresh_from_db()
    assert (result.review, TryOnJob.objects.count()) == ("pending", 1)


def test_a_shoppers_own_is_not_drawn_again(result: TryOnResult, staff: Any) -> None:
    Person.objects.update(is_house_model=False)
    with pytest.raises(WrongState, match="house model"):
        services.redraw(TryOnResult.objects.get(), by=staff)


def test_without_budget_nothing_is_rejected(result: TryOnResult, staff: Any, settings: Any) -> None:
    settings.TRYON = settings.TRYON | {"DAILY_BUDGET": Decimal("0.01")}
    with pytest.raises(NothingLeft):
        services.redraw(result, by=staff)
    result.refresh_from_db()
    assert result.review == "pending"


def test_what_was_deleted_meanwhile_cannot_be_decided(result: TryOnResult, staff: Any) -> None:
    TryOnResult.objects.get(pk=result.pk).delete()
    with pytest.raises(WrongState, match="not there any more") as refused:
        services.approve(result, by=staff)
    assert refused.value.code == "gone"
