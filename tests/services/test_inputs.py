"""How pictures reach the provider, and what happens when they are gone by then."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from django.core.files.storage import FileSystemStorage

from django_tryon import services
from django_tryon.models import Garment, Person, Status, TryOnJob
from tests.lifecycle import provider as scripted
from tests.lifecycle.conftest import provider  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db


class CloudStorage(FileSystemStorage):
    """A storage that gives signed https links of its own, as S3 does."""

    def url(self, name: str | None) -> str:
        return f"https://bucket.cloud.example/{name}?signature=abc"


class KeylessStorage(FileSystemStorage):
    """A storage that would sign links and has no key to do it with, as Google's may be."""

    def url(self, name: str | None) -> str:
        raise AttributeError("you need a private key to sign credentials")


@pytest.fixture
def far(settings: Any, provider: Any) -> Any:  # noqa: F811
    """The shop on the internet, its people in the cloud."""
    settings.STORAGES = settings.STORAGES | {
        "cloud": {"BACKEND": f"{__name__}.CloudStorage"},
        "keyless": {"BACKEND": f"{__name__}.KeylessStorage"},
    }
    settings.TRYON = settings.TRYON | {
        "BASE_URL": "https://api.segmind.com",
        "OUTPUT_HOSTS": ["images.segmind.com"],
        "PUBLIC_URL": "https://shop.example",
    }
    provider.answers(
        result=scripted.json(
            200, {"status": "COMPLETED", "output": "https://images.segmind.com/files/r.jpg"}
        )
    )
    return provider


def sent(provider: Any, number: int = 0) -> dict[str, Any]:  # noqa: F811
    body: dict[str, Any] = json.loads(provider.requests[number].content)
    return body


def launch(garment: Garment, person: Person, **wish: Any) -> TryOnJob:
    job = services.launch(garments=[garment], person=person, **{"engine": "idm-vton"} | wish)
    services.drive_until_idle()
    job.refresh_from_db()
    return job


def test_links_to_this_site_are_signed(far: Any, garment: Garment, person: Person) -> None:
    job = launch(garment, person)
    assert (job.status, job.error_message) == (Status.SUCCEEDED, "")
    body = sent(far)
    for name in ("human_img", "garm_img"):
        assert body[name].startswith("https://shop.example/tryon/files/input/")
        assert body[name].endswith(".jpg")
    assert "ana" not in body["human_img"]


def test_a_storages_own_signed_link_is_taken_and_marked(
    far: Any, garment: Garment, settings: Any
) -> None:
    settings.TRYON = settings.TRYON | {"PRIVATE_STORAGE": "cloud", "PUBLIC_URL": ""}
    settings.TRYON = settings.TRYON | {"PUBLIC_STORAGE": "cloud"}
    from django.core.files.base import ContentFile

    from tests.conftest import picture

    person = Person.objects.create(photo=ContentFile(picture(), name="a.jpg"))
    garment.image = ContentFile(picture(), name="g.jpg")
    garment.save()
    job = launch(garment, person)
    assert (job.status, job.error_message) == (Status.SUCCEEDED, "")
    link = sent(far)["human_img"]
    assert link.startswith("https://bucket.cloud.example/tryon/people/")
    assert link.endswith(f"?signature=abc#{job.token}")


def test_the_asset_store(far: Any, garment: Garment, person: Person, settings: Any) -> None:
    settings.TRYON = settings.TRYON | {"INPUTS": "asset-store", "PUBLIC_URL": ""}
    job = launch(garment, person)
    assert (job.status, job.error_message) == (Status.SUCCEEDED, "")
    uploaded = sent(far)["data_urls"]
    assert [url.split(",")[0] for url in uploaded] == ["data:image/jpeg;base64"] * 2
    assert far.requests[0].url.host == "workflows-api.segmind.com"
    body = sent(far, 1)
    assert body["human_img"] == f"https://images.segmind.com/assets/0#{job.token}"
    assert body["garm_img"] == f"https://images.segmind.com/assets/1#{job.token}"


