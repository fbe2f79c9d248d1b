"""The result: another garment, sharing, saving, looking near, deleting."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile

from django_tryon import services
from django_tryon.models import Garment, Person, TryOnResult
from tests.browser.conftest import OpenWindow
from tests.browser.shopping import (
    READY,
    Window,
    look_at,
    wait_for_job,
)
from tests.conftest import picture

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.django_db(transaction=True)]


def test_another_garment_of_the_product_is_one_tap_from_the_result(
    window: Window, garment: Garment, person: Person
) -> None:
    blue = Garment.objects.create(
        product=garment.product,
        category="upper",
        name="Blue tee",
        image=ContentFile(picture(colour="blue"), name="blue.jpg"),
    )
    look_at(window, garment.product)
    window.dialog.get_by_title("Blue tee").click()
    job = wait_for_job(window)
    assert (list(job.garments.all()), job.person) == ([blue], person)


def test_a_result_and_a_photo_can_be_deleted_at_once(
    window: Window, garment: Garment, person: Person, photo: Path
) -> None:
    window.show(garment.product).click()
    window.give(photo)
    window.press("Use this photo")
    wait_for_job(window)
    services.drive_until_idle()
    window.step(READY)
    window.press("Delete")
    window.step("Delete this try-on?")
    window.press("Keep it")
    window.step(READY)
    assert TryOnResult.objects.exists()
    window.press("Delete")
    window.press("Delete")
    window.step("Try it on")
    assert window.dialog.get_by_role("status").inner_text() == "Your try-on was deleted."
    assert not TryOnResult.objects.exists()
    window.press("Delete this photo")
    window.step("Delete this photo?")
    window.press("Delete")
    window.dialog.get_by_role("status").get_by_text("Your photo was deleted.").wait_for()
    assert window.dialog.get_by_role("button", name="Use my last photo").count() == 0
    assert not Person.objects.filter(is_house_model=False).exists()
    window.press("Close")
    assert window.page.get_by_role("button").all_inner_texts() == ["Try it on"]


def test_a_link_is_shared(
    open_window: OpenWindow, live_server: Any, garment: Garment, person: Person
) -> None:
    window = open_window(permissions=["clipboard-write", "clipboard-read"])
    look_at(window, garment.product)
    window.press("Share")
    link = window.dialog.locator(".shared input")
    link.wait_for()
    assert "Link copied. It works until" in window.dialog.get_by_role("status").inner_text()
    assert window.page.evaluate("navigator.clipboard.readText()") == link.input_value()
    assert window.detail("shared")["url"] == link.input_value()
    stranger = open_window()
    stranger.expected = ("404",)  # this site has no icon
    stranger.page.goto(link.input_value())
    stranger.page.get_by_role("img").first.wait_for()


def test_without_a_clipboard_the_link_is_shown(
    window: Window, garment: Garment, person: Person
) -> None:
    window.page.add_init_script("delete Navigator.prototype.clipboard")
    look_at(window, garment.product)
    window.press("Share")
    window.dialog.locator(".shared input").wait_for()
    assert "Copy this link." in window.dialog.get_by_role("status").inner_text()


def test_the_result_is_saved(window: Window, garment: Garment, person: Person) -> None:
    result = look_at(window, garment.product)
    with window.page.expect_download() as saved:
        window.dialog.get_by_role("link", name="Save").click()
    with result.file.open() as stored:
        assert Path(saved.value.path()).read_bytes() == stored.read()
    assert saved.value.suggested_filename == f"try-on{Path(result.file.name).suffix}"


def test_a_published_result_is_saved_by_its_own_kind(
    window: Window, garment: Garment, person: Person
) -> None:
    result = look_at(window, garment.product)
    services.publish(result)
    content = b"\x00\x00\x00\x18ftypmp42" + bytes(16)
    name = result.file.storage.save("tryon/results/clip.mp4", ContentFile(content))
    TryOnResult.objects.update(file=name)
    window.page.reload()
    window.page.locator("try-on").get_by_role("button").last.click()
    window.step(READY)
    with window.page.expect_download() as saved:
        window.dialog.get_by_role("link", name="Save").click()
    assert saved.value.suggested_filename == "try-on.mp4"
    assert Path(saved.value.path()).read_bytes() == content


def test_the_result_can_be_seen_near(window: Window, garment: Garment, person: Person) -> None:
    look_at(window, garment.product)
    picture_seen = window.dialog.get_by_alt_text("AI-generated")
    before = picture_seen.bounding_box()
    window.press("Zoom in")
    near = picture_seen.bounding_box()
    assert before
    assert near
    assert near["width"] > 1.5 * before["width"]
    window.press("Zoom in")
    assert picture_seen.bounding_box() == before
