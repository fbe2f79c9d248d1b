"""A clip of oneself from the button: cut, looked at, approved, and played; and found again."""

from __future__ import annotations

from typing import Any

import pytest

from django_tryon import services
from django_tryon.models import ClipUpload, Garment, Person, TryOnJob, WaitingClip
from tests.browser.conftest import OpenWindow
from tests.browser.filming import LOOK, MOVE, NOTES, choose, dress, filmed
from tests.browser.filming import clips_are_made as clips_are_made
from tests.browser.shopping import PHONE, READY, Window

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.django_db(transaction=True)]


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
    # What was approved stays in sight, and stays marked.
    assert window.dialog.get_by_text("AI-generated").is_visible()
    assert window.dialog.locator(".veil").count() == 0
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


def test_seconds_are_told_as_the_language_tells_them(window: Window, garment: Garment) -> None:
    window.show(garment.product, lang="de").click()
    window.press("Einen Clip von mir verwenden")
    window.step("Ein Clip von Ihnen")
    window.dialog.get_by_role("checkbox").check()
    window.dialog.locator("[type=file]").set_input_files(filmed())
    window.dialog.get_by_text("4,0 s gewählt").wait_for()
    ends = window.dialog.get_by_label("Er endet bei")
    assert ends.get_attribute("aria-valuetext") == "4,0 s"


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
