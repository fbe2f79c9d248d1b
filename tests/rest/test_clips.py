"""A clip of oneself over REST: sent, prepared, its first frame approved, and the clip itself."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from django_tryon import services
from django_tryon.models import ClipUpload, Garment, Person, TryOnJob, WaitingClip
from django_tryon.rest.views.config import CLIP_TYPES
from django_tryon.services.approve_frame import approve_frame
from tests.clips import filmed, in_clip, sent
from tests.rest.conftest import Client, code, read, upload

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on(settings: Any) -> None:
    settings.TRYON = settings.TRYON | {"STOREFRONT_CLIPS": True}


def send(client: Client, clip: Any = None, **more: Any) -> Any:
    data = {"clip": clip or sent(), "consent": "1"} | more
    return client.post("clips/uploads/", data, format="multipart", REMOTE_ADDR="203.0.113.7")


def asks(client: Client, garment: Garment, person: int, key: str = "", **more: Any) -> Any:
    headers = {"HTTP_IDEMPOTENCY_KEY": key} if key else {}
    wish = {"garments": [garment.pk], "person": person, "engine": "idm-vton"} | more
    return client.post("clips/", wish, **headers)


def test_the_whole_way(ada: Client, garment: Garment, sandbox: Any) -> None:
    told = ada.get(f"config/?product=shop.product:{garment.product_id}").json()["clips"]
    assert (told["minutes"], told["max_seconds"], told["types"]) == (10, 49.5, CLIP_TYPES)
    words = told["consent"]
    response = send(ada, consent=words["version"], text_hash=words["text_hash"])
    assert (response.status_code, response.headers["Retry-After"]) == (202, "2")
    place = response.headers["Location"]
    assert ada.get(place).json()["state"] == "waiting"
    services.drive_until_idle()
    ready = ada.get(place)
    assert "Retry-After" not in ready.headers
    person = ready.json()["person"]
    assert (ready.json()["state"], person["kind"], person["seconds"]) == ("ready", "video", 2.0)
    assert read(ada.get(person["frame"])).startswith(b"\xff\xd8")
    assert b"ftyp" in read(ada.get(person["photo"]))[:32]
    assert Person.objects.get().consent.address_hash  # type: ignore[union-attr]

    response = asks(ada, garment, person["id"], notify="ada@shop.example")
    assert response.status_code == 202
    assert int(response.headers["Retry-After"]) > 0
    clip = response.headers["Location"]
    shown = response.json()
    assert (shown["state"], shown["clip"]) == ("frame_running", None)
    assert (shown["garments"], shown["minutes"]) == ([garment.pk], 10)
    assert shown["product"] == f"shop.product:{garment.product_id}"
    services.drive_until_idle()
    shown = ada.get(clip).json()
    assert shown["state"] == "waits_for_you"
    (frame,) = shown["frame"]["results"]
    assert read(ada.get(frame["url"]))
    assert read(ada.get(frame["before"])).startswith(b"\xff\xd8")  # a still, not the clip
    job = shown["frame"]["id"]
    assert ada.get(f"jobs/{job}/").json()["results"][0]["before"]

    shown = ada.post(f"{clip}approve/", {"notify": "ada@shop.example"}).json()
    assert (shown["state"], shown["clip"]["status"]) == ("clip_running", "queued")
    services.drive_until_idle()
    shown = ada.get(clip).json()
    assert shown["state"] == "done"
    (result,) = shown["clip"]["results"]
    assert (result["kind"], result["before"] is None) == ("video", False)
    assert ada.get("clips/").json()["results"] == [shown]
    assert ada.post(f"{clip}approve/", {}).json()["clip"]["id"] == shown["clip"]["id"]
    assert code(ada.post(f"{clip}reject/")) == (409, "already_decided", None)


def test_a_no(ada: Client, garment: Garment, sandbox: Any) -> None:
    clip = asks(ada, garment, in_clip(ada.shopper).person_id).headers["Location"]
    assert code(ada.post(f"{clip}approve/", {})) == (409, "frame_not_ready", None)
    assert ada.post(f"{clip}reject/").json()["state"] == "rejected"
    assert code(ada.post(f"{clip}approve/", {})) == (409, "already_decided", None)


def test_a_key_makes_asking_twice_harmless(ada: Client, garment: Garment, sandbox: Any) -> None:
    person = in_clip(ada.shopper).person_id
    first = asks(ada, garment, person, "k")
    assert (first.status_code, TryOnJob.objects.count()) == (202, 1)
    again = asks(ada, garment, person, "k")
    assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])
    assert (
        code(asks(ada, garment, person, "k", engine="try-on-diffusion"))[1]
        == "idempotency_key_reused"
    )
    Garment.objects.all().delete()
    again = asks(ada, garment, person, "k")
    assert (again.status_code, again.json()["product"]) == (200, None)
    assert code(asks(ada, garment, person, "other"))[1] == "not_found"
    ada.delete(f"people/{person}/")
    assert code(asks(ada, garment, person, "k"))[1] == "not_found"
    plain = ada.post(
        "jobs/", {"garments": [1], "person": 1, "engine": "idm-vton"}, HTTP_IDEMPOTENCY_KEY="k"
    )
    assert plain.status_code in {409, 422}


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ({"begin": -1}, (422, "min_value", "begin")),
        ({"end": "soon"}, (422, "invalid", "end")),
        ({"end": 0}, (422, "clip_too_short", "clip")),
        ({"begin": 1.5, "end": 1.6}, (422, "clip_too_short", "clip")),
        ({"consent": ""}, (422, "consent_missing", "consent")),
        ({"size": "9"}, (422, "unknown_key", "size")),
    ],
)
def test_what_is_refused(body: Any, what: Any, ada: Client) -> None:
    assert code(send(ada, **body)) == what
    assert not ClipUpload.objects.exists()


def test_files_that_are_no_clip(ada: Client) -> None:
    assert code(send(ada, upload())) == (422, "not_a_video", "clip")
    assert code(send(ada, sent(b"GIF89a" + bytes(99)))) == (422, "not_a_video", "clip")
    assert code(send(ada, sent(filmed()[:2000])))[1] == "broken_clip"
    assert code(ada.post("clips/uploads/", {"consent": "1"}, format="multipart"))[1] == "required"


def test_a_giant_is_not_read(ada: Client) -> None:
    response = ada.post(
        "clips/uploads/", {"consent": "1"}, format="multipart", CONTENT_LENGTH=str(2**30)
    )
    assert code(response)[:2] == (413, "too_many_bytes")


def test_a_refusal_is_told_in_the_shoppers_language(ada: Client, sandbox: Any) -> None:
    data = {"clip": sent(), "consent": "1"}
    german = {"HTTP_ACCEPT_LANGUAGE": "de"}
    response = ada.post("clips/uploads/", data, format="multipart", **german)
    place = response.headers["Location"]
    ClipUpload.objects.update(attempts=99)
    services.drive_until_idle()
    shown = ada.get(place).json()
    assert (shown["state"], shown["error"]["code"]) == ("refused", "broken_clip")
    assert "Clip ist beschädigt" in shown["error"]["message"]
    assert shown["person"] is None


def test_it_is_deleted_at_once(ada: Client, sandbox: Any) -> None:
    place = send(ada).headers["Location"]
    assert ada.delete(place).status_code == 204
    assert ada.get(place).status_code == 404


def test_a_shop_that_makes_none(ada: Client, garment: Garment, settings: Any) -> None:
    person = in_clip(ada.shopper).person_id
    settings.TRYON = settings.TRYON | {"STOREFRONT_CLIPS": False}
    assert ada.get(f"config/?product=shop.product:{garment.product_id}").json()["clips"] is None
    assert code(send(ada)) == (422, "no_clips", None)
    assert code(asks(ada, garment, person)) == (422, "no_clips", None)


def test_what_is_used_up(ada: Client, garment: Garment, settings: Any) -> None:
    settings.TRYON = settings.TRYON | {"SHOPPER_CLIPS_DAILY": 0}
    response = asks(ada, garment, in_clip(ada.shopper).person_id)
    assert code(response)[:2] == (429, "quota_used")
    assert response.headers["Retry-After"]


def test_staffs_clips_are_nobodys_here(ada: Client, garment: Garment, sandbox: Any) -> None:
    clip = asks(ada, garment, in_clip(ada.shopper).person_id).headers["Location"]
    services.drive_until_idle()
    WaitingClip.objects.update(shopper=None)
    assert ada.get(clip).status_code == 404
    assert approve_frame(WaitingClip.objects.get()).shopper is None


def test_why_a_frame_failed_is_told_in_a_shoppers_words(
    ada: Client, garment: Garment, sandbox: Any
) -> None:
    send(ada)
    services.drive_until_idle()
    clip = asks(ada, garment, Person.objects.get().pk).headers["Location"]
    failed = {"status": "failed", "error_code": "no_credits", "finished_at": timezone.now()}
    TryOnJob.objects.update(**failed, error_message="Segmind: no credits, US$ 0.00 left.")
    response = ada.post(f"{clip}approve/", {})
    assert code(response) == (409, "frame_failed", None)
    said = response.json()["error"]["message"]
    assert said == "Try-on is not available in this shop at the moment. Please come back later."


def test_a_clip_whose_day_has_come_is_not_shown_while_the_purge_is_late(
    ada: Client, sandbox: Any
) -> None:
    place = send(ada).headers["Location"]
    services.drive_until_idle()
    Person.objects.update(delete_at=timezone.now())
    assert ada.get(place).status_code == 404
    assert ada.delete(place).status_code == 204
    assert not Person.objects.exists()
