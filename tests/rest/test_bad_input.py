"""Bad input of every kind: a code and a sentence of its own, nothing paid, nothing left behind."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.apps import apps
from django.core.cache import cache
from django.utils import timezone

from django_tryon import services
from django_tryon.engines import all_engines
from django_tryon.engines.params import parameters
from django_tryon.models import Person, Tally, TryOnJob
from django_tryon.services.shoppers import tokens
from tests.conftest import picture
from tests.rest.conftest import Client, hide, upload

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Scene:
    """A shop in which Ada has given a photo, and has had one try-on."""

    ada: Client
    bob: Client
    nobody: Client
    wish: dict[str, Any]
    photo: Person
    settings: Any

    def send(self, content: bytes, consent: str | None = "1") -> Any:
        """Give a photo, as Ada."""
        fields = {"photo": upload(content=content)} | ({"consent": consent} if consent else {})
        return self.ada.post("people/", fields, format="multipart")

    def want(self, **change: Any) -> Any:
        """Ask for a try-on, as Ada."""
        return self.ada.post("jobs/", self.wish | change)

    def link(self) -> str:
        """Return the signed link to Ada's photo."""
        (mine,) = [
            one["photo"]
            for one in self.ada.get("people/").json()["results"]
            if not one["is_house_model"]
        ]
        return str(mine)

    def bound(self, **rates: str) -> None:
        """Set the shop's rates."""
        self.settings.TRYON = self.settings.TRYON | {"THROTTLES": rates}
        cache.clear()  # what was asked for so far

    def seen(self) -> dict[str, Any]:
        """Return what there is: every file, how many rows of each kind, and what was used up."""
        root = Path(self.settings.BASE_DIR)
        rows = {model.__name__: model for model in apps.get_app_config("django_tryon").get_models()}
        del rows["Tally"]  # an attempt to upload counts, even one that is refused
        return {
            "files": sorted(str(path) for path in root.rglob("*") if path.is_file()),
            "rows": {name: model.objects.count() for name, model in rows.items()},
            "used": sorted(
                Tally.objects.exclude(key__startswith="upload:").values_list("key", "used")
            ),
        }


def bomb() -> bytes:
    """Return a PNG that says it has 30,000 by 30,000 pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(name + data))
        return struct.pack(">I", len(data)) + name + data + check

    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100_000))
    return b"\x89PNG\r\n\x1a\n" + body + chunk(b"IEND", b"")


def of_bob(scene: Scene) -> Any:
    """Try it on the photo of another."""
    return scene.bob.post("jobs/", scene.wish | {"person": scene.photo.pk})


def of_a_hidden_product(scene: Scene) -> Any:
    """Try on what the shop does not show any more."""
    hide(scene.settings)
    return scene.want(params={"seed": 2})


def with_an_old_token(scene: Scene) -> Any:
    """Ask with a token of the day before yesterday."""
    then = (timezone.now() - timedelta(days=2)).timestamp()
    with patch("django.core.signing.time.time", return_value=then):
        token = tokens.issue(scene.ada.shopper)[0]
    return scene.nobody.post("jobs/", scene.wish, HTTP_AUTHORIZATION=f"Shopper {token}")


def with_a_forged_token(scene: Scene) -> Any:
    """Ask with a token that was tampered with."""
    token = tokens.issue(scene.bob.shopper)[0]
    forged = token[:-1] + ("a" if token[-1] != "a" else "b")
    return scene.nobody.post("jobs/", scene.wish, HTTP_AUTHORIZATION=f"Shopper {forged}")


def with_a_forged_link(scene: Scene) -> Any:
    """Change one letter of a link's signature."""
    head, signed, name = scene.link().rsplit("/", 2)
    forged = signed[:-1] + ("a" if signed[-1] != "a" else "b")
    return scene.nobody.get(f"{head}/{forged}/{name}", HTTP_ACCEPT="application/json")


