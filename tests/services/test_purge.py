"""Purge: on its day it goes, file and row, and a dry run only says so."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.utils import timezone

from django_tryon import services
from django_tryon.exceptions import NotPlaced
from django_tryon.models import Person, Shopper, Status, Tally, TryOnJob, TryOnResult
from django_tryon.models.files import private_storage
from django_tryon.models.transitions import move
from django_tryon.services.shoppers.orphans import orphans
from django_tryon.services.shoppers.purge import Purged, purge

pytestmark = pytest.mark.django_db(transaction=True)
Wish = Callable[..., TryOnJob]
Count = Callable[[], int]
NOTHING = Purged(photos=0, results=0, addresses=0, tallies=0, visitors=0, deliveries=0)


def after(**ahead: float) -> datetime:
    return timezone.now() + timedelta(**ahead)


@pytest.fixture
def result(wish: Wish, sandbox: Any) -> TryOnResult:
    job = wish()
    services.drive_until_idle()
    return TryOnResult.objects.get(job=job)


def test_photo_and_result_go_each_on_its_day(
    photo: Person, result: TryOnResult, person: Person, private_files: Count
) -> None:
    assert purge(now=after(hours=23)) == NOTHING
    assert private_files() == 3
    assert purge(now=after(hours=25)).photos == 1
    assert set(Person.objects.all()) == {person}  # the house model stays
    assert private_files() == 2
    assert purge(now=after(days=6)).results == 0
    assert purge(now=after(days=8)).results == 1
    assert private_files() == 1
    assert TryOnJob.objects.count() == 1
    assert purge(now=after(days=9)) == NOTHING


def test_a_dry_run_says_what_would_go_and_leaves_it(
    result: TryOnResult, private_files: Count
) -> None:
    TryOnJob.objects.update(notify="ada@shop.example")
    before = private_files()
    would = purge(now=after(days=70), dry_run=True)
    assert private_files() == before
    assert TryOnJob.objects.exclude(notify="").exists()
    assert (would.photos, would.results, would.addresses, would.tallies) == (1, 1, 1, 3)
    assert purge(now=after(days=70)) == would
    assert not Tally.objects.exists()
    assert not TryOnJob.objects.exclude(notify="").exists()


def test_a_house_models_results_stay(garment: Any, person: Person, sandbox: Any) -> None:
    services.launch(garments=[garment], person=person, engine="idm-vton")
    services.drive_until_idle()
    assert purge(now=after(days=1000)) == NOTHING
    assert TryOnResult.objects.count() == 1


def test_a_shoppers_result_that_was_published_stays(result: TryOnResult, staff: Any) -> None:
    Person.objects.update(is_house_model=True)
    services.publish(TryOnResult.objects.get(), by=staff)
    assert purge(now=after(days=1000)).results == 0


@pytest.mark.parametrize("status", [Status.QUEUED, Status.SUBMITTING, Status.RUNNING])
def test_a_photo_that_is_being_sent_stays_an_hour_more_and_not_for_ever(
    status: Status, wish: Wish, photo: Person
) -> None:
    job = wish()
    if status != Status.QUEUED:
        move(job, Status.SUBMITTING)
    if status == Status.RUNNING:
        move(job, Status.RUNNING, provider_request_id="r")
    assert purge(now=after(hours=24, minutes=30)).photos == 0
    assert purge(now=after(hours=25, minutes=1)).photos == 1


def test_a_job_that_nobody_decides_on_does_not_keep_the_photo(wish: Wish) -> None:
    job = wish()
    move(job, Status.SUBMITTING)
    move(job, Status.UNCERTAIN)
    assert purge(now=after(hours=24, minutes=1)).photos == 1


def test_counts_go_when_nobody_asks_for_them_any_more(settings: Any, wish: Wish) -> None:
    settings.TRYON = settings.TRYON | {"STOREFRONT_MONTHLY_BUDGET": 5}
    wish(address="192.0.2.1")
    keys = {key.partition(":")[0] for key in Tally.objects.values_list("key", flat=True)}
    assert keys == {"upload", "launch", "budget"}
    assert purge(now=after(days=1)).tallies == 0
    purge(now=after(days=3))
    assert {row.key.partition(":")[0] for row in Tally.objects.all()} == {"budget"}
    assert purge(now=after(days=40)).tallies == 1


def test_visitors_who_left_nothing_are_forgotten(
    ada: Shopper, photo: Person, django_user_model: Any
) -> None:
    Shopper.objects.create(user=django_user_model.objects.create_user("bob"))
    empty = Shopper.objects.create()
    assert purge(now=after(days=59)).visitors == 0
    assert purge(now=after(days=61)).visitors == 1
    assert not Shopper.objects.filter(pk=empty.pk).exists()
    assert Shopper.objects.count() == 2  # a user, and one who gave her consent


def test_who_cannot_be_erased_holds_up_nobody(
    wish: Wish, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    wish()
    Shopper.objects.update(erased_at=timezone.now())
    asked: list[Shopper] = []

    def stubborn(shopper: Shopper) -> None:
        asked.append(shopper)
        raise NotPlaced("The shop's pictures stay.")

    monkeypatch.setattr("django_tryon.services.shoppers.purge.erase", stubborn)
    assert purge(now=after(hours=25)).photos == 1  # what comes behind it has its turn
    assert not Person.objects.filter(shopper__in=asked).exists()
    assert (
        [record.event for record in caplog.records if hasattr(record, "event")].count(
            "shopper.not_erased"
        )
        == len(asked)
        == 1
    )


def test_the_command(result: TryOnResult, private_files: Count) -> None:
    Person.objects.filter(is_house_model=False).update(delete_at=timezone.now())
    TryOnResult.objects.update(delete_at=timezone.now())
    said = StringIO()
    call_command("tryon_purge", dry_run=True, stdout=said)
    assert (
        "Would delete 1 photo, 1 result, 0 e-mail addresses, 0 counts, 0 webhooks and"
        in said.getvalue()
    )
    assert "without --dry-run" in said.getvalue()
    assert private_files() == 2
    said = StringIO()
    call_command("tryon_purge", stdout=said)
    assert said.getvalue() == (
        "Deleted 1 photo, 1 result, 0 e-mail addresses, 0 counts, 0 webhooks "
        "and 0 empty visitors.\n"
    )
    assert private_files() == 0


def test_the_task_for_beat(photo: Person, private_files: Count) -> None:
    tasks = pytest.importorskip("django_tryon.tasks")
    Person.objects.update(delete_at=timezone.now())
    assert tasks.purge.name == "django_tryon.purge"
    tasks.purge()
    assert private_files() == 0


def test_what_an_old_job_used_is_forgotten(wish: Wish, result: TryOnResult) -> None:
    going_on = wish(params={"seed": 7}, address="192.0.2.7")
    assert TryOnJob.objects.exclude(allowances=[]).count() == 2
    purge(now=after(days=1))
    assert TryOnJob.objects.exclude(allowances=[]).count() == 2
    purge(now=after(days=3))
    assert TryOnJob.objects.exclude(allowances=[]).get() == going_on


def test_the_proof_of_a_consent_goes_after_years_and_then_its_visitor(
    ada: Shopper, photo: Person, settings: Any
) -> None:
    settings.TRYON = settings.TRYON | {"CONSENT_LIFETIME": timedelta(days=90)}
    Person.objects.update(delete_at=after(days=91))  # used again and again
    purge(now=after(days=91) - timedelta(hours=1))
    assert ada.consents.exists()
    purge(now=after(days=92))
    assert not Person.objects.exists()
    purge(now=after(days=92))
    assert not ada.consents.exists()
    assert not Shopper.objects.exists()


@pytest.mark.parametrize("field", ["photo", "video", "reference"])
def test_what_was_given_goes_too_if_no_row_came_to_name_it(
    field: str, wish: Callable[..., TryOnJob]
) -> None:
    """Whoever took it was killed before the commit; a shopper's photo is not to stay for that."""
    cache.clear()
    job, storage = wish(), private_storage()
    row: Any = job if field == "reference" else job.person
    path = row._meta.get_field(field).generate_filename
    named, left = (storage.save(path(row, "a.jpg"), ContentFile(b"x")) for _ in range(2))
    type(row).objects.filter(pk=row.pk).update(**{field: named})
    os.utime(storage.path(named), (0, 0))
    assert purge(now=after(hours=23)).orphans == 0
    assert storage.exists(left)
    cache.clear()
    assert left in orphans(after(hours=25))
    assert named not in orphans(after(hours=25))
    purge(now=after(hours=25))
    assert not storage.exists(left)
