"""What becomes of a photo in the browser, before and when it leaves."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from django_tryon.models import Garment, Person
from tests.browser.conftest import OpenWindow
from tests.browser.shopping import (
    PHONE,
    Window,
)
from tests.conftest import picture

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.django_db(transaction=True)]

GIVE = """(host, [name, kind, bytes, type]) => {
  const given = new DataTransfer();
  given.items.add(new File([new Uint8Array(bytes)], name, { type }));
  const event = kind === "drop"
    ? new DragEvent("drop", { dataTransfer: given, bubbles: true, cancelable: true })
    : new ClipboardEvent("paste", { clipboardData: given, bubbles: true, cancelable: true });
  host.shadowRoot.querySelector(".start").dispatchEvent(event);
}"""
SENT = """(() => {
  const send = XMLHttpRequest.prototype.send;
  XMLHttpRequest.prototype.send = function (body) {
    const file = body instanceof FormData && body.get("photo");
    const keep = (bytes) => (window.sent = [file.name, [...new Uint8Array(bytes)]]);
    if (file) file.arrayBuffer().then(keep);
    return send.call(this, body);
  };
})()"""


def of_phone() -> bytes:
    """Return a photo as a phone writes it: lying on its side, and saying where it was taken."""
    image = Image.open(io.BytesIO(picture((2400, 1800), "navy")))
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned to the right
    exif[0x010F] = "Phone"
    exif.get_ifd(0x8825)[2] = (48.0, 12.0, 30.0)
    written = io.BytesIO()
    image.save(written, "JPEG", exif=exif)
    return written.getvalue()


def given(name: str, body: bytes, kind: str = "image/jpeg") -> dict[str, Any]:
    """Return a file as Playwright takes it."""
    return {"name": name, "mimeType": kind, "buffer": body}


def plain(size: tuple[int, int], colour: str) -> bytes:
    """Return a JPEG of one colour."""
    written = io.BytesIO()
    Image.new("RGB", size, colour).save(written, "JPEG")
    return written.getvalue()


@pytest.fixture
def start(window: Window, garment: Garment, person: Person) -> Window:
    """A window in which the dialog is open at its first step."""
    window.page.add_init_script(SENT)
    window.show(garment.product).click()
    window.step("Try it on")
    return window


def test_it_leaves_upright_small_and_without_its_past(start: Window) -> None:
    start.give(given("me.jpg", of_phone()))
    start.press("Use this photo")
    start.until("Boolean(window.sent)")
    name, sent = start.page.evaluate("sent")
    with Image.open(io.BytesIO(bytes(sent))) as left:
        assert (left.format, left.size) == ("JPEG", (1200, 1600))
        assert not left.getexif()
    assert name == "photo.jpg"
    assert b"Phone" not in bytes(sent)
    start.dialog.get_by_text("You can close this").wait_for()


@pytest.mark.parametrize("kind", ["drop", "paste"])
def test_it_may_be_dropped_or_pasted(start: Window, kind: str) -> None:
    host = start.page.locator("try-on").first
    body = list(picture((600, 800)))
    host.evaluate(GIVE, ["me.jpg", kind, body, "image/jpeg"])
    alert = start.dialog.get_by_role("status")
    alert.get_by_text("Please tick the box first.").wait_for()
    assert start.dialog.get_by_role("checkbox").evaluate("node => node.matches(':focus')")
    # What was given has waited for it, so the box is gone before anybody could see its tick.
    start.dialog.get_by_role("checkbox").click()
    start.step("Is this the right photo?")


def test_unticking_the_box_closes_the_way_again(start: Window) -> None:
    start.dialog.get_by_role("checkbox").check()
    start.dialog.get_by_role("checkbox").uncheck()
    assert start.dialog.get_by_role("button", name="Choose a photo").is_disabled()


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (plain((600, 800), "#111"), "It is a little dark: it may still work."),
        (plain((800, 600), "#999"), "It is wider than tall. An upright photo"),
    ],
    ids=["dark", "wide"],
)
def test_what_is_seen_at_once_is_said_at_once(start: Window, body: bytes, says: str) -> None:
    start.give(given("me.jpg", body))
    start.dialog.get_by_text(says).wait_for()
    assert start.dialog.get_by_role("button", name="Use this photo").is_visible()
    start.press("Choose another")
    start.step("Try it on")
    box = start.dialog.get_by_role("checkbox")
    assert box.is_checked()  # for as long as the dialog is open
    start.press("Close")
    start.button.click()
    assert not box.is_checked()


def test_a_thumbnail_is_not_even_sent(start: Window) -> None:
    start.give(given("me.jpg", plain((200, 260), "#999")))
    start.dialog.get_by_text("It is too small to see the garment on you.").wait_for()
    assert start.dialog.get_by_role("button", name="Use this photo").count() == 0


@pytest.mark.parametrize(
    ("name", "kind"), [("me.jpg", "image/jpeg"), ("bill.pdf", "application/pdf")]
)
def test_what_is_no_picture_is_refused_here(start: Window, name: str, kind: str) -> None:
    start.give(given(name, b"hello", kind))
    start.dialog.get_by_role("status").get_by_text("This file is not a picture.").wait_for()


def test_heic_goes_as_it_is_and_the_server_reads_it(start: Window) -> None:
    heif = pytest.importorskip("pillow_heif")
    written = io.BytesIO()
    heif.from_pillow(Image.open(io.BytesIO(picture((600, 800))))).save(written)
    start.give(given("IMG_1.HEIC", written.getvalue(), ""))
    start.dialog.get_by_text("Your browser cannot show this kind of photo").wait_for()
    start.press("Use this photo")
    start.dialog.get_by_text("You can close this").wait_for()
    mine = Person.objects.get(is_house_model=False)
    assert (mine.width, mine.height) == (600, 800)


def test_the_camera(start: Window) -> None:
    start.dialog.get_by_role("checkbox").check()
    start.press("Take a photo")
    start.dialog.get_by_text("Stand back until you are seen").wait_for()
    start.until("document.querySelector('try-on').shadowRoot.querySelector('video').videoWidth > 0")
    start.press("Take it now")
    start.step("Is this the right photo?")
    start.press("Use this photo")
    start.dialog.get_by_text("You can close this").wait_for()
    assert Person.objects.filter(is_house_model=False).count() == 1


def test_the_camera_waits_until_one_stands_there_and_goes_out(
    open_window: OpenWindow, garment: Garment, person: Person
) -> None:
    start = open_window(hurry=False)
    start.show(garment.product).click()
    start.page.evaluate(
        "() => { const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);"
        "navigator.mediaDevices.getUserMedia = async (what) => (window.stream = await ask(what)) }"
    )
    start.dialog.get_by_role("checkbox").check()
    start.press("Take a photo")
    start.page.evaluate("() => { window.setTimeout = () => 0 }")  # the first of them lasts
    start.press("In 5 seconds")
    start.dialog.locator(".count").get_by_text("5").wait_for()
    start.press("Back")
    start.step("Try it on")
    assert start.page.evaluate("stream.active") is False


def test_a_camera_that_is_allowed_too_late_goes_out(start: Window) -> None:
    start.page.evaluate(
        "() => { const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);"
        "navigator.mediaDevices.getUserMedia = async (what) => {"
        "window.stream = await ask(what); await new Promise((done) => (window.allow = done));"
        "return window.stream } }"
    )
    start.dialog.get_by_role("checkbox").check()
    start.press("Take a photo")
    start.until("Boolean(window.allow)")
    start.press("Close")
    start.tells("open", "close")
    start.page.evaluate("allow()")
    start.until("stream.active", False)
    assert start.dialog.count() == 0


def test_a_photo_that_is_opened_too_late_does_not_bring_the_dialog_back(
    start: Window, photo: Path
) -> None:
    start.page.evaluate(
        "() => { const open = createImageBitmap; window.createImageBitmap = async (...all) => {"
        "await new Promise((done) => (window.opened = done)); return open(...all) } }"
    )
    start.give(photo)
    start.until("Boolean(window.opened)")
    start.press("Close")
    start.tells("open", "close")
    start.page.evaluate("opened()")
    start.page.wait_for_timeout(500)
    assert start.dialog.count() == 0


def test_without_a_camera_one_is_told_so(start: Window) -> None:
    start.page.evaluate("() => { navigator.mediaDevices.getUserMedia = () => Promise.reject() }")
    start.dialog.get_by_role("checkbox").check()
    start.press("Take a photo")
    start.dialog.get_by_role("status").get_by_text("The camera cannot be used here.").wait_for()


def test_a_phone_opens_its_own_camera_first(
    open_window: OpenWindow, garment: Garment, person: Person, photo: Path
) -> None:
    window = open_window(**PHONE)
    window.show(garment.product).click()
    window.dialog.get_by_role("checkbox").check()
    buttons = window.dialog.locator("fieldset button")
    assert buttons.all_inner_texts() == ["Take a photo", "Choose a photo"]
    file = window.dialog.locator("input[type=file]")
    for button, capture in ((0, True), (1, False)):
        with window.page.expect_file_chooser():
            buttons.nth(button).click()
        assert file.evaluate("node => node.hasAttribute('capture')") is capture
