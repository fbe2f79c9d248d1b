"""Let the shop show a picture, without JavaScript: with a consent of its own, and back again."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from django_tryon import services
from django_tryon.exceptions import NotPlaced
from django_tryon.models import Consent, Person, Shopper, TryOnJob, TryOnResult
from django_tryon.services.shoppers.consent import digest
from tests.rest.conftest import finish
from tests.widget.conftest import Browser

pytestmark = pytest.mark.django_db(transaction=True)
OFFER = Consent.Kind.OFFER


@pytest.fixture
def result(try_on: Any) -> TryOnResult:
    """Ada's result."""
    made = finish(try_on())
    made.delete_at = timezone.now() + timedelta(days=7)
    made.save()
    return made


def paths(result: TryOnResult) -> tuple[str, str]:
    return f"/tryon/mine/results/{result.pk}/offer/", f"/tryon/mine/results/{result.pk}/withdraw/"


def offered(ada: Browser, result: TryOnResult) -> None:
    offer, _withdraw = paths(result)
    response = ada.send(offer, ada.read(offer), consent="1")
    assert response["Location"] == "/tryon/mine/", response.content.decode()


def test_it_is_offered_with_a_box_of_its_own_and_taken_back(
    ada: Browser, result: TryOnResult
) -> None:
    offer, withdraw = paths(result)
    for page in (ada.read("/tryon/mine/"), ada.read(f"/tryon/try/job/{result.job_id}/")):
        assert offer in page
        assert withdraw not in page
    page = ada.read(offer)
    assert "I can take this back at any time" in page
    assert "page of “Coral tee”" in page
    (box,) = re.findall(r'<input type="checkbox"[^>]*>', page)
    assert "required" in box
    assert "checked" not in box
    assert ada.send(offer, page, consent="1")["Location"] == "/tryon/mine/"
    given = Consent.objects.get(kind=OFFER)
    assert (given.result, given.text_hash) == (result, digest(OFFER))
    mine = ada.read("/tryon/mine/")
    assert "Thank you. The shop looks at your picture before it shows it." in mine
    assert "Offered to the shop." in mine
    assert "this picture shows me" in mine  # among what she agreed to
    assert ada.get(offer)["Location"] == "/tryon/mine/"
    services.publish(TryOnResult.objects.get())
    for page in (ada.read("/tryon/mine/"), ada.read(f"/tryon/try/job/{result.job_id}/")):
        assert "The shop shows it." in page
        assert withdraw in page
    assert ada.read("/tryon/mine/").count("Until ") == 1  # the photo's: a shown picture stays
    assert "no longer shows this picture" in ada.read(withdraw)
    assert ada.press(withdraw)["Location"] == "/tryon/mine/"
    result.refresh_from_db()
    assert (result.published_at, result.offered_at) == (None, None)
    mine = ada.read("/tryon/mine/")
    assert "Taken back. The shop no longer shows this picture." in mine
    assert "taken back " in mine
    assert ada.get(withdraw)["Location"] == "/tryon/mine/"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "without your consent the shop shows nothing of yours"),
        ({"consent": "0"}, "The text has changed"),
    ],
)
def test_without_the_tick_the_page_says_what_is_missing(
    fields: dict[str, str], said: str, ada: Browser, result: TryOnResult
) -> None:
    offer, _withdraw = paths(result)
    response = ada.send(offer, ada.read(offer), **fields)
    assert response.status_code == 422
    assert said in response.content.decode()
    assert not TryOnResult.objects.offered().exists()


def test_anothers_is_not_there(ada: Browser, bob: Browser, result: TryOnResult) -> None:
    for path in paths(result):
        bob.read(path, 404)
        page = ada.read(path) if path == paths(result)[0] else ""
        assert bob.post(path, ada.hidden(page) if page else {}).status_code in {403, 404}
    assert not TryOnResult.objects.offered().exists()


