"""The steps of a clip from the button, for the tests that go on from them."""

from __future__ import annotations

from typing import Any

import pytest
from PIL import Image

from django_tryon import services
from django_tryon.models import ClipUpload, Garment, WaitingClip
from tests.browser import shopping
from tests.browser.shopping import Window
from tests.photos.making import corners
from tests.videos.making import clip as film

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
def clips_are_made(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
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
