"""A clip of oneself from the button: cut, looked at, approved, and played; and found again."""

from __future__ import annotations

from typing import Any

import pytest
from PIL import Image

from django_tryon import services
from django_tryon.models import ClipUpload, Garment, Person, TryOnJob, WaitingClip
from tests.browser import shopping
from tests.browser.conftest import OpenWindow
from tests.browser.shopping import PHONE, READY, Window
from tests.photos.making import corners
from tests.videos.making import clip as film

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.django_db(transaction=True)]

LOOK = "Your look is ready"
NOTES = """
window.notes = [];
window.Notification = class {
  static permission = "default";
  static async requestPermission() { return this.permission = "granted"; }
  constructor(title, { tag }) { notes.push([title, tag]); window.note = this; }
};
Object.defineProperty(document, "hidden", { get: () => Boolean(window.away) });
"""
"""A browser's notifications, and a page that may be in the background."""
MOVE = "(range, value) => { range.value = value; range.dispatchEvent(new Event('input')); }"


@pytest.fixture(autouse=True)
def _on(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.TRYON = settings.TRYON | {"STOREFRONT_CLIPS": True}
    # As docs/howto/button.md asks for: what a shopper has chosen is played before it is sent.
    monkeypatch.setattr(shopping, "POLICY", f"{shopping.POLICY}; media-src 'self' blob:")


def shade(number: int) -> Image.Image:
    """Paint a frame whose middle tells its number."""
    picture = corners(480, 320)
    picture.paste((12 * number,) * 3, (160, 80, 320, 240))
    return picture


def filmed() -> dict[str, Any]:
    """Return a clip of four seconds as Playwright takes it."""
    return {"name": "me.mp4", "mimeType": "video/mp4", "buffer": film(4, paint=shade)}


def choose(window: Window, garment: Garment, *, part: tuple[float, float] | None = None) -> None:
    """Go to the clip's first step, give one, and choose a part of it."""
    window.show(garment.product).click()
    window.press("Use a clip of me")
    window.step("A clip of you")
    assert window.dialog.get_by_role("button", name="Choose a clip").is_disabled()
    window.dialog.get_by_role("checkbox").check()
    window.dialog.locator("[type=file]").set_input_files(filmed())
    window.step("Which part of it?")
    for name, moment in zip(("It begins at", "It ends at"), part or (), strict=False):
        window.dialog.get_by_label(name).evaluate(MOVE, moment)


def work_once_there(window: Window, model: Any) -> None:
    """Have the worker do what there is to do, once the page has asked for it."""
    for _ in range(200):
        if model.objects.exists():
            break
        window.page.wait_for_timeout(50)
    assert model.objects.exists()
    services.drive_until_idle()


def dress(window: Window) -> None:
    """Send what was chosen, and wait for its first frame."""
    window.press("Use this part")
    work_once_there(window, ClipUpload)
    if ClipUpload.objects.get().notes:
        window.step("So your clip begins")
        window.press("Go on")
    work_once_there(window, WaitingClip)
    window.step(LOOK)


def test_from_a_clip_to_the_clip(window: Window, garment: Garment) -> None:
    choose(window, garment, part=(0.2, 4))
    window.dialog.get_by_text("3.8 s chosen").wait_for()
    window.dialog.get_by_label("It ends at").evaluate(MOVE, 0.5)
    window.dialog.get_by_text("Choose at least a second.").wait_for()
    assert window.dialog.get_by_role("button", name="Use this part").is_disabled()
    window.dialog.get_by_label("It ends at").evaluate(MOVE, 3)
    window.check()
    dress(window)
    assert Person.objects.get(kind="video").seconds == pytest.approx(2.8, abs=0.2)
    window.check()
    assert TryOnJob.objects.count() == 1  # nothing of the clip is paid for yet

    # Another page of the shop goes on with it.
    window.show(None)
    window.pill.click()
    window.step(LOOK)
    window.press("Make the clip")
    window.dialog.get_by_text("minutes left").wait_for()
    window.dialog.get_by_label("E-mail me when it is ready").fill("ada@shop.example")
    window.press("Tell me")
    window.dialog.get_by_text("We will write to ada@shop.example.").wait_for()
    assert TryOnJob.objects.get(engine="video-tryon-v2").notify == "ada@shop.example"
    services.drive_until_idle()
    window.step(READY)
    video = window.dialog.locator("video")
    assert video.evaluate("node => [node.controls, node.autoplay, node.paused]") == [
        True,
        False,
        True,
    ]


@pytest.mark.parametrize("goes_well", [True, False])
def test_the_browser_tells_of_the_clip_that_is_there_or_failed(
    window: Window, garment: Garment, goes_well: bool
) -> None:
    window.page.add_init_script(NOTES)
    choose(window, garment)
    dress(window)
    window.press("Tell me in this browser")
    window.dialog.get_by_role("status").get_by_text("We will tell you here").wait_for()
    window.press("Make the clip")
    window.dialog.get_by_text("minutes left").wait_for()
    window.page.evaluate("away = true")
    clip = TryOnJob.objects.get(engine="video-tryon-v2")
    if goes_well:
        services.drive_until_idle()
    else:
        services.cancel(clip)
        TryOnJob.objects.filter(pk=clip.pk).update(status="failed", error_code="provider_error")
    window.until("notes.length", 1)
    said = "Your clip is ready" if goes_well else "This did not work"
    assert window.page.evaluate("notes") == [[said, str(clip.pk)]]
    window.press("Close")
    window.page.evaluate("note.onclick()")
    window.step(READY if goes_well else "This did not work")


def test_a_large_one_is_cut_before_it_is_sent_and_a_no_keeps_the_picture(
    open_window: OpenWindow, garment: Garment
) -> None:
    window = open_window(**PHONE)

    def all_are_large(route: Any) -> None:
        route.fulfill(
            body=route.fetch().text().replace("UNCUT = 2e7", "UNCUT = 0"),
            content_type="text/javascript",
        )

    window.page.route("**/try-on-cut.js**", all_are_large)
    choose(window, garment, part=(1, 2.4))
    dress(window)
    upload = ClipUpload.objects.get()
    assert (upload.begin, upload.end) == (None, None)  # what was cut off was never sent
    assert upload.person is not None
    assert upload.person.seconds == pytest.approx(1.4, abs=0.5)
    window.press("No clip, just the picture")
    window.step(READY)
    assert window.dialog.get_by_role("slider").count() == 1  # beside the clip's first picture
    assert WaitingClip.objects.get().state == "rejected"


def test_a_refusal_is_told_where_another_can_be_chosen(window: Window, garment: Garment) -> None:
    window.show(garment.product).click()
    window.press("Use a clip of me")
    window.step("A clip of you")
    window.dialog.get_by_role("checkbox").check()
    broken = {"name": "me.mp4", "mimeType": "video/mp4", "buffer": b"no clip at all"}
    window.dialog.locator("[type=file]").set_input_files(broken)
    window.expected = ("422",)
    window.dialog.get_by_text("Your browser cannot show this file").wait_for()
    window.press("Go on")
    window.dialog.get_by_role("status").get_by_text("This file is not a video").wait_for()
    window.step("A clip of you")
    assert not ClipUpload.objects.exists()
