"""What nobody can dress or film, by the doors that people use: a sentence each, and not paid.

The list of a shop's bad days: clips, too many garments, and what goes away while all wait for it.
What oscar's products lack is in `tests/oscar/inside/test_bad_input.py`, photos and links are in
`tests/rest/test_bad_input.py`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from django_tryon import services
from django_tryon.exceptions import LaunchRefused
from django_tryon.models import Garment, Person, Shopper, TryOnJob, WaitingClip
from tests.clips import sent
from tests.photos.making import corners, encoded
from tests.rest.conftest import client_of
from tests.videos import making
from tests.videos.making import TURNED, clip

pytestmark = pytest.mark.django_db


@dataclass
class Shop:
    """The doors, and what went through them to the provider."""

    staff: Client
    shopper: Any
    person: Person
    product: Any
    sandbox: Any

    def by_staff(self, content: bytes) -> str:
        """Give the clip of a house model in the admin; return the sentence, or nothing."""
        form = {"name": "Ana, turning", "kind": "video", "is_house_model": "on"}
        address = reverse("admin:django_tryon_person_add")
        answer = self.staff.post(address, form | {"video": sent(content)})
        if answer.status_code == 302:
            return ""
        [(field, [said])] = answer.context["adminform"].form.errors.items()
        assert field == "video"
        return str(said)

    def by_shopper(self, content: bytes) -> str:
        """Give a clip over REST, and wait until it is prepared; return the sentence, or nothing."""
        answer = self.shopper.post(
            "clips/uploads/", {"clip": sent(content), "consent": "1"}, format="multipart"
        )
        if answer.status_code == 422:
            assert answer.json()["error"]["field"] == "clip"
            return str(answer.json()["error"]["message"])
        services.drive_until_idle()
        told = self.shopper.get(answer.headers["Location"]).json()
        return str(told["error"]["message"]) if told["state"] == "refused" else ""

    def garments(self, *categories: str) -> list[Garment]:
        """Put garments of these categories on the product."""
        return [
            Garment.objects.create(product=self.product, category=one, name=f"{one} {number}")
            for number, one in enumerate(categories)
        ]

    def ask(self, engine: str, *categories: str) -> Any:
        """Ask for garments of these categories, as a shopper; return the answer's body."""
        ids = [each.pk for each in self.garments(*categories)]
        wish = {"garments": ids, "person": self.person.pk, "engine": engine}
        return self.shopper.post("jobs/", wish).json()

    def look(self, job: Any) -> Any:
        """Look how a try-on stands, as the shopper; return the answer's body."""
        return self.shopper.get(f"jobs/{job['id']}/").json()

    @property
    def paid(self) -> int:
        """How many try-ons the provider was asked for."""
        return len(self.sandbox.ledger)


@pytest.fixture
def shop(
    client: Client, staff: Any, person: Person, product: Any, sandbox: Any, settings: Any
) -> Shop:
    settings.TRYON = settings.TRYON | {"STOREFRONT_CLIPS": True}
    client.force_login(staff)
    return Shop(client, client_of(Shopper.objects.create()), person, product, sandbox)


Door = Callable[[Shop, bytes], str]
DOORS = pytest.mark.parametrize("door", [Shop.by_staff, Shop.by_shopper])


def in_8k() -> bytes:
    def black(_number: int) -> Image.Image:
        return Image.new("RGB", (7680, 4320))

    return clip(1, rate=1, paint=black, codec_options={"preset": "ultrafast"})


CLIPS: dict[str, tuple[Callable[[], bytes], str]] = {
    "of 51 s": (
        lambda: clip(51, rate=1),
        "This clip is 51.0 seconds long. At most 49.5 seconds are possible: please shorten it.",
    ),
    "without a frame": (
        making.no_frames,
        "This clip has no pictures in it. Please send another one as MP4.",
    ),
    "of sound alone": (
        making.sound_only,
        "This file has no moving picture in it. Please send a clip as MP4, MOV or WebM.",
    ),
    "in 8K": (
        in_8k,
        "This clip is 7680 by 4320 pixels, which is too large. "
        "Please send it in Full HD (1920 by 1080).",
    ),
    "as a GIF": (
        lambda: encoded(corners(), "GIF", save_all=True, append_images=[corners().rotate(9)]),
        "This file is a GIF, not a video. Please send a clip as MP4, MOV or WebM.",
    ),
}


@functools.cache
def made(name: str) -> bytes:
    """Make a clip once for both doors."""
    return CLIPS[name][0]()