@pytest.mark.parametrize(
    ("said", "status", "code"),
    [
        (httpx.ReadTimeout("slow"), Status.FAILED, "not_uploaded"),
        (scripted.json(401, {"error": "no"}), Status.QUEUED, "bad_key"),
        (scripted.json(410, {"error": "retired"}), Status.FAILED, "asset_store"),
        (scripted.json(200, {}), Status.FAILED, "not_uploaded"),
    ],
)
def test_a_failed_upload_costs_nothing(
    said: Any, status: Status, code: str, far: Any, garment: Any, person: Any, settings: Any
) -> None:
    settings.TRYON = settings.TRYON | {"INPUTS": "asset-store"}
    far.answers(upload=said)
    job = launch(garment, person)
    assert (job.status, job.error_code) == (status, code)
    assert far.asked["submit"] == 0


def test_an_upload_that_works_the_second_time(
    far: Any, garment: Garment, person: Person, settings: Any
) -> None:
    settings.TRYON = settings.TRYON | {"INPUTS": "asset-store"}
    far.answers(upload=[httpx.ReadTimeout("slow"), far.script["upload"][0]])
    assert launch(garment, person).status == Status.SUCCEEDED
    assert far.asked["submit"] == 1


def gone(job: TryOnJob) -> tuple[str, str]:
    services.drive_until_idle()
    job.refresh_from_db()
    return job.status, job.error_code


def test_what_is_gone_when_its_turn_comes(
    far: Any, garment: Garment, person: Person, product: Any
) -> None:
    def queue() -> TryOnJob:
        return services.launch(garments=[garment], person=person, engine="idm-vton")

    waiting = queue()
    Garment.objects.update(image="")
    product.image = ""
    product.save()
    assert gone(waiting) == (Status.FAILED, "garment_gone")
    retried = services.retry(waiting)
    Garment.objects.all().delete()
    assert gone(retried) == (Status.FAILED, "garment_gone")
    person.delete()
    again = services.retry(waiting)
    assert gone(again) == (Status.FAILED, "person_gone")
    assert far.asked["submit"] == 0


def test_a_shop_that_went_private_meanwhile(
    far: Any, garment: Garment, person: Person, settings: Any
) -> None:
    job = services.launch(garments=[garment], person=person, engine="idm-vton")
    settings.TRYON = settings.TRYON | {"PUBLIC_URL": "http://localhost"}
    assert gone(job) == (Status.FAILED, "inputs_unreachable")


def test_an_engine_that_was_taken_away(
    far: Any, garment: Garment, person: Person, settings: Any
) -> None:
    job = services.launch(garments=[garment], person=person, engine="idm-vton")
    settings.TRYON = settings.TRYON | {"ENGINES": []}
    assert gone(job) == (Status.FAILED, "unknown_engine")


def test_a_retry_of_a_follower_whose_frame_is_gone(
    far: Any, garment: Garment, person: Person
) -> None:
    first = services.launch(garments=[garment], person=person, engine="idm-vton")
    services.drive_until_idle()
    first.refresh_from_db()
    second = services.launch(garments=[garment], person=person, engine="idm-vton", previous=first)
    first.results.all().delete()
    assert gone(second) == (Status.FAILED, "previous_gone")


def test_a_storage_that_is_away_for_a_while(
    far: Any, garment: Garment, person: Person, settings: Any, monkeypatch: Any
) -> None:
    settings.TRYON = settings.TRYON | {"INPUTS": "asset-store"}
    job = services.launch(garments=[garment], person=person, engine="idm-vton")
    opened, times = FileSystemStorage.open, iter(range(99))

    def away(self: Any, name: str, mode: str = "rb") -> Any:
        if next(times) == 0:
            raise ConnectionError("the storage is down")
        return opened(self, name, mode)

    monkeypatch.setattr(FileSystemStorage, "open", away)
    assert gone(job) == (Status.SUCCEEDED, "")
    assert far.asked["submit"] == 1


def test_a_storage_that_cannot_sign_is_served_by_this_site(
    far: Any, settings: Any, garment: Garment
) -> None:
    settings.TRYON = settings.TRYON | {"PRIVATE_STORAGE": "keyless"}
    from django.core.files.base import ContentFile

    from tests.conftest import picture

    person = Person.objects.create(photo=ContentFile(picture(), name="a.jpg"))
    job = launch(garment, person)
    assert (job.status, job.error_message) == (Status.SUCCEEDED, "")
    assert sent(far)["human_img"].startswith("https://shop.example/tryon/files/input/")