def with_an_old_link(scene: Scene) -> Any:
    """Follow a link whose time is over."""
    link = scene.link()
    scene.settings.TRYON = scene.settings.TRYON | {"FILE_URL_LIFETIME": timedelta(seconds=-1)}
    return scene.nobody.get(link, HTTP_ACCEPT="application/json")


def with_a_used_key(scene: Scene) -> Any:
    """Send another body with the key of the first try-on."""
    return scene.ada.post(
        "jobs/", scene.wish | {"params": {"seed": 3}}, HTTP_IDEMPOTENCY_KEY="first"
    )


def in_a_flood(scene: Scene) -> Any:
    """Ask for one more than the rate allows."""
    scene.bound(shopper="5/min")
    assert [scene.ada.get("jobs/").status_code for _ in range(5)] == [200] * 5
    return scene.want(params={"seed": 4})


def in_a_flood_of_photos(scene: Scene) -> Any:
    """Give one photo more than the rate allows."""
    scene.bound(upload="3/hour")
    assert [scene.send(b"text").status_code for _ in range(3)] == [422] * 3
    return scene.send(picture())


def beyond_the_quota(scene: Scene) -> Any:
    """Ask for one more than the day allows."""
    scene.settings.TRYON = scene.settings.TRYON | {"SHOPPER_DAILY": 1}
    return scene.want(params={"seed": 5})


Bad = tuple[Callable[[Scene], Any], int, str, str | None]
BAD: dict[str, Bad] = {
    "a text called .jpg": (
        lambda scene: scene.send(b"Dear shop, " * 50), 422, "not_an_image", "photo"
    ),
    "a bomb": (lambda scene: scene.send(bomb()), 422, "too_many_pixels", "photo"),
    "a truncated photo": (
        lambda scene: scene.send(picture((900, 1200))[:6000]), 422, "broken_image", "photo"
    ),
    "a thumbnail": (lambda scene: scene.send(picture((200, 200))), 422, "too_small", "photo"),
    "a ribbon": (lambda scene: scene.send(picture((256, 2000))), 422, "too_narrow", "photo"),
    "a PDF": (lambda scene: scene.send(b"%PDF-1.7\n" + b"x" * 99), 422, "not_an_image", "photo"),
    "a clip": (
        lambda scene: scene.send(b"\0\0\0\x18ftypmp42" + bytes(99)), 422, "not_an_image", "photo"
    ),
    "nothing": (lambda scene: scene.send(b""), 422, "empty", "photo"),
    "a giant": (
        lambda scene: scene.send(b"\xff\xd8\xff" + b"x" * (15 * 2**20)),
        413, "too_many_bytes", "photo",
    ),
    "a greater giant": (
        lambda scene: scene.send(b"x" * (16 * 2**20)), 413, "too_many_bytes", None
    ),
    "no consent": (lambda scene: scene.send(picture(), None), 422, "consent_missing", "consent"),
    "a consent to other words": (
        lambda scene: scene.send(picture(), "0"), 422, "consent_outdated", "consent"
    ),
    "an address for a photo": (
        lambda scene: scene.ada.post(
            "people/", {"photo": "http://169.254.169.254/", "consent": "1"}, format="multipart"
        ),
        422, "invalid", "photo",
    ),
    "another's photo": (of_bob, 422, "not_found", "person"),
    "another's photo, to delete": (
        lambda scene: scene.bob.delete(f"people/{scene.photo.pk}/"), 404, "not_found", None
    ),
    "a hidden product's garment": (of_a_hidden_product, 422, "not_found", "garments"),
    "an unknown parameter": (
        lambda scene: scene.want(params={"sead": 1}), 422, "unknown_parameter", "params.sead"
    ),
    "an address for a person": (
        lambda scene: scene.want(person="file:///etc/passwd"), 422, "invalid", "person"
    ),
    "an old token": (with_an_old_token, 401, "token_expired", None),
    "a forged token": (with_a_forged_token, 401, "token_invalid", None),
    "no token": (
        lambda scene: scene.nobody.post("jobs/", scene.wish), 401, "not_authenticated", None
    ),
    "a forged link": (with_a_forged_link, 404, "link_invalid", None),
    "an old link": (with_an_old_link, 410, "link_expired", None),
    "a used key": (with_a_used_key, 409, "idempotency_key_reused", "Idempotency-Key"),
    "a flood": (in_a_flood, 429, "throttled", None),
    "a flood of photos": (in_a_flood_of_photos, 429, "throttled", None),
    "more than the quota": (beyond_the_quota, 429, "quota_used", None),
}  # fmt: skip
LINKS = [
    (engine.slug, name)
    for engine in all_engines().values()
    for name, parameter in parameters(engine.params).items()
    if parameter.kind == "url"
]
INSIDE = [
    "http://169.254.169.254/latest/meta-data/",
    "https://169.254.169.254/",
    "http://[fd00:ec2::254]/",
    "http://2852039166/",  # the same address as one number
    "http://10.0.0.1/",
    "file:///etc/passwd",
    "FILE:///etc/passwd",
    "gopher://shop.example/",
    "//169.254.169.254/",
]


