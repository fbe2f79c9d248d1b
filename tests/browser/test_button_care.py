"""What the button shows and keeps where a line is slow, a file is odd, or a thing is gone."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from django_tryon import services
from django_tryon.models import Garment, Person, TryOnJob
from django_tryon.rest.views import config
from tests.browser.conftest import OpenWindow
from tests.browser.shopping import (
    DESKTOP,
    FAILED,
    PHONE,
    READY,
    WAITING,
    Window,
    first_steps,
    launch,
    look_at,
    wait_for_job,
)
from tests.conftest import picture
from tests.shop.models import Product

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Route

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.django_db(transaction=True)]


def ratio(shown: Locator) -> float:
    """Return how wide a picture is drawn for its height."""
    box = shown.bounding_box()
    assert box
    return box["width"] / box["height"]


def bomb(side: int) -> bytes:
    """Return a PNG that says it is larger than any browser can open."""
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 99)), (b"IEND", b""))
    parts = [
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def says(window: Window, words: str) -> None:
    """Wait until the dialog says this where it is seen."""
    said = window.dialog.get_by_role("status").get_by_text(words)
    said.wait_for()
    box = said.bounding_box()
    assert box
    assert box["height"] > 20
    assert box["y"] >= 0


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_near_or_far_nobody_is_stretched_and_the_mark_stays(
    open_window: OpenWindow, size: Any, garment: Garment, person: Person
) -> None:
    window = open_window(**size)
    result = look_at(window, garment.product)
    shown = window.dialog.get_by_alt_text("Coral tee, worn; AI-generated", exact=True)
    assert result.width
    assert result.height
    true = result.width / result.height
    assert ratio(shown) == pytest.approx(true, rel=0.02)
    window.press("Zoom in")
    assert ratio(shown) == pytest.approx(true, rel=0.02)
    mark = window.dialog.get_by_text("AI-generated", exact=True).bounding_box()
    frame = window.dialog.locator(".look").bounding_box()
    assert mark
    assert frame
    assert frame["x"] < mark["x"] < mark["x"] + mark["width"] < frame["x"] + frame["width"]


def test_the_seconds_that_are_left_can_be_read(
    open_window: OpenWindow, garment: Garment, person: Person
) -> None:
    window = open_window(hurry=False)
    window.show(garment.product).click()
    window.dialog.get_by_role("checkbox").check()
    window.press("Take a photo")
    window.until(
        "document.querySelector('try-on').shadowRoot.querySelector('video')?.videoWidth > 0"
    )
    window.page.evaluate("() => { window.setTimeout = () => 0 }")  # the first of them lasts
    window.press("In 5 seconds")
    count = window.dialog.locator(".count")
    count.get_by_text("5").wait_for()
    seen = count.evaluate(
        "node => { const { x, y, width, height } = node.getBoundingClientRect();"
        "return node.getRootNode().elementFromPoint(x + width / 2, y + height / 2).className }"
    )
    assert seen == "count"


def test_what_was_deleted_elsewhere_is_said_in_words_for_shoppers(
    window: Window, garment: Garment, person: Person
) -> None:
    window.expected = ("404",)
    look_at(window, garment.product)
    TryOnJob.objects.all().delete()
    window.press("I like it")
    says(window, "This try-on has been deleted.")
    window.step("Try it on")
    behind = window.page.locator("try-on .place")
    assert behind.get_by_role("button").all_inner_texts() == ["Try it on"]
    window.press("Close")
    assert window.page.get_by_role("button").all_inner_texts() == ["Try it on"]


@pytest.mark.parametrize(
    ("pressed", "path"), [("Cancel", "jobs/*/cancel/"), ("I like it", "results/*/")]
)
def test_whoever_closes_it_before_the_answer_comes_is_left_alone(
    window: Window, garment: Garment, person: Person, pressed: str, path: str
) -> None:
    launch(window, garment)
    if pressed == "I like it":
        services.drive_until_idle()
        window.step(READY)
        TryOnJob.objects.all().delete()
        window.expected = ("404",)
    held = hold(window, f"**/tryon/api/{path}", "POST" if pressed == "Cancel" else "PATCH")
    window.press(pressed)
    window.waits_for(held)
    window.press("Close")
    with window.page.expect_response("**/tryon/api/people/"):
        held[0].continue_()
    window.settles()
    assert window.page.get_by_role("button").all_inner_texts() == ["Try it on"]
    assert window.memory()["jobs"] == {}


def test_whoever_was_too_fast_keeps_the_photo_and_is_told_when(
    window: Window, settings: Any, garment: Garment, person: Person, photo: Path
) -> None:
    settings.TRYON = settings.TRYON | {"THROTTLES": {"upload": "1/hour"}}
    window.expected = ("429",)
    window.show(garment.product).click()
    window.give(photo)
    window.press("Use this photo")
    wait_for_job(window)
    services.drive_until_idle()
    window.step(READY)
    window.press("Another photo or model")
    window.give(photo)
    window.press("Use this photo")
    window.step(FAILED)
    says(window, "That was too much at once. You can go on in 60 minutes.")
    assert first_steps(window) == ["Try again", "Another photo or model"]
    settings.TRYON = settings.TRYON | {"THROTTLES": {"upload": "9/hour"}}
    window.press("Try again")
    wait_for_job(window)


def test_heic_is_offered_only_where_the_shop_reads_it(
    window: Window, monkeypatch: pytest.MonkeyPatch, garment: Garment, person: Person
) -> None:
    monkeypatch.setattr(config, "reads_heic", lambda: False)
    window.show(garment.product).click()
    window.step("Try it on")
    file = window.dialog.locator("input[type=file]")
    assert "heic" not in (file.get_attribute("accept") or "")
    head = b"\0\0\0\x18ftypheic\0\0\0\0"
    window.give({"name": "IMG_1.HEIC", "mimeType": "image/heic", "buffer": head})
    says(window, "This file cannot be used here. Please choose a JPEG, PNG or WebP.")


@pytest.mark.parametrize("body", [picture((600, 800))[:300], bomb(30_000)], ids=["cut", "bomb"])
def test_a_picture_that_cannot_be_opened_is_called_one(
    window: Window, garment: Garment, person: Person, body: bytes
) -> None:
    window.show(garment.product).click()
    window.give({"name": "me.jpg", "mimeType": "image/jpeg", "buffer": body})
    says(window, "This picture is damaged, or too large to be opened.")


def test_without_a_model_there_is_one_column_and_no_word_of_models(
    window: Window, garment: Garment
) -> None:
    window.show(garment.product).click()
    window.step("Try it on")
    assert window.dialog.locator("section").count() == 1
    box = window.dialog.bounding_box()
    section = window.dialog.locator("section").bounding_box()
    assert box
    assert section
    assert box["width"] == 34 * 16
    assert section["width"] == box["width"] - 2 * 24
    with window.page.expect_response("**/config/**") as told:
        window.show(garment.product)
    assert told.value.json()["strings"]["other"] == "Another photo"


def test_what_cannot_be_pressed_yet_says_why(
    window: Window, garment: Garment, person: Person
) -> None:
    window.show(garment.product).click()
    window.step("Try it on")
    window.dialog.get_by_text("Please tick the box first.").wait_for()
    window.dialog.get_by_role("checkbox").check()
    window.dialog.get_by_text("You can also drop or paste one here.").wait_for()
    assert window.dialog.get_by_text("Please tick the box first.").count() == 0


def noise() -> bytes:
    """Return a picture that no format makes small."""
    written = io.BytesIO()
    Image.effect_noise((900, 1200), 90).save(written, "PNG")
    return written.getvalue()


def hold(window: Window, pattern: str, method: str = "GET") -> list[Route]:
    """Let requests of this kind wait; return those that do."""
    held: list[Route] = []

    def keep(route: Route) -> None:
        if route.request.method == method:
            held.append(route)
        else:
            route.continue_()

    window.page.route(pattern, keep)
    return held


def test_sending_tells_how_far_it_is_and_can_be_stopped(
    window: Window, garment: Garment, person: Person
) -> None:
    window.show(garment.product).click()
    window.give({"name": "me.png", "mimeType": "image/png", "buffer": noise()})
    line = window.context.new_cdp_session(window.page)
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 50_000}
    line.send("Network.emulateNetworkConditions", slow)
    window.press("Use this photo")
    window.step(WAITING)
    window.dialog.get_by_text("Please keep this page open until your photo is sent.").wait_for()
    bar = window.dialog.get_by_role("progressbar")
    seen = {bar.get_attribute("aria-valuenow")}
    for _ in range(100):
        if len(seen) > 2:
            break
        window.page.wait_for_timeout(50)
        seen.add(bar.get_attribute("aria-valuenow"))
    assert len(seen) > 2, seen  # it moves
    assert window.dialog.get_by_text("Sending your photo:").is_visible()
    window.press("Cancel")
    window.step("Try it on")
    assert window.dialog.get_by_role("checkbox").is_checked()
    window.tells("open", "photo")
    assert not Person.objects.filter(is_house_model=False).exists()


def test_a_dialog_that_was_closed_while_sending_stays_closed(
    window: Window, garment: Garment, person: Person, photo: Path
) -> None:
    held = hold(window, "**/api/people/", "POST")
    window.show(garment.product).click()
    window.give(photo)
    window.press("Use this photo")
    window.dialog.get_by_text("Please keep this page open").wait_for()
    window.waits_for(held)
    window.press("Close")
    held[0].continue_()
    window.page.get_by_role("button", name="Your try-on:").wait_for()
    assert window.dialog.count() == 0
    window.tells("open", "photo", "close", "launched")


def test_the_photo_stays_until_the_picture_is_there(
    window: Window, garment: Garment, person: Person
) -> None:
    launch(window, garment)
    held = hold(window, "**/files/view/**")
    services.drive_until_idle()
    window.until("told.some(([name]) => name === 'ready')")
    window.waits_for(held)
    assert window.dialog.get_by_role("heading", name=WAITING).is_visible()
    assert window.dialog.locator(".veil").is_visible()
    for route in held:
        route.continue_()
    window.page.unroute("**/files/view/**")
    window.step(READY)


def test_the_pill_is_small_on_a_phone_and_can_be_put_away(
    open_window: OpenWindow, garment: Garment, person: Person, jeans: Product
) -> None:
    window = open_window(**PHONE)
    launch(window, garment)
    window.press("Close")
    window.show(jeans)
    window.pill.wait_for()
    place = window.page.locator("try-on[pill] .place").bounding_box()
    assert place
    assert place["width"] < 240
    assert place["height"] < 64
    window.page.locator("try-on[pill]").get_by_role("button", name="Close").click()
    window.pill.wait_for(state="detached")
    window.show(jeans).wait_for()
    window.page.wait_for_load_state("networkidle")
    assert window.pill.count() == 0
    services.drive_until_idle()
    window.show(garment.product)
    window.page.get_by_role("button", name="See your try-on").wait_for()  # it was not lost


def test_the_pill_shows_the_picture_as_large_as_the_button_does(
    open_window: OpenWindow, garment: Garment, person: Person, jeans: Product
) -> None:
    window = open_window(**PHONE)
    launch(window, garment)
    window.press("Close")
    window.show(jeans)
    services.drive_until_idle()
    window.page.get_by_role("button", name=READY).click()
    window.step(READY)
    box = window.dialog.locator(".look").bounding_box()
    shown = window.dialog.get_by_alt_text("AI-generated").bounding_box()
    assert box
    assert box["width"] > 300
    assert shown == box


def test_of_a_basket_one_may_choose_although_the_last_model_is_known(
    window: Window, garment: Garment, person: Person, jeans: Product
) -> None:
    look_at(window, garment.product)
    window.show([garment.product, jeans]).click()
    window.step("Try it on")
    assert window.dialog.locator('.garment[aria-pressed="true"]').count() == 2


def test_after_everything_was_deleted_the_button_asks_for_none_of_it(
    window: Window, garment: Garment, person: Person
) -> None:
    look_at(window, garment.product)
    window.expected = ("favicon",)
    window.page.goto("/tryon/mine/")
    window.page.get_by_role("link", name="Delete everything").click()
    window.page.get_by_role("button", name="Delete").click()
    window.page.get_by_role("heading", name="Everything was deleted").wait_for()
    window.until("Object.keys(localStorage).length", 0)
    window.show(garment.product).wait_for()
    window.page.wait_for_load_state("networkidle")


def test_an_iphones_picture_may_be_given_where_the_shop_reads_it(
    window: Window, garment: Garment, person: Person
) -> None:
    pytest.importorskip("pillow_heif")
    window.show(garment.product).click()
    window.step("Try it on")
    file = window.dialog.locator("input[type=file]")
    assert "image/heic" in (file.get_attribute("accept") or "")
    given = io.BytesIO(b"\0\0\0\x18ftypmif1\0\0\0\0")
    window.give({"name": "me", "mimeType": "", "buffer": given.read()})
    window.dialog.get_by_text("Your browser cannot show this kind of photo").wait_for()