def test_what_shows_a_model_is_not_offered(
    ada: Browser, result: TryOnResult, product: Any, person: Person
) -> None:
    ada.choose(product, "model", person=person.pk)
    other = finish(TryOnJob.objects.exclude(pk=result.job_id).get())
    offer, _withdraw = paths(other)
    assert offer not in ada.read("/tryon/mine/")
    assert "one of the shop&#x27;s models" in ada.read(offer, 409)


def test_a_shop_may_want_none(ada: Browser, result: TryOnResult, change: Any) -> None:
    offer, _withdraw = paths(result)
    page = ada.read(offer)
    change(OFFERS=False)
    assert offer not in ada.read("/tryon/mine/")
    assert "shows no pictures of its customers" in ada.read(offer, 409)
    assert ada.send(offer, page, consent="1").status_code == 409


def test_one_who_erases_everything_meanwhile_is_told(
    ada: Browser, result: TryOnResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer, _withdraw = paths(result)
    page = ada.read(offer)
    from django_tryon.widget import showing

    def first_erased(*args: Any, **kwargs: Any) -> Any:
        Shopper.objects.update(erased_at=timezone.now())
        return services_offer(*args, **kwargs)

    services_offer = showing.services_offer
    monkeypatch.setattr(showing, "services_offer", first_erased)
    assert ada.send(offer, page, consent="1").status_code == 410


def test_where_the_shop_cannot_take_it_off_that_is_said(
    ada: Browser, result: TryOnResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered(ada, result)

    def stubborn(*args: Any) -> None:
        raise NotPlaced("The search index is away.")

    monkeypatch.setattr("django_tryon.widget.showing.services_withdraw", stubborn)
    response = ada.press(paths(result)[1])
    assert response.status_code == 409
    page = response.content.decode()
    assert "This picture stays" in page
    assert "The search index is away." in page


def test_my_try_ons_take_as_many_queries_for_one_as_for_three(
    ada: Browser, result: TryOnResult, django_assert_num_queries: Any
) -> None:
    Person.objects.all().delete()
    with CaptureQueriesContext(connection) as of_one:
        ada.read("/tryon/mine/")
    for _each in range(2):
        job = TryOnJob.objects.create(shopper=result.job.shopper, engine="idm-vton")
        job.garments.set(result.job.garments.all())
        finish(job)
    with django_assert_num_queries(len(of_one)):
        assert ada.read("/tryon/mine/").count("/offer/") == 3


def test_what_goes_with_it_is_said_before(ada: Browser, result: TryOnResult) -> None:
    photo = result.job.person
    assert photo is not None
    of_photo = f"/tryon/mine/photos/{photo.pk}/delete/"
    assert "is taken back" not in ada.read(of_photo)
    offered(ada, result)
    assert "What was made of it, and you offer to the shop, is taken back." in ada.read(of_photo)
    of_result = f"/tryon/mine/results/{result.pk}/delete/"
    assert "no longer shows it" not in ada.read(of_result)
    services.publish(TryOnResult.objects.get())
    assert "The shop no longer shows it, either." in ada.read(of_result)
    TryOnResult.objects.update(delete_at=timezone.now() - timedelta(days=1))
    assert "so it is deleted here, too" in ada.read(paths(result)[1])
    ada.press(of_result)
    assert not TryOnResult.objects.exists()


def test_older_words_are_said_to_be(ada: Browser, result: TryOnResult, change: Any) -> None:
    offered(ada, result)
    change(OFFER_VERSION="2")
    assert "You let the shop show a picture of you." in ada.read("/tryon/mine/")


def test_products_without_a_page_are_spoken_of_together(
    ada: Browser, result: TryOnResult, change: Any
) -> None:
    change(PRODUCTS={"shop.Product": {"image": "image", "url": "description"}})
    type(result.job.garments.get().product).objects.update(description="")
    assert "with the products that you wear in it" in ada.read(paths(result)[0])
