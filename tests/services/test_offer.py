"""Offer and withdraw: only what its shopper lets the shop show, and only for as long."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db.models import F
from django.utils import timezone, translation

from django_tryon.exceptions import LaunchRefused, NotPlaced, TokenRefused, WrongState
from django_tryon.models import (
    Appointment,
    Consent,
    Person,
    Placement,
    Shopper,
    TryOnJob,
    TryOnResult,
    WebhookDelivery,
)
from django_tryon.models.webhook import WebhookEndpoint
from django_tryon.services import approve, launch, publish, unpublish
from django_tryon.services.announcing.webhooks import forget_endpoints
from django_tryon.services.publishing.places import propose_alt
from django_tryon.services.shoppers import consent
from django_tryon.services.shoppers.erase import erase
from django_tryon.services.shoppers.forget import drop, forget_photo, forget_result
from django_tryon.services.shoppers.offer import offer
from django_tryon.services.shoppers.purge import purge
from django_tryon.services.shoppers.withdraw import withdraw
from tests.rest.conftest import finish

pytestmark = pytest.mark.django_db(transaction=True)
Wish = Callable[..., TryOnJob]
OFFER = Consent.Kind.OFFER


@pytest.fixture
def result(wish: Wish) -> TryOnResult:
    """A picture of hers, which goes in a week."""
    made = finish(wish())
    made.delete_at = timezone.now() + timedelta(days=7)
    made.save()
    return made


@pytest.fixture
def public_files(tmp_path: Path) -> Callable[[], int]:
    """Count the published copies."""
    return lambda: len(list((tmp_path / "media" / "tryon" / "published").glob("*")))


def shown(result: TryOnResult) -> bool:
    product = result.job.garments.get().product
    return TryOnResult.objects.published_for(product).filter(pk=result.pk).exists()


def test_the_words_say_where_it_is_shown_and_that_it_can_be_taken_back(settings: Any) -> None:
    words = consent.text(OFFER)
    assert "on the pages of the products" in words
    assert "take this back at any time" in words
    assert consent.digest(OFFER) != consent.digest()
    with translation.override("de"):
        assert consent.text(OFFER) != words
    settings.TRYON = settings.TRYON | {"OFFER_TEXT": "Show it."}
    assert consent.text(OFFER) == "Show it."


def test_it_is_kept_as_a_consent_of_its_own(ada: Shopper, result: TryOnResult) -> None:
    offer(result, version="1", text_hash=consent.digest(OFFER), address="192.0.2.1")
    given = ada.consents.get(kind=OFFER)
    assert result.offered_at is not None
    assert (given.result, given.version, given.withdrawn_at) == (result, "1", None)
    assert given.text_hash == consent.digest(OFFER)
    assert len(given.address_hash) == 64
    assert consent.text_of(given) == consent.text(OFFER)
    assert ada.consents.filter(kind=Consent.Kind.PHOTO).count() == 1
    offer(result, version="1")
    assert ada.consents.filter(kind=OFFER).count() == 1


@pytest.mark.parametrize(
    ("version", "text_hash", "code"),
    [
        ("", "", "consent_missing"),
        ("0", "", "consent_outdated"),
        ("1", "0" * 64, "consent_outdated"),
    ],
)
def test_without_it_nothing_is_offered(
    version: str, text_hash: str, code: str, result: TryOnResult
) -> None:
    with pytest.raises(LaunchRefused) as caught:
        offer(result, version=version, text_hash=text_hash)
    assert (caught.value.code, caught.value.field) == (code, "consent")
    assert not TryOnResult.objects.offered().exists()
    assert not Consent.objects.filter(kind=OFFER).exists()


def test_the_consent_to_the_photo_is_none_to_this(result: TryOnResult, settings: Any) -> None:
    settings.TRYON = settings.TRYON | {"OFFER_VERSION": "9"}
    for version, text_hash in (("1", ""), ("9", consent.digest())):
        with pytest.raises(LaunchRefused, match="The text has changed"):
            offer(result, version=version, text_hash=text_hash)


def test_a_picture_of_a_house_model_is_not_the_shoppers_to_offer(
    garment: Any, person: Person, wish: Wish
) -> None:
    for job in (wish(person=person), launch(garments=[garment], person=person, engine="idm-vton")):
        with pytest.raises(WrongState) as caught:
            offer(finish(job), version="1")
        assert caught.value.code == "house_model"
    Person.objects.all().delete()  # who launched it is staff all the same
    result = TryOnResult.objects.get(job__shopper=None)
    with pytest.raises(WrongState):
        offer(result, version="1")


def test_a_model_who_is_gone_was_a_model_all_the_same(person: Person, wish: Wish) -> None:
    """The shopper has agreed to a photo of their own before: that is none of this picture."""
    finish(wish(person=person))
    person.delete()
    with pytest.raises(WrongState) as caught:
        offer(TryOnResult.objects.get(), version="1")
    assert caught.value.code == "house_model"


def test_a_photo_of_their_own_that_is_gone_may_still_be_offered(result: TryOnResult) -> None:
    assert result.job.person is not None
    result.job.person.delete()
    assert offer(TryOnResult.objects.get(), version="1").offered_at is not None


@pytest.mark.parametrize("given", ["never", "later", "before"])
def test_of_a_person_who_is_gone_an_older_job_takes_a_photo_given_before(
    given: str, ada: Shopper, person: Person, wish: Wish
) -> None:
    job = wish(person=person)
    finish(job)
    TryOnJob.objects.update(on_house_model=None)
    person.delete()
    if given == "never":
        ada.consents.update(kind=OFFER)
    elif given == "later":
        ada.consents.update(given_at=timezone.now())
    seen = TryOnResult.objects.get()
    if given == "before":
        assert offer(seen, version="1").offered_at is not None
    else:
        with pytest.raises(WrongState) as caught:
            offer(seen, version="1")
        assert caught.value.code == "house_model"
        assert not TryOnResult.objects.offered().exists()


@pytest.mark.parametrize("meanwhile", [False, True])
def test_what_the_shop_published_stays_the_shops_when_its_model_goes(
    meanwhile: bool, person: Person, wish: Wish
) -> None:
    finish(wish(person=person))
    TryOnJob.objects.update(on_house_model=None)  # one from before that was kept
    seen = TryOnResult.objects.select_related("job").get()
    publish(TryOnResult.objects.get())
    person.delete()
    seen.job.refresh_from_db()
    if not meanwhile:
        seen.refresh_from_db()
    with pytest.raises(WrongState) as caught:
        offer(seen, version="1")
    assert caught.value.code == "house_model"
    assert not Consent.objects.filter(kind=OFFER).exists()
    withdraw(TryOnResult.objects.get())
    assert shown(TryOnResult.objects.get())


def test_a_shop_may_want_none(result: TryOnResult, settings: Any) -> None:
    settings.TRYON = settings.TRYON | {"OFFERS": False}
    with pytest.raises(WrongState) as caught:
        offer(result, version="1")
    assert caught.value.code == "no_offers"


def test_what_goes_meanwhile_is_not_offered(ada: Shopper, result: TryOnResult) -> None:
    TryOnResult.objects.all().delete()
    with pytest.raises(WrongState) as caught:
        offer(result, version="1")
    assert caught.value.code == "deleted"
    Shopper.objects.update(erased_at=timezone.now())
    with pytest.raises(TokenRefused):
        offer(result, version="1")
    assert not Consent.objects.filter(kind=OFFER).exists()


def test_only_what_is_offered_can_be_published(result: TryOnResult, public_files: Any) -> None:
    approve(result)
    with pytest.raises(WrongState) as caught:
        publish(result)
    assert caught.value.code == "not_a_house_model"
    offer(result, version="1")
    publish(result)
    assert shown(result)
    assert public_files() == 1


def test_the_photo_may_be_gone(result: TryOnResult, photo: Person) -> None:
    purge(now=timezone.now() + timedelta(hours=25))
    result = TryOnResult.objects.get()
    assert result.job.person is None
    with pytest.raises(WrongState):
        publish(result)
    publish(offer(result, version="1"))
    assert shown(result)


def test_what_is_taken_back_goes_at_once(
    ada: Shopper, result: TryOnResult, public_files: Any
) -> None:
    WebhookEndpoint.objects.create(url="https://shop.example/hook")
    forget_endpoints()
    publish(offer(result, version="1"))
    withdraw(result)
    assert (result.offered_at, result.published_at) == (None, None)
    assert not result.published_file
    assert not shown(result)
    assert public_files() == 0
    assert result.file.storage.exists(result.file.name)  # hers again, until its day
    given = ada.consents.get(kind=OFFER)
    assert given.withdrawn_at is not None
    told = WebhookDelivery.objects.order_by("event").values_list("event", flat=True)
    assert list(told) == ["result.published", "result.unpublished"]
    with pytest.raises(WrongState):
        publish(result)
    withdraw(result)
    assert ada.consents.get(kind=OFFER) == given
    offer(result, version="1")
    assert ada.consents.filter(kind=OFFER).count() == 2


def test_who_publishes_with_an_older_look_is_told(result: TryOnResult, public_files: Any) -> None:
    offer(result, version="1")
    seen = TryOnResult.objects.get()
    withdraw(result)
    with pytest.raises(WrongState, match="or one that its shopper offers"):
        publish(seen)
    assert public_files() == 0
    offer(result, version="1")
    seen.refresh_from_db()
    forget_result(result)
    with pytest.raises(WrongState, match="deleted meanwhile"):
        publish(seen)
    assert public_files() == 0


def test_of_a_file_that_is_gone_nothing_is_published(result: TryOnResult) -> None:
    offer(result, version="1")
    result.file.storage.delete(result.file.name)
    with pytest.raises(WrongState, match="deleted meanwhile"):
        publish(result)


def test_it_is_shown_in_the_gallery_alone(result: TryOnResult, settings: Any) -> None:
    settings.TRYON = settings.TRYON | {"PUBLISH_TO": "both"}
    offer(result, version="1")
    for place in ("images", "both"):
        with pytest.raises(WrongState) as caught:
            publish(result, to=place)
        assert caught.value.code == "no_images"
    Person.objects.update(name="Ada Lovelace")
    assert "Ada" not in propose_alt(TryOnResult.objects.get())
    publish(result)
    assert result.in_gallery
    assert not Placement.objects.exists()


def test_what_is_taken_back_is_not_published_later_either(result: TryOnResult) -> None:
    offer(result, version="1")
    publish(result, at=timezone.now() + timedelta(hours=1))
    assert Appointment.objects.exists()
    withdraw(result)
    assert not Appointment.objects.exists()


def test_staff_may_take_it_off_and_put_it_back(result: TryOnResult) -> None:
    publish(offer(result, version="1"))
    unpublish(result)
    assert result.offered_at is not None
    publish(result)
    assert shown(result)


@pytest.mark.parametrize("how", ["result", "photo", "everything", "account"])
def test_what_is_deleted_is_shown_no_longer(
    how: str, ada: Shopper, photo: Person, result: TryOnResult, public_files: Any, staff: Any
) -> None:
    publish(offer(result, version="1"))
    if how == "result":
        forget_result(result)
    elif how == "photo":
        forget_photo(photo)
    elif how == "everything":
        erase(ada)
    else:
        Shopper.objects.update(user=staff)
        staff.delete()
    assert public_files() == 0
    assert not TryOnResult.objects.published().exists()
    assert not TryOnResult.objects.offered().exists()
    assert TryOnResult.objects.exists() == (how == "photo")  # it is still hers
    for given in Consent.objects.filter(kind=OFFER):
        assert given.withdrawn_at is not None
    assert Consent.objects.filter(kind=OFFER).exists() == (how != "account")


def test_what_is_gone_can_be_deleted_once_more(result: TryOnResult) -> None:
    again = TryOnResult.objects.get()
    forget_result(result)
    forget_result(again)
    assert not TryOnResult.objects.exists()


def test_it_is_kept_for_as_long_as_it_is_shown(
    result: TryOnResult, public_files: Any, staff: Any
) -> None:
    Shopper.objects.update(user=staff)  # who can always come back, and take it back
    publish(offer(result, version="1"))
    later = timezone.now() + timedelta(days=400)
    purge(now=later)
    result.refresh_from_db()
    assert shown(result)
    assert public_files() == 1
    TryOnResult.objects.update(delete_at=timezone.now())
    withdraw(result)
    assert not TryOnResult.objects.there().exists()
    purge(now=timezone.now())
    assert not TryOnResult.objects.exists()


def test_a_visitors_is_shown_for_as_long_as_the_visitor_can_come_back(
    result: TryOnResult, public_files: Any
) -> None:
    publish(offer(result, version="1"))
    purge(now=timezone.now() + timedelta(days=30, hours=23))
    assert shown(TryOnResult.objects.get())
    over = timezone.now() + timedelta(days=31, minutes=1)
    would = purge(now=over, dry_run=True)
    assert public_files() == 1
    assert would.results == 1
    assert purge(now=over).results == 1
    assert public_files() == 0
    assert not TryOnResult.objects.exists()
    assert Consent.objects.get(kind=OFFER).withdrawn_at is not None


@pytest.mark.parametrize("gone", ["garment", "product"])
def test_with_its_product_it_goes_from_the_shop(
    gone: str, result: TryOnResult, public_files: Any, staff: Any
) -> None:
    Shopper.objects.update(user=staff)
    publish(offer(result, version="1"))
    garment = result.job.garments.get()
    if gone == "garment":
        garment.delete()
    else:
        type(garment.product).objects.all().delete()
    purge(now=timezone.now())
    assert public_files() == 0
    assert TryOnResult.objects.get().offered_at is None  # it is still hers


def test_one_that_cannot_be_taken_off_holds_up_no_other(
    result: TryOnResult, photo: Person, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    publish(offer(result, version="1"))

    def stubborn(result: TryOnResult) -> None:
        raise NotPlaced("The search index is away.")

    monkeypatch.setattr("django_tryon.services.shoppers.lapse.withdraw", stubborn)
    purge(now=timezone.now() + timedelta(days=32))
    assert shown(TryOnResult.objects.get())
    assert not Person.objects.filter(pk=photo.pk).exists()
    assert "offer.not_ended" in [getattr(record, "event", "") for record in caplog.records]


def test_what_is_offered_and_never_shown_goes_on_its_day(result: TryOnResult) -> None:
    offer(result, version="1")
    purge(now=timezone.now() + timedelta(days=8))
    assert not TryOnResult.objects.exists()
    assert Consent.objects.get(kind=OFFER).result is None


def test_a_purge_leaves_what_was_published_a_moment_ago(result: TryOnResult) -> None:
    publish(offer(result, version="1"))
    assert not drop(result, published_at=None)
    assert shown(result)


def test_the_proof_is_kept_while_the_offer_stands(result: TryOnResult) -> None:
    publish(offer(result, version="1"))
    Consent.objects.update(given_at=F("given_at") - timedelta(days=4 * 365))
    purge(now=timezone.now())
    assert Consent.objects.filter(kind=OFFER).exists()
    withdraw(result)
    purge(now=timezone.now())
    assert Consent.objects.filter(kind=OFFER).exists()  # taken back just now
    Consent.objects.update(withdrawn_at=timezone.now() - timedelta(days=4 * 365))
    purge(now=timezone.now())
    assert not Consent.objects.filter(kind=OFFER).exists()


def test_a_house_model_needs_no_offer(garment: Any, person: Person) -> None:
    result = finish(launch(garments=[garment], person=person, engine="idm-vton"))
    assert publish(result).published_at is not None
