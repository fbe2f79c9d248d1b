"""An outfit, several workers, and somebody who thinks better of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from django_tryon import services
from django_tryon.models import Garment, Person, Status, Tally, TryOnJob
from django_tryon.services.cancel import cancel_all
from tests.concurrency.racing import race
from tests.lifecycle.provider import Provider

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def outfit(garment: Garment, person: Person) -> TryOnJob:
    """Trousers, and a shirt over them."""
    lower = Garment.objects.create(product=garment.product, category="lower")
    return services.launch(garments=[garment, lower], person=person, engine="idm-vton")


def read(job: TryOnJob) -> TryOnJob:
    return TryOnJob.objects.get(pk=job.pk)


def one(job: TryOnJob) -> None:
    services.cancel(read(job))


def many(job: TryOnJob) -> None:
    cancel_all([job.pk])


@pytest.mark.parametrize("rounds", [0, 1, 2])
@pytest.mark.parametrize("stop", [one, many])
def test_workers_against_a_cancel(
    stop: Callable[[TryOnJob], None], rounds: int, provider: Provider, outfit: TryOnJob
) -> None:
    for _round in range(rounds):
        services.drive()
    race(partial(stop, outfit), services.drive, services.drive, partial(services.sweep))
    sent = provider.asked["submit"]
    services.drive_until_idle()
    job = read(outfit)
    assert all(each.status != Status.QUEUED for each in (*job.steps, job))
    if job.status == Status.CANCELLED:
        # One may just have been sent; nothing is paid after that.
        assert provider.asked["submit"] == sent <= 2
        services.retry(job)
        services.drive_until_idle()
    assert read(job).status == Status.SUCCEEDED


def test_two_retries_of_one_outfit(provider: Provider, outfit: TryOnJob) -> None:
    services.cancel(outfit)
    copies: list[Any] = [read(outfit) for _ in range(4)]
    race(*(partial(services.retry, copy) for copy in copies), services.drive)
    services.drive_until_idle()
    assert (read(outfit).status, provider.asked["submit"]) == (Status.SUCCEEDED, 2)


def test_two_who_go_on_with_another_engine_launch_it_once(
    provider: Provider, outfit: TryOnJob
) -> None:
    services.cancel(outfit)
    before = set(TryOnJob.objects.values_list("pk", flat=True))
    copies = [read(outfit) for _ in range(4)]
    got = race(*(partial(services.go_on, copy, engine="p-image-try-on") for copy in copies))
    (new,) = TryOnJob.objects.exclude(pk__in=before)
    assert got == [new] * 4


def test_who_waited_for_another_gets_what_that_one_launched(
    provider: Provider, outfit: TryOnJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.cancel(outfit)
    real, others = Tally.take, []

    def take(*args: Any, **given: Any) -> bool:
        monkeypatch.undo()
        others.append(services.go_on(read(outfit), engine="p-image-try-on"))
        return real(*args, **given)

    monkeypatch.setattr(Tally, "take", take)
    assert [services.go_on(outfit, engine="p-image-try-on")] == others
