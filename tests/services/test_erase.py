"""Erase: files wiped and rows anonymised, whatever state a job is in; twice is the same as once."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.db.models.fields.files import FieldFile

from django_tryon import services
from django_tryon.models import Consent, Person, Shopper, Status, Tally, TryOnJob, TryOnResult
from django_tryon.models.transitions import move
from django_tryon.services.shoppers.allowance import hash_of_address
from django_tryon.services.shoppers.ask import ask
from django_tryon.services.shoppers.erase import erase
from django_tryon.services.shoppers.forget import forget_photo, forget_result
from django_tryon.services.shoppers.tokens import find
from django_tryon.services.shoppers.uploads import take_photo
from django_tryon.services.steps import submit
from tests.conftest import picture
from tests.lifecycle.conftest import provider as provider
from tests.lifecycle.provider import Provider
from tests.services.conftest import upload

pytestmark = pytest.mark.django_db(transaction=True)
Wish = Callable[..., TryOnJob]
Count = Callable[[], int]


def done(job: TryOnJob) -> TryOnResult:
    services.drive_until_idle()
    job.refresh_from_db()
    assert (job.status, job.error_message) == (Status.SUCCEEDED, "")
    return job.results.get()


def test_everything_of_hers_goes(
    ada: Shopper, photo: Person, wish: Wish, person: Person, sandbox: Any, private_files: Count
) -> None:
    job = wish(key="k", notify="ada@shop.example")
    done(job)
    waiting = wish(params={"seed": 2})
    assert private_files() == 3  # her photo, her result, the house model
    erase(ada)
    assert private_files() == 1
    assert not Person.objects.filter(is_house_model=False).exists()
    assert not TryOnResult.objects.exists()
    for left in TryOnJob.objects.all():
        assert (left.shopper, left.person, left.title, left.notify) == (None, None, "", "")
        assert (left.idempotency_key, left.wish, left.open_wish, left.outputs) == (
            None,
            "",
            None,
            [],
        )
    waiting.refresh_from_db()
    assert (waiting.status, waiting.error_code) == (Status.CANCELLED, "erased")
    job.refresh_from_db()
    assert job.cost is not None  # what it cost still counts
    consent = Consent.objects.get()
    assert (consent.address_hash, consent.version) == ("", "1")  # the proof stays
    ada.refresh_from_db()
    assert ada.erased_at is not None
    assert find(ada.pk) is None


@pytest.mark.parametrize("ended", [True, False])
def test_no_column_of_any_row_says_whose_it_was(
    ended: bool, ada: Shopper, photo: Person, wish: Wish, sandbox: Any, settings: Any
) -> None:
    address = "203.0.113.9"
    settings.TRYON = settings.TRYON | {"STOREFRONT_DAILY_BUDGET": Decimal(9)}
    job = wish(address=address, key="k", notify="ada@shop.example")
    if ended:
        done(job)
    else:
        assert move(job, Status.SUBMITTING)
    erase(ada)
    tells = {str(ada.pk), ada.pk.hex, hash_of_address(address)[:32], "ada@shop.example"}
    proof = {"Shopper.id", "Consent.shopper_id"}  # that somebody agreed, and nobody else's data
    found = {
        f"{model.__name__}.{name}"
        for model in apps.get_app_config("django_tryon").get_models()
        for row in model.objects.values()
        if model is not Tally or row["id"] not in _counts_of(address)
        for name, value in row.items()
        if any(word in str(value) for word in tells)
    }
    assert found == proof
    job.refresh_from_db()
    assert [key.partition(":")[0] for key, _amount in job.allowances] == ["budget"]


def _counts_of(address: str) -> list[int]:
    """Return the counts of an address, which an erasure must not begin anew; they live two days."""
    of_address = Tally.objects.filter(key__contains=hash_of_address(address)[:32])
    return list(of_address.values_list("pk", flat=True))


def test_erasing_again_changes_nothing(ada: Shopper, wish: Wish, photo: Person) -> None:
    wish()
    erase(ada)
    ada.refresh_from_db()
    before, jobs = ada.erased_at, list(TryOnJob.objects.values())
    erase(ada)
    ada.refresh_from_db()
    assert ada.erased_at == before
    assert list(TryOnJob.objects.values()) == jobs


def test_anothers_things_stay(ada: Shopper, photo: Person, garment: Any, person: Person) -> None:
    bob = Shopper.objects.create()
    job = ask(bob, garments=[garment], person=person, engine="idm-vton", key="k")[0]
    erase(ada)
    job.refresh_from_db()
    assert (job.shopper, job.status, job.idempotency_key) == (bob, Status.QUEUED, "k")
    assert Person.objects.get() == person


def test_a_user_may_begin_anew(django_user_model: Any) -> None:
    user = django_user_model.objects.create_user("ada")
    first = Shopper.objects.create(user=user)
    erase(first)
    assert Shopper.objects.get_or_create(user=user)[1]


def test_what_was_published_of_a_house_model_stays_but_stands_for_nobody(
    ada: Shopper, garment: Any, person: Person, sandbox: Any, staff: Any
) -> None:
    job = ask(ada, garments=[garment], person=person, engine="idm-vton")[0]
    result = services.publish(done(job), by=staff)
    erase(ada)
    result.refresh_from_db()
    assert result.published_at is not None
    assert result.job.shopper is None
    assert result.file.storage.exists(result.file.name)


def test_a_job_whose_photo_was_deleted_while_it_waited_is_never_sent(
    photo: Person, wish: Wish, sandbox: Any, private_files: Count
) -> None:
    job = wish()
    forget_photo(photo)
    assert private_files() == 0
    services.drive_until_idle()
    job.refresh_from_db()
    assert (job.status, job.error_code, job.cost) == (Status.FAILED, "person_gone", None)
    assert job.allowances == []
    assert not sandbox.ledger


@pytest.mark.parametrize("status", [Status.RUNNING, Status.FETCHING])
def test_what_was_on_its_way_is_not_kept(
    status: Status, ada: Shopper, wish: Wish, sandbox: Any, private_files: Count
) -> None:
    job = wish()
    services.drive()
    job.refresh_from_db()
    if status == Status.FETCHING:
        assert move(job, Status.FETCHING)
    erase(ada)
    services.drive_until_idle()
    job.refresh_from_db()
    assert job.status == Status.CANCELLED
    assert not TryOnResult.objects.exists()
    assert private_files() == 0
    assert len(sandbox.ledger) == 1  # paid once


def test_what_was_just_being_sent_is_not_kept_either(
    ada: Shopper,
    wish: Wish,
    provider: Provider,
    private_files: Count,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The answer comes after the erasure, and the provider had the photo by then."""
    job, original = wish(), submit.record

    def erased_meanwhile(*args: Any) -> Any:
        erase(ada)
        return original(*args)

    monkeypatch.setattr(submit, "record", erased_meanwhile)
    services.drive_until_idle()
    assert provider.asked["file"] == 1
    job.refresh_from_db()
    assert (job.status, job.error_code, job.outputs) == (Status.CANCELLED, "erased", [])
    assert job.cost is not None
    assert not TryOnResult.objects.exists()
    assert private_files() == 0


