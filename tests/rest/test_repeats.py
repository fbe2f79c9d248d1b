"""What is asked twice: the same key, the same wish, the same moment."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone

from django_tryon.exceptions import KeyReused
from django_tryon.models import Garment, Repeat, Shopper, Tally, TryOnJob
from django_tryon.services import drive_until_idle
from django_tryon.services.shoppers import repeats
from django_tryon.services.shoppers.forget import forget_photo
from django_tryon.services.shoppers.purge import purge
from tests.conftest import picture
from tests.rest.conftest import client_of, code, finish


def test_the_same_key_gives_the_same_job(ada: Any, wish: Any) -> None:
    first = ada.post("jobs/", wish, HTTP_IDEMPOTENCY_KEY="k")
    again = ada.post("jobs/", wish, HTTP_IDEMPOTENCY_KEY="k")
    assert (first.status_code, again.status_code) == (202, 200)
    assert first.json()["id"] == again.json()["id"]
    other = ada.post("jobs/", wish | {"params": {"seed": 3}}, HTTP_IDEMPOTENCY_KEY="k")
    assert code(other) == (409, "idempotency_key_reused", "Idempotency-Key")
    assert TryOnJob.objects.count() == 1


def test_anothers_key_is_another_key(ada: Any, bob: Any, wish: Any) -> None:
    ids = {one.post("jobs/", wish, HTTP_IDEMPOTENCY_KEY="k").json()["id"] for one in (ada, bob)}
    assert len(ids) == 2


def test_the_same_wish_is_paid_once(ada: Any, wish: Any) -> None:
    first, second = ada.post("jobs/", wish), ada.post("jobs/", wish)
    assert first.json()["id"] == second.json()["id"]
    job = TryOnJob.objects.get()
    finish(job)
    assert ada.post("jobs/", wish).json()["status"] == "succeeded"


def test_the_address_for_the_mail_may_come_later(ada: Any, wish: Any) -> None:
    ada.post("jobs/", wish)
    assert ada.post("jobs/", wish | {"notify": "ada@mail.example"}).status_code == 200
    assert TryOnJob.objects.get().notify == "ada@mail.example"
    assert not mail.outbox


@pytest.mark.django_db(transaction=True)
def test_twice_in_the_same_moment_is_one_job(wish: Any) -> None:
    shopper, start, answers = Shopper.objects.create(), threading.Barrier(4), []

    def ask() -> None:
        client = client_of(shopper)
        start.wait()
        try:
            answers.append(client.post("jobs/", wish, HTTP_IDEMPOTENCY_KEY="k"))
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 202]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert Tally.used_of(f"launch:{shopper.pk}:{timezone.localdate()}") == 1


@pytest.mark.parametrize("key", ["x" * 101, " ", "a\0b"])
def test_a_key_has_bounds(ada: Any, wish: Any, key: str) -> None:
    response = ada.post("jobs/", wish, HTTP_IDEMPOTENCY_KEY=key)
    assert response.status_code == 422
    assert response.json()["error"]["field"] == "Idempotency-Key"


def test_a_repeat_is_not_validated_anew(ada: Any, garment: Garment, photo: Any) -> None:
    body = {"garments": [garment.pk], "person": photo.pk, "engine": "idm-vton"}
    first = ada.post("jobs/", body, HTTP_IDEMPOTENCY_KEY="k").json()["id"]
    finish(TryOnJob.objects.get())
    forget_photo(photo)  # the answer got lost, and meanwhile the photo was deleted
    again = ada.post("jobs/", body, HTTP_IDEMPOTENCY_KEY="k")
    assert (again.status_code, again.json()["id"]) == (200, first)
    garment.delete()
    assert ada.post("jobs/", body, HTTP_IDEMPOTENCY_KEY="k").json()["id"] == first
    assert code(ada.post("jobs/", body)) == (422, "not_found", "garments")
    assert code(ada.post("jobs/", body, HTTP_IDEMPOTENCY_KEY="K"))[0] == 422
    other = ada.post("jobs/", body | {"person": 4711}, HTTP_IDEMPOTENCY_KEY="k")
    assert code(other) == (409, "idempotency_key_reused", "Idempotency-Key")


def test_a_repeat_is_the_same_job_though_the_shop_has_changed(
    ada: Any, wish: Any, garment: Garment, settings: Any
) -> None:
    first = ada.post("jobs/", wish, HTTP_IDEMPOTENCY_KEY="k").json()["id"]
    garment.image = ContentFile(picture(colour="red"), name="new.jpg")
    garment.save()
    assert ada.post("jobs/", wish, HTTP_IDEMPOTENCY_KEY="k").json()["id"] == first
    settings.TRYON = settings.TRYON | {"STOREFRONT_ENGINE": "idm-vton", "SHOPPER_DAILY": 1}
    assert ada.post("jobs/", wish, HTTP_IDEMPOTENCY_KEY="k").json()["id"] == first


def test_a_key_from_before_bodies_were_kept_goes_by_the_wish(ada: Any, wish: Any) -> None:
    first = ada.post("jobs/", wish, HTTP_IDEMPOTENCY_KEY="k").json()["id"]
    TryOnJob.objects.update(idempotency_hash=None)
    assert ada.post("jobs/", wish, HTTP_IDEMPOTENCY_KEY="k").json()["id"] == first
    other = ada.post("jobs/", wish | {"params": {"seed": 3}}, HTTP_IDEMPOTENCY_KEY="k")
    assert code(other)[0] == 409
    unknown = ada.post("jobs/", wish | {"person": 4711}, HTTP_IDEMPOTENCY_KEY="k")
    assert code(unknown) == (422, "not_found", "person")


def test_a_mail_may_be_asked_for_with_a_repeat(
    ada: Any, garment: Garment, photo: Any, committed: Any
) -> None:
    body = {"garments": [garment.pk], "person": photo.pk, "engine": "idm-vton"}
    ada.post("jobs/", body, HTTP_IDEMPOTENCY_KEY="k")
    finish(TryOnJob.objects.get())
    forget_photo(photo)
    for _time in range(2):
        with committed(execute=True):
            told = ada.post(
                "jobs/", body | {"notify": "ada@mail.example"}, HTTP_IDEMPOTENCY_KEY="k"
            )
        assert told.status_code == 200
    drive_until_idle()
    assert [sent.to for sent in mail.outbox] == [["ada@mail.example"]]


def test_a_key_that_joined_a_job_stands_for_it(ada: Any, wish: Any, committed: Any) -> None:
    first = ada.post("jobs/", wish, HTTP_IDEMPOTENCY_KEY="k1").json()["id"]
    joined = ada.post("jobs/", wish, HTTP_IDEMPOTENCY_KEY="k2")
    assert (joined.status_code, joined.json()["id"]) == (200, first)
    other = wish | {"params": {"seed": 3}}
    refused = ada.post("jobs/", other, HTTP_IDEMPOTENCY_KEY="k2")
    assert code(refused) == (409, "idempotency_key_reused", "Idempotency-Key")
    assert ada.post("jobs/", other, HTTP_IDEMPOTENCY_KEY="K2").status_code == 202
    assert ada.post("jobs/", wish, HTTP_IDEMPOTENCY_KEY="k2").json()["id"] == first


def test_and_goes_on_to_whatever_has_gone_since(
    ada: Any, wish: Any, garment: Garment, bob: Any
) -> None:
    first = ada.post("jobs/", wish).json()["id"]
    result = finish(TryOnJob.objects.get())
    assert ada.post("jobs/", wish, HTTP_IDEMPOTENCY_KEY="k2").json()["id"] == first
    ada.delete(f"results/{result.pk}/")
    assert ada.post("jobs/", wish, HTTP_IDEMPOTENCY_KEY="k2").json()["id"] == first
    garment.delete()
    assert ada.post("jobs/", wish, HTTP_IDEMPOTENCY_KEY="k2").json()["id"] == first
    assert bob.post("jobs/", wish, HTTP_IDEMPOTENCY_KEY="k2").status_code == 422
    purge(now=timezone.now() + timedelta(days=34))
    assert not Repeat.objects.exists()


def test_of_two_bodies_with_one_key_in_the_same_moment_one_wins(ada: Any, wish: Any) -> None:
    ada.post("jobs/", wish)
    job = TryOnJob.objects.get()
    repeats.remember(ada.shopper, "k2", "the body of another", job)
    with pytest.raises(KeyReused):
        repeats.remember(ada.shopper, "k2", "this body", job)
