"""The keyboard alone is enough, on every way to a result; where one is can always be seen."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from django_tryon import services
from django_tryon.models import Consent, Garment, Person, TryOnJob, TryOnResult
from tests.browser.shopping import READY, Window, wait_for_job

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.django_db(transaction=True)]

FOCUSED = """() => {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  const frame = at.type === "range" ? at.parentNode : at;
  return [
    at.title || at.ariaLabel || at.textContent || at.type,
    getComputedStyle(frame).outlineStyle !== "none",
  ];
}"""


class Keys:
    """Somebody without a mouse."""

    def __init__(self, window: Window) -> None:
        self.window, self.board = window, window.page.keyboard

    @property
    def place(self) -> str:
        """What has the focus."""
        return str(self.window.page.evaluate(FOCUSED)[0])

    def go_to(self, name: str) -> None:
        """Press Tab until it has the focus; fail where that cannot be seen."""
        for _ in range(25):
            self.board.press("Tab")
            place, is_seen = self.window.page.evaluate(FOCUSED)
            if place == name:
                assert is_seen, f"{name} looks as if it had no focus"
                return
        raise AssertionError(f"no way to {name}; at {self.place}")

    def use(self, name: str, key: str = "Enter") -> None:
        """Go to a button, and press it."""
        self.go_to(name)
        self.board.press(key)

    def open_dialog(self, garment: Garment) -> None:
        """Open the dialog, which reads out its heading, and tick the box."""
        self.window.show(garment.product).wait_for()
        self.use("Try it on")
        self.window.step("Try it on")
        assert self.place == "Try it on"
        self.use("checkbox", "Space")

    def send(self) -> TryOnJob:
        """Say that the photo is the right one, and wait for its result."""
        self.window.step("Is this the right photo?")
        assert self.place == "Is this the right photo?"
        self.use("Use this photo")
        job = wait_for_job(self.window)
        services.drive_until_idle()
        self.window.step(READY)
        assert self.place == READY
        return job

    def close(self) -> None:
        """Close the dialog, which gives the focus back."""
        self.board.press("Escape")
        self.window.dialog.wait_for(state="hidden")
        expect(self.window.button).to_be_focused()


@pytest.fixture
def keys(window: Window) -> Keys:
    """Somebody at a window of 1280 by 800."""
    return Keys(window)


def test_with_a_house_model(keys: Keys, garment: Garment, person: Person) -> None:
    window = keys.window
    keys.open_dialog(garment)
    assert window.dialog.get_by_role("button", name="Choose a photo").is_enabled()
    keys.go_to("Choose a photo")
    keys.go_to("Take a photo")
    keys.use("Ana")
    wait_for_job(window)
    services.drive_until_idle()
    window.step(READY)
    keys.go_to("Compare before and after")
    slider = window.dialog.get_by_role("slider")
    for _ in range(5):
        keys.board.press("ArrowRight")
    assert slider.input_value() == "55"
    assert slider.get_attribute("aria-valuetext") == "55 % before"
    keys.use("I like it", "Space")
    window.dialog.locator('[aria-pressed="true"]').wait_for()
    keys.close()


def test_with_a_photo_from_a_file(
    keys: Keys, garment: Garment, person: Person, photo: Path
) -> None:
    window = keys.window
    keys.open_dialog(garment)
    with window.page.expect_file_chooser() as chooser:
        keys.use("Choose a photo")
    chooser.value.set_files(photo)
    job = keys.send()
    assert job.person == Person.objects.get(is_house_model=False)
    assert Consent.objects.count() == 1

    keys.use("Zoom in", "Space")
    expect(window.dialog.get_by_role("button", name="Zoom in")).to_have_attribute(
        "aria-pressed", "true"
    )
    keys.board.press("Shift+Tab")
    keys.use("Share")
    window.dialog.locator(".shared input").wait_for()
    keys.use("Delete")
    window.step("Delete this try-on?")
    keys.use("Delete")
    window.step("Try it on")
    assert not TryOnResult.objects.exists()
    keys.use("Delete this photo")
    window.step("Delete this photo?")
    keys.use("Delete")
    window.dialog.get_by_role("status").get_by_text("Your photo was deleted.").wait_for()
    assert not Person.objects.filter(is_house_model=False).exists()
    keys.close()


def test_with_the_camera(keys: Keys, garment: Garment, person: Person) -> None:
    window = keys.window
    keys.open_dialog(garment)
    keys.use("Take a photo")
    window.step("Take a photo")
    assert keys.place == "Take a photo"
    window.until(
        "document.querySelector('try-on').shadowRoot.querySelector('video')?.videoWidth > 0"
    )
    keys.use("Back")
    window.step("Try it on")
    keys.use("Take a photo")
    window.until(
        "document.querySelector('try-on').shadowRoot.querySelector('video')?.videoWidth > 0"
    )
    keys.use("Take it now")
    window.step("Is this the right photo?")
    keys.use("Choose another")
    window.step("Try it on")
    keys.use("Take a photo")
    window.until(
        "document.querySelector('try-on').shadowRoot.querySelector('video')?.videoWidth > 0"
    )
    keys.use("Take it now")
    keys.send()
    assert Person.objects.filter(is_house_model=False).count() == 1
    keys.use("Add to basket")
    window.dialog.wait_for(state="hidden")
    expect(window.button).to_be_focused()
    window.tells("open", "photo", "photo", "launched", "ready", "addtocart", "close")
