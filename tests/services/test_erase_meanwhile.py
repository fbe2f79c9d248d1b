"""Erase while something is written in the shopper's name: it comes before, or it is refused."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from django_tryon import services
from django_tryon.exceptions import TokenRefused
from django_tryon.models import Consent, Person, Shopper, Tally, TryOnJob, TryOnResult
from django_tryon.models.fields import VerifiedFileField
from django_tryon.services.shoppers import ask as asking
from django_tryon.services.shoppers import ask_again as asking_again
from django_tryon.services.shoppers.erase import erase
from django_tryon.services.shoppers.purge import purge
from django_tryon.services.shoppers.uploads import take_photo
from tests.services.conftest import upload

pytestmark = pytest.mark.django_db(transaction=True)
Wish = Callable[..., TryOnJob]
Count = Callable[[], int]


def erased_before(
    monkeypatch: pytest.MonkeyPatch, shopper: Shopper, module: Any, name: str
) -> None:
    """Have everything of the shopper's be erased right before this function is called, once."""
    original, left = getattr(module, name), [shopper]

    def late(*args: Any, **kwargs: Any) -> Any:
        if left:
            erase(left.pop())
        return original(*args, **kwargs)

    monkeypatch.setattr(module, name, late)


def test_a_photo_that_was_just_being_read_is_not_kept(
    ada: Shopper, private_files: Count, monkeypatch: pytest.MonkeyPatch
) -> None:
    erased_before(monkeypatch, ada, VerifiedFileField, "prepare")
    with pytest.raises(TokenRefused):
        take_photo(ada, upload(), version="1")
    assert not Person.objects.exists()
    assert not Consent.objects.exists()
    assert private_files() == 0


def test_a_wish_that_was_just_being_checked_is_not_launched(
    ada: Shopper, garment: Any, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    erased_before(monkeypatch, ada, asking, "check_may_see")
    with pytest.raises(TokenRefused):
        asking.ask(ada, garments=[garment], person=person, engine="idm-vton")
    assert not TryOnJob.objects.exists()
    assert not Tally.objects.exists()


def test_nor_is_one_that_was_to_be_tried_again(
    ada: Shopper, wish: Wish, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = services.cancel(wish())
    erased_before(monkeypatch, ada, asking_again, "check_may_see")
    with pytest.raises(TokenRefused):
        asking_again.ask_again(ada, job)
    job.refresh_from_db()
    assert (job.status, job.shopper, job.allowances) == ("cancelled", None, [])


def test_an_erasure_waits_for_what_is_just_being_written(
    ada: Shopper, garment: Any, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    original, threads = asking.launch, []

    def forget() -> None:
        try:
            erase(ada)
        finally:
            connection.close()

    def meanwhile(**kwargs: Any) -> TryOnJob:
        threads.append(threading.Thread(target=forget))
        threads[0].start()
        return original(**kwargs)

    monkeypatch.setattr(asking, "launch", meanwhile)
    asking.ask(ada, garments=[garment], person=person, engine="idm-vton")
    threads[0].join()
    job = TryOnJob.objects.get()
    assert (job.shopper, job.status, job.error_code) == (None, "cancelled", "erased")


@pytest.mark.parametrize("finished_by", ["purge", "erase"])
def test_an_erasure_that_broke_off_is_finished(
    finished_by: str,
    ada: Shopper,
    photo: Person,
    wish: Wish,
    sandbox: Any,
    private_files: Count,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wish()
    services.drive_until_idle()

    def broken(*args: Any, **kwargs: Any) -> None:
        raise OSError("the database went away")

    with monkeypatch.context() as patch:
        patch.setattr(Person, "delete", broken)
        with pytest.raises(OSError, match="went away"):
            erase(ada)
    ada.refresh_from_db()
    assert ada.erased_at is not None
    assert private_files() == 2
    purge(now=timezone.now() + timedelta(minutes=1), dry_run=True)
    assert private_files() == 2
    if finished_by == "purge":
        purge(now=timezone.now() + timedelta(minutes=1))
    else:
        erase(ada)
    assert private_files() == 0
    assert not TryOnResult.objects.exists()
    assert TryOnJob.objects.get().shopper is None
