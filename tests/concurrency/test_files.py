"""A result comes home while somebody deletes: no file without a row, no row without its file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from django_tryon import services
from django_tryon.models import DoomedFile, Person, Shopper, Status, TryOnJob, TryOnResult
from django_tryon.services.shoppers.erase import erase
from django_tryon.services.shoppers.forget import forget_photo
from django_tryon.services.shoppers.purge import purge
from tests.concurrency.racing import race
from tests.lifecycle.provider import Provider

pytestmark = pytest.mark.django_db(transaction=True)
Wish = Callable[..., TryOnJob]
Files = Callable[[], set[str]]
TIMES = 4


def named() -> set[str]:
    return {result.file.name.rsplit("/")[-1] for result in TryOnResult.objects.all()}


def bring_to_fetching(job: TryOnJob, provider: Provider) -> None:
    """Have the job be right before its download."""
    services.drive()
    TryOnJob.objects.filter(pk=job.pk).update(
        status=Status.FETCHING,
        outputs=["http://127.0.0.1:9/files/result.jpg"],
        next_step_at=timezone.now(),
        claim="",
    )


@pytest.mark.parametrize("attempt", range(TIMES))
def test_purge_against_store(
    attempt: int, provider: Provider, wish: Wish, photo: Person, result_files: Files
) -> None:
    job = wish()
    bring_to_fetching(job, provider)
    # Its day is over, but not that of the file which is being stored: so the clock stays right.
    now = timezone.now()
    Person.objects.filter(pk=photo.pk).update(delete_at=now - timedelta(hours=2))
    race(services.drive, lambda: purge(now=now), lambda: purge(now=now))
    services.drive_until_idle()
    purge(now=timezone.now())
    assert result_files() == named()
    assert not Person.objects.filter(pk=photo.pk)
    assert TryOnJob.objects.get(pk=job.pk).status in {Status.SUCCEEDED, Status.CANCELLED}
    assert not DoomedFile.objects.exists()


@pytest.mark.parametrize("attempt", range(TIMES))
def test_purge_of_a_result_against_another_store_of_it(
    attempt: int, provider: Provider, job: TryOnJob, result_files: Files
) -> None:
    """Two workers hold the same job; the one who was first stores, and its day is over at once."""
    bring_to_fetching(job, provider)
    ahead = timezone.now() + timedelta(hours=1)

    def store_and_purge() -> None:
        services.drive()
        TryOnResult.objects.update(delete_at=timezone.now())
        purge(now=timezone.now())

    race(store_and_purge, lambda: services.drive(now=ahead))
    services.drive_until_idle()
    assert result_files() == named()


@pytest.mark.parametrize("attempt", range(TIMES))
def test_erase_against_store(
    attempt: int, provider: Provider, wish: Wish, ada: Shopper, result_files: Files
) -> None:
    job = wish()
    bring_to_fetching(job, provider)
    race(services.drive, lambda: erase(ada), lambda: erase(ada))
    services.drive_until_idle()
    job.refresh_from_db()
    assert (job.shopper, job.outputs, job.title) == (None, [], "")
    assert job.status in {Status.SUCCEEDED, Status.CANCELLED}
    assert not TryOnResult.objects.exists()
    assert result_files() == set()


@pytest.mark.parametrize("attempt", range(TIMES))
def test_a_photo_is_forgotten_while_its_result_is_stored(
    attempt: int, provider: Provider, wish: Wish, photo: Person, result_files: Files
) -> None:
    job = wish()
    bring_to_fetching(job, provider)
    race(services.drive, lambda: forget_photo(Person.objects.get(pk=photo.pk)))
    services.drive_until_idle()
    job.refresh_from_db()
    assert job.status in {Status.SUCCEEDED, Status.CANCELLED}
    assert result_files() == named()


@pytest.mark.parametrize("attempt", range(TIMES))
def test_cancel_against_store(
    attempt: int, provider: Provider, job: TryOnJob, result_files: Files
) -> None:
    bring_to_fetching(job, provider)
    copy: Any = TryOnJob.objects.get(pk=job.pk)
    race(services.drive, lambda: services.cancel(copy))
    services.drive_until_idle()
    job.refresh_from_db()
    assert (job.status == Status.SUCCEEDED) == (len(named()) == 1)
    assert result_files() == named()