@pytest.fixture
def scene(
    ada: Any, bob: Any, nobody: Any, wish: Any, photo: Person, settings: Any, sandbox: Any
) -> Scene:
    """The shop, with one try-on that was paid for."""
    asked = ada.post("jobs/", wish, HTTP_IDEMPOTENCY_KEY="first")
    assert asked.status_code == 202
    services.drive_until_idle()
    assert TryOnJob.objects.get().status == TryOnJob.Status.SUCCEEDED
    return Scene(ada, bob, nobody, wish, photo, settings)


def refused(scene: Scene, sandbox: Any, act: Callable[[Scene], Any]) -> tuple[int, str, str | None]:
    """Let it be tried; fail if it costs or leaves anything, or is not told in a sentence."""
    before, paid = scene.seen(), (len(sandbox.ledger), sandbox.ledger.billed)
    answer = act(scene)
    services.drive_until_idle()
    assert scene.seen() == before
    assert (len(sandbox.ledger), sandbox.ledger.billed) == paid
    error = answer.json()["error"]
    assert set(error) == {"code", "message", "field"}
    assert error["message"].endswith((".", "?"))
    assert " " in error["message"]
    return answer.status_code, error["code"], error["field"]


@pytest.mark.parametrize("name", BAD)
def test_it_is_refused_and_nothing_is_left_or_paid(name: str, scene: Scene, sandbox: Any) -> None:
    act, *told = BAD[name]
    assert refused(scene, sandbox, act) == tuple(told)


@pytest.mark.parametrize("url", INSIDE)
@pytest.mark.parametrize(("engine", "name"), LINKS)
def test_no_address_leads_inside(
    engine: str, name: str, url: str, scene: Scene, sandbox: Any
) -> None:
    told = refused(scene, sandbox, lambda scene: scene.want(engine=engine, params={name: url}))
    assert told == (422, "invalid_parameter", f"params.{name}")


def test_each_kind_has_a_sentence_of_its_own(scene: Scene) -> None:
    said = {
        name: scene.send(content).json()["error"]["message"]
        for name, content in {
            "text": b"Dear shop",
            "PDF": b"%PDF-1.7",
            "clip": b"\0\0\0\x18ftypmp42" + bytes(99),
            "bomb": bomb(),
            "half": picture()[:3000],
            "thumbnail": picture((200, 200)),
        }.items()
    }
    assert len(set(said.values())) == len(said), said


def test_the_count_sees_what_is_left(scene: Scene) -> None:
    before = scene.seen()
    assert scene.send(picture((600, 800))).status_code == 201
    assert scene.want(params={"seed": 6}).status_code == 202
    after = scene.seen()
    assert len(after["files"]) == len(before["files"]) + 1
    assert after["rows"]["TryOnJob"] == before["rows"]["TryOnJob"] + 1
    assert after["used"] != before["used"]