def test_one_result_goes_with_its_file(
    wish: Wish, sandbox: Any, private_files: Count, photo: Person
) -> None:
    result = done(wish())
    assert private_files() == 2
    forget_result(result)
    assert private_files() == 1


def test_closing_an_account_takes_the_photos_along(
    django_user_model: Any, garment: Any, private_files: Count
) -> None:
    user = django_user_model.objects.create_user("ada")
    shopper = Shopper.objects.create(user=user)
    mine = take_photo(shopper, upload(), version="1")
    job = ask(shopper, garments=[garment], person=mine, engine="idm-vton")[0]
    assert private_files() == 1
    user.delete()
    assert private_files() == 0
    job.refresh_from_db()
    assert (job.shopper, job.person, job.requested_by) == (None, None, None)


def test_and_the_results(
    django_user_model: Any, garment: Any, person: Person, sandbox: Any, private_files: Count
) -> None:
    user = django_user_model.objects.create_user("ada")
    shopper = Shopper.objects.create(user=user)
    first = ask(shopper, garments=[garment], person=person, engine="idm-vton")[0]
    done(first)
    second = ask(
        shopper,
        garments=[garment],
        person=person,
        engine="idm-vton",
        params={"seed": 2},
        notify="ada@shop.example",
    )[0]
    user.delete()
    assert private_files() == 1  # the house model
    assert not TryOnResult.objects.exists()
    for job in (first, second):
        job.refresh_from_db()
        assert (job.shopper, job.title, job.notify, job.wish) == (None, "", "", "")
    assert second.status == Status.CANCELLED


def test_a_house_models_picture_that_comes_after_the_erasure_is_not_kept_either(
    ada: Shopper,
    garment: Any,
    person: Person,
    provider: Provider,
    private_files: Count,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    job = ask(ada, garments=[garment], person=person, engine="idm-vton")[0]
    original = submit.record

    def erased_meanwhile(*args: Any) -> Any:
        erase(ada)
        return original(*args)

    monkeypatch.setattr(submit, "record", erased_meanwhile)
    services.drive_until_idle()
    job.refresh_from_db()
    assert (job.status, job.error_code) == (Status.CANCELLED, "erased")
    assert not TryOnResult.objects.exists()
    assert private_files() == 1


def test_no_field_of_a_file_is_forgotten_here() -> None:
    """A new file field on these models has to be thought of in `erase`, too."""
    fields = {
        f"{model.__name__}.{field.name}"
        for model in (Person, TryOnJob, TryOnResult)
        for field in model._meta.concrete_fields
        if hasattr(field, "storage") and issubclass(field.attr_class, FieldFile)
    }
    assert fields == {
        "Person.photo",
        "Person.video",
        "Person.frame",
        "TryOnJob.reference",  # shoppers cannot give one
        "TryOnResult.file",
        "TryOnResult.poster",
        "TryOnResult.published_file",
        "TryOnResult.published_poster",
    }


def test_a_first_frame_goes_with_its_clip(
    ada: Shopper, photo: Person, private_files: Count
) -> None:
    photo.frame.save("frame.jpg", ContentFile(picture()))
    assert private_files() == 2
    erase(ada)
    assert private_files() == 0
