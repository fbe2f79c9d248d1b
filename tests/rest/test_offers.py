"""Offers: a shopper lets the shop show a result of theirs, and takes that back."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from django_tryon.models import Consent, Person, TryOnResult
from django_tryon.services import publish
from django_tryon.services.shoppers.consent import digest
from django_tryon.services.shoppers.offer import offer
from django_tryon.services.shoppers.withdraw import withdraw
from tests.rest.conftest import Client, code, finish, hide, read

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_words_are_shown_agreed_to_and_taken_back(ada: Client, result: TryOnResult) -> None:
    path = f"results/{result.pk}/offer/"
    words = ada.get(path, headers={"Accept-Language": "de"}).json()
    assert words.keys() == {"version", "text", "text_hash", "privacy_url", "offered_at"}
    assert words["offered_at"] is None
    given = {"consent": words["version"], "text_hash": words["text_hash"]}
    body = ada.post(path, given).json()
    assert body["id"] == str(result.pk)
    assert body["offered_at"] == ada.get(path).json()["offered_at"] is not None
    assert ada.post(path, given).json() == body
    consent = Consent.objects.get(kind=Consent.Kind.OFFER)
    assert (consent.text_hash, consent.result_id) == (words["text_hash"], result.pk)
    assert ada.get(f"jobs/{result.job_id}/").json()["results"][0]["offered_at"] is not None
    assert ada.delete(path).status_code == 204
    assert ada.delete(path).status_code == 204
    assert ada.get(f"results/{result.pk}/").json()["offered_at"] is None


def test_whoever_watches_the_job_sees_it_offered_and_taken_back(
    ada: Client, result: TryOnResult
) -> None:
    path = f"jobs/{result.job_id}/"
    etag = ada.get(path)["ETag"]
    for do in (partial(offer, result, version="1"), partial(withdraw, result)):
        assert ada.get(path, headers={"If-None-Match": etag}).status_code == 304
        do()
        seen = ada.get(path, headers={"If-None-Match": etag})
        assert seen.status_code == 200
        etag = seen["ETag"]
    withdraw(result)
    assert ada.get(path, headers={"If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, (422, "consent_missing", "consent")),
        ({"consent": "0"}, (422, "consent_outdated", "consent")),
        ({"consent": "1", "text_hash": digest()}, (422, "consent_outdated", "consent")),
        ({"consent": True}, (422, "invalid", "consent")),
        ({"agreed": True}, (422, "unknown_key", "agreed")),
    ],
)
def test_without_a_consent_nothing_is_offered(
    body: dict[str, Any], said: Any, ada: Client, result: TryOnResult
) -> None:
    assert code(ada.post(f"results/{result.pk}/offer/", body)) == said
    assert not TryOnResult.objects.offered().exists()


def test_what_cannot_be_offered(ada: Client, result: TryOnResult, wish: Any, settings: Any) -> None:
    job = ada.post("jobs/", wish).json()["id"]
    on_model = finish(TryOnResult._meta.get_field("job").related_model.objects.get(pk=job))
    path = f"results/{on_model.pk}/offer/"
    assert code(ada.get(path)) == code(ada.post(path, {"consent": "1"}))
    assert code(ada.get(path)) == (409, "house_model", None)
    offer(result, version="1")
    settings.TRYON = settings.TRYON | {"OFFERS": False}
    assert code(ada.get(path)) == (409, "no_offers", None)
    own = f"results/{result.pk}/offer/"
    assert ada.get(own).status_code == 200  # it stands, and can be taken back
    assert ada.delete(own).status_code == 204
    assert code(ada.get(own)) == (409, "no_offers", None)


def test_everybody_sees_the_picture_and_nothing_else_of_hers(
    ada: Client, bob: Client, nobody: Client, result: TryOnResult, garment: Any
) -> None:
    publish(offer(result, version="1"))
    for client in (bob, nobody):
        (seen,) = client.get(f"results/?product=shop.product:{garment.product_id}").json()[
            "results"
        ]
        assert seen == client.get(f"results/{result.pk}/").json()
        assert (seen["before"], seen["liked"], seen["offered_at"]) == (None, None, None)
        assert str(ada.shopper.pk) not in str(seen)
        file = client.get(f"results/{result.pk}/file/?save")["Location"]
        assert file.endswith(result.published_file.url)  # no link to the private one
        assert client.delete(f"results/{result.pk}/offer/").status_code in {401, 404}
    assert ada.get(f"results/{result.pk}/").json()["before"]
    saved = ada.get(ada.get(f"results/{result.pk}/file/?save")["Location"])
    assert read(saved)
    ada.delete(f"results/{result.pk}/offer/")
    assert bob.get(f"results/{result.pk}/").status_code == 404
    assert bob.get(f"results/{result.pk}/file/").status_code == 404


def test_a_shown_result_of_ones_own_can_be_deleted(
    ada: Client, nobody: Client, result: TryOnResult
) -> None:
    publish(offer(result, version="1"))
    assert ada.delete(f"results/{result.pk}/").status_code == 204
    assert nobody.get(f"results/{result.pk}/").status_code == 404
    assert ada.get("shoppers/me/").json()["consent"]["given_at"] is not None


def test_an_offer_is_no_consent_to_a_photo(ada: Client, result: TryOnResult, photo: Person) -> None:
    ada.shopper.consents.all().delete()
    offer(result, version="1")
    assert ada.get("shoppers/me/").json()["consent"]["given_at"] is None


def test_what_is_shown_on_a_hidden_product_is_hers_alone(
    ada: Client, bob: Client, result: TryOnResult, settings: Any
) -> None:
    publish(offer(result, version="1"))
    hide(settings)
    assert bob.get(f"results/{result.pk}/").status_code == 404
    assert ada.get(f"results/{result.pk}/").status_code == 200
