"""Erase: files wiped and rows anonymised, whatever state a job is in; twice is the same as once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db.models.fields.files import FieldFile

from django_tryon import services
from django_tryon.models import Consent, Person, Shopper, Status, TryOnJob, TryOnResult
from django_tryon.models.transitions import move
from django_tryon.services import submit
from django_tryon.services.ask import ask
from django_tryon.services.erase import erase
from django_tryon.services.forget import forget_photo, forget_result
from django_tryon.services.tokens import find
from tests.conftest import picture
from tests.lifecycle.conftest import provider as provider
from tests.lifecycle.provider import Provider

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
    mine = Person.objects.create(
        kind="photo", photo=ContentFile(picture(), name="a.jpg"), shopper=shopper
    )
    job = ask(shopper, garments=[garment], person=mine, engine="idm-vton")[0]
    assert private_files() == 1
    user.delete()
    assert private_files() == 0
    job.refresh_from_db()
    assert (job.shopper, job.person, job.requested_by) == (None, None, None)


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
        "TryOnJob.reference",  # shoppers cannot give one
        "TryOnResult.file",
        "TryOnResult.poster",
        "TryOnResult.published_file",
        "TryOnResult.published_poster",
    }
