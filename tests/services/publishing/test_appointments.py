"""Published at a time to come: once, as it was said, or else with a sentence that says why not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from django_tryon import services
from django_tryon.exceptions import WrongState
from django_tryon.models import Appointment, Garment, Person, TryOnResult
from django_tryon.services.publishing import keep
from django_tryon.services.publishing.keep import PATIENCE, keep_appointments
from tests.services.publishing.conftest import OwnAdapter, Stubborn
from tests.shop.models import Product, Shot

pytestmark = pytest.mark.django_db
Adapted = Callable[..., None]
HOUR = timedelta(hours=1)


@pytest.fixture
def noon() -> datetime:
    """A moment to come."""
    return timezone.now() + 3 * HOUR


def test_it_is_published_when_its_time_has_come(
    result: TryOnResult, product: Product, staff: Any, noon: datetime
) -> None:
    services.publish(
        result, by=staff, to="both", alt="Ana in coral", position=0, at=noon, until=noon + HOUR
    )
    assert (result.review, result.reviewed_by, result.published_at) == ("approved", staff, None)
    assert str(result.appointment) == f"{result.pk}: {noon}"
    assert keep_appointments(noon - HOUR) == 0
    assert keep_appointments(noon) == 1
    result.refresh_from_db()
    assert (result.published_by, result.in_gallery) == (staff, True)
    assert list(Shot.objects.values_list("alt", "position")) == [("Ana in coral, AI-generated", 0)]
    end = Appointment.objects.get()
    assert (end.publish_at, end.due_at) == (None, noon + HOUR)
    assert str(end) == f"{result.pk}: {noon + HOUR}"
    assert keep_appointments(noon) == 0
    assert keep_appointments(noon + HOUR) == 1
    result.refresh_from_db()
    assert (result.published_at, Shot.objects.count()) == (None, 0)
    assert not Appointment.objects.exists()
    assert result.review == "approved"


def test_the_sweep_keeps_it(result: TryOnResult, noon: datetime, sandbox: Any) -> None:
    services.publish(result, at=noon)
    services.sweep()
    assert Appointment.objects.exists()
    Appointment.objects.update(due_at=timezone.now())
    services.sweep()
    result.refresh_from_db()
    assert result.published_at is not None
    assert not Appointment.objects.exists()


def test_what_is_due_now_is_published_now(result: TryOnResult) -> None:
    services.publish(result, at=timezone.now())
    assert result.published_at is not None
    assert not Appointment.objects.exists()


def test_one_that_is_published_already_may_get_an_end(result: TryOnResult, noon: datetime) -> None:
    services.publish(result)
    name = result.published_file.name
    for end in (noon, noon + HOUR):
        services.publish(result, until=end)
        assert Appointment.objects.get().due_at == end
    assert result.published_file.name == name
    services.unpublish(result)
    assert not Appointment.objects.exists()


def test_another_time_replaces_the_first(result: TryOnResult, noon: datetime) -> None:
    for at in (noon, noon + HOUR):
        services.publish(result, at=at)
    assert Appointment.objects.get().due_at == noon + HOUR
    assert keep_appointments(noon) == 0


def test_whoever_publishes_at_once_uses_it_up(
    result: TryOnResult, noon: datetime, staff: Any
) -> None:
    services.publish(result, at=noon, until=noon + HOUR)
    services.publish(result, by=staff)
    end = Appointment.objects.get()
    assert (end.publish_at, end.unpublish_at) == (None, noon + HOUR)


def test_it_is_cancelled(result: TryOnResult, noon: datetime) -> None:
    services.publish(result, at=noon)
    services.unschedule(result)
    assert keep_appointments(noon) == 0
    assert (result.review, result.published_at) == ("approved", None)
    with pytest.raises(WrongState, match="Nothing was to happen"):
        services.unschedule(result)
    services.publish(result)
    with pytest.raises(WrongState, match="published it already"):
        services.unschedule(result)


@pytest.mark.parametrize("say", [services.reject, services.reopen])
def test_what_is_taken_back_is_not_published(
    say: Callable[..., Any], result: TryOnResult, noon: datetime
) -> None:
    services.publish(result, at=noon)
    say(result)
    assert not Appointment.objects.exists()


def test_of_two_decisions_the_first_counts(result: TryOnResult, noon: datetime, staff: Any) -> None:
    same, third = (TryOnResult.objects.get() for _ in range(2))
    services.approve(result, by=staff)
    with pytest.raises(WrongState, match="staff has approved it already"):
        services.publish(same, seen="pending", at=noon)
    with pytest.raises(WrongState, match="staff has approved it already"):
        services.publish(third, seen="pending")
    services.publish(third, seen="approved", at=noon)
    services.publish(result, by=staff)
    with pytest.raises(WrongState, match="staff has published it already"):
        services.publish(same, at=noon)


def test_it_does_not_go_before_it_comes(result: TryOnResult, noon: datetime) -> None:
    for at, until in ((noon, noon), (None, timezone.now())):
        with pytest.raises(WrongState, match="choose a later end"):
            services.publish(result, at=at, until=until)
    assert result.review == "pending"


def test_a_shoppers_own_is_never_appointed(result: TryOnResult, noon: datetime) -> None:
    Person.objects.update(is_house_model=False)
    with pytest.raises(WrongState, match="house model"):
        services.publish(TryOnResult.objects.get(), at=noon)
    assert not Appointment.objects.exists()


def test_what_an_adapter_refuses_is_tried_again_with_patience(
    result: TryOnResult, noon: datetime, adapted: Adapted
) -> None:
    services.publish(result, to="images", at=noon)
    adapted(Stubborn)
    now = noon
    for wait in PATIENCE:
        assert keep_appointments(now) == 1
        there = Appointment.objects.get()
        assert there.due_at == now + wait
        assert "“Coral tee” did not take it (RuntimeError)" in there.why
        assert not there.is_given_up
        now += wait
    assert keep_appointments(now) == 1
    (there,) = Appointment.given_up()
    assert there.is_given_up
    assert keep_appointments(now + HOUR * 24) == 0
    assert (TryOnResult.objects.get().published_at, Shot.objects.count()) == (None, 0)
    adapted(OwnAdapter)
    services.publish(TryOnResult.objects.get(), to="images")
    assert (Shot.objects.count(), Appointment.objects.count()) == (1, 0)


def test_what_waiting_does_not_mend_is_left_to_staff(
    result: TryOnResult, noon: datetime, garment: Garment
) -> None:
    services.publish(result, at=noon)
    garment.delete()
    assert keep_appointments(noon) == 1
    (there,) = Appointment.given_up()
    assert there.why == "Its garment was deleted, so there is no page to publish it on."


def test_a_fault_that_nobody_foresaw_is_told_by_its_class(
    result: TryOnResult, noon: datetime, monkeypatch: Any
) -> None:
    def away(*args: Any, **kwargs: Any) -> None:
        raise OSError("a secret path")

    services.publish(result, at=noon)
    storage = result.published_file.storage
    monkeypatch.setattr(storage._wrapped, "save", away)
    keep_appointments(noon)
    there = Appointment.objects.get()
    assert there.why == "It could not be done, because of a fault that was logged (OSError)."
    assert there.due_at == noon + PATIENCE[0]


def test_an_end_that_fails_is_tried_again(
    result: TryOnResult, noon: datetime, adapted: Adapted
) -> None:
    adapted(OwnAdapter)
    services.publish(result, to="images", until=noon)
    adapted(Stubborn)
    keep_appointments(noon)
    there = Appointment.objects.get()
    assert "could not be taken out" in there.why
    adapted(OwnAdapter)
    keep_appointments(noon + HOUR)
    assert not Appointment.objects.exists()
    assert not Shot.objects.exists()


@pytest.mark.parametrize("late", ["cancelled", "moved", "rejected"])
def test_what_staff_do_while_a_worker_is_about_to(
    late: str, result: TryOnResult, noon: datetime, monkeypatch: Any
) -> None:
    """The worker has it, and copies its files, when somebody changes their mind."""
    services.publish(result, at=noon)

    def meanwhile(**kwargs: Any) -> Any:
        same = TryOnResult.objects.get()
        if late == "cancelled":
            services.unschedule(same)
        elif late == "moved":
            services.publish(same, at=noon + HOUR)
        else:  # and whoever did so died before the appointment went
            TryOnResult.objects.update(review="rejected")
        return services.publish(**kwargs)

    monkeypatch.setattr(
        keep, "publish", lambda result, **kwargs: meanwhile(result=result, **kwargs)
    )
    keep_appointments(noon)
    assert TryOnResult.objects.get().published_at is None
    left = list(Appointment.objects.values_list("due_at", "why"))
    assert (
        left
        == {
            "cancelled": [],
            "moved": [(noon + HOUR, "")],
            "rejected": [(None, "Somebody has rejected it already.")],
        }[late]
    )


def test_whom_another_worker_has_is_left_to_it(
    result: TryOnResult, noon: datetime, monkeypatch: Any
) -> None:
    services.publish(result, at=noon)
    monkeypatch.setattr(keep, "_still", lambda appointment: Appointment.objects.none())
    assert keep_appointments(noon) == 0
    assert TryOnResult.objects.get().published_at is None


def test_jobs_are_not_kept_waiting(result: TryOnResult, noon: datetime, monkeypatch: Any) -> None:
    services.publish(result, at=noon)
    monkeypatch.setattr(keep, "SECONDS", 0.0)
    assert keep_appointments(noon) == 0


def test_an_end_without_a_publication_is_forgotten(result: TryOnResult, noon: datetime) -> None:
    Appointment.objects.create(result=result, unpublish_at=noon, due_at=noon)
    assert keep_appointments(noon) == 1
    assert not Appointment.objects.exists()


def test_a_clip_goes_to_the_gallery(make_result: Any, noon: datetime, settings: Any) -> None:
    settings.TRYON = settings.TRYON | {"PUBLISH_TO": "both"}
    clip = make_result(kind="video", file=ContentFile(b"clip", name="a.mp4"))
    services.publish(clip, at=noon)
    assert clip.appointment.to == ""
    keep_appointments(noon)
    clip.refresh_from_db()
    assert (clip.in_gallery, Shot.objects.count()) == (True, 0)