@DOORS
@pytest.mark.parametrize("name", CLIPS)
def test_a_clip(name: str, door: Door, shop: Shop) -> None:
    assert door(shop, made(name)) == CLIPS[name][1]
    assert not Person.objects.exclude(pk=shop.person.pk).exists()
    assert shop.paid == 0


@DOORS
def test_a_clip_with_the_flag_of_a_phone_held_upright(door: Door, shop: Shop) -> None:
    assert door(shop, making.turned(clip(), TURNED)) == ""
    stored = Person.objects.get(kind="video")
    assert (stored.width, stored.height) == (320, 480)
    with stored.video.open() as file:
        assert making.matrix_of(file.read()) == (1, 0, 0, 1)  # turned for good, and no flag left


def test_a_clip_of_51_s_that_was_stored_before_it_was_measured(shop: Shop) -> None:
    name = shop.person.photo.name
    Person.objects.update(kind="video", photo="", video=name, seconds=51)
    shop.person.refresh_from_db()
    with pytest.raises(LaunchRefused) as refused:
        services.launch(
            garments=shop.garments("upper"), person=shop.person, engine="video-tryon-v2"
        )
    assert str(refused.value) == (
        "The clip of “Ana” lasts 51.0 seconds; Video Tryon V2 takes less than 50."
    )
    assert not TryOnJob.objects.exists()


MANY: dict[str, tuple[str, list[str], str]] = {
    "eleven, one after the other": (
        "idm-vton",
        ["upper"] * 11,
        "IDM-VTON puts on one garment after another, so of “upper 0”, “upper 1”, “upper 2”, "
        "“upper 3”, “upper 4”, “upper 5”, “upper 6”, “upper 7”, “upper 8”, “upper 9”, “upper 10” "
        "each would take the place of the one before. Keep one of them, or choose an engine that "
        "takes several at once.",
    ),
    "twelve at once": (
        "p-image-try-on",
        ["upper"] * 12,
        "P-Image Try-On takes at most 11 garments at once, not 12.",
    ),
}


@pytest.mark.parametrize("name", MANY)
def test_garments(name: str, shop: Shop) -> None:
    engine, categories, sentence = MANY[name]
    refused = shop.ask(engine, *categories)["error"]
    assert refused["message"] == sentence
    assert refused["field"] == "garments"
    assert not TryOnJob.objects.exists()


def test_eleven_garments_at_once_are_one_try_on(shop: Shop) -> None:
    job = shop.ask("p-image-try-on", *["upper"] * 9, "lower", "outer")
    services.drive_until_idle()
    assert (shop.look(job)["status"], shop.paid) == ("succeeded", 1)


def test_a_garment_that_is_taken_from_the_shop_in_the_middle(shop: Shop) -> None:
    job = shop.ask("idm-vton", "lower", "upper", "outer")
    services.drive()
    assert shop.paid == 1
    shop.product.delete()
    services.drive_until_idle()
    told = shop.look(job)
    assert (told["status"], shop.paid) == ("failed", 1)
    assert told["error"]["message"] == ("This garment is no longer offered. Choose another one.")


def test_a_frame_that_no_staff_approve_for_a_week(shop: Shop) -> None:
    assert shop.by_staff(clip(1)) == ""
    mover = Person.objects.get(kind="video")
    waiting = services.launch_clip(
        garments=shop.garments("upper"), person=mover, image_engine="idm-vton"
    )
    services.drive_until_idle()
    WaitingClip.objects.update(created_at=timezone.now() - timedelta(days=7))
    path = reverse("admin:django_tryon_waitingclip_do", args=[waiting.pk, "approve_frames"])
    *_, said = shop.staff.post(path, follow=True).context["messages"]
    assert str(said) == (
        "“upper 0 · Ana, turning”: Nobody approved this first frame within 7 days, so the clip was "
        "given up. Nothing was paid for it. Launch it anew."
    )
    services.drive_until_idle()
    assert shop.paid == 1


def test_a_frame_that_the_shopper_does_not_approve_for_a_week(shop: Shop) -> None:
    assert shop.by_shopper(clip(2)) == ""
    mover = Person.objects.get(kind="video")
    [garment] = shop.garments("upper")
    wish = {"garments": [garment.pk], "person": mover.pk, "engine": "idm-vton"}
    waiting = shop.shopper.post("clips/", wish).headers["Location"]
    services.drive_until_idle()
    WaitingClip.objects.update(created_at=timezone.now() - timedelta(days=7))
    assert shop.shopper.post(f"{waiting}approve/").json()["error"]["message"] == (
        "Your clip has been deleted meanwhile, as promised. Send it again to go on."
    )
    services.drive_until_idle()
    assert shop.paid == 1
