"""A clip from the button where something comes between: another tab, other words, a close."""

from __future__ import annotations

from typing import Any

import pytest

from django_tryon import services
from django_tryon.models import Garment, Person, TryOnJob, TryOnResult, WaitingClip
from django_tryon.services.shoppers.clips.approve import approve_clip
from django_tryon.services.shoppers.forget import forget_photo
from tests.browser.filming import LOOK, NOTES, choose, dress, filmed
from tests.browser.filming import clips_are_made as clips_are_made
from tests.browser.shopping import READY, Window

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.django_db(transaction=True)]

SLOW = """
const { set } = Object.getOwnPropertyDescriptor(HTMLElement.prototype, "onloadeddata");
Object.defineProperty(HTMLElement.prototype, "onloadeddata", {
  set(act) { set.call(this, (event) => (window.opened = () => act(event))); },
});
"""
"""A clip that takes its time to be opened."""


@pytest.mark.parametrize("is_done", [False, True])
def test_a_yes_that_was_said_elsewhere_is_gone_on_from(
    window: Window, garment: Garment, is_done: bool
) -> None:
    choose(window, garment)
    dress(window)
    window.press("Close")
    waiting = WaitingClip.objects.get()
    assert waiting.shopper is not None
    approve_clip(waiting.shopper, waiting)
    if is_done:
        services.drive_until_idle()
    window.page.get_by_role("button", name="Your look waits for your yes").click()
    if is_done:
        window.step(READY)
        assert window.dialog.locator("video").count() == 1
    else:
        window.dialog.get_by_text("minutes left").wait_for()


@pytest.mark.parametrize("is_done", [False, True])
def test_a_yes_that_comes_second_shows_what_became_of_the_first(
    window: Window, garment: Garment, is_done: bool
) -> None:
    choose(window, garment)
    dress(window)
    waiting = WaitingClip.objects.get()
    assert waiting.shopper is not None
    clip = approve_clip(waiting.shopper, waiting)
    if is_done:
        services.drive_until_idle()
    window.press("Make the clip")
    if is_done:
        window.step(READY)
    else:
        window.dialog.get_by_text("minutes left").wait_for()
    assert TryOnJob.objects.get(engine="video-tryon-v2") == clip


def test_a_clip_that_was_deleted_elsewhere_leaves_the_picture(
    window: Window, garment: Garment
) -> None:
    choose(window, garment)
    dress(window)
    person = Person.objects.get(kind="video")
    forget_photo(person)
    window.expected = ("404",)
    window.press("Make the clip")
    window.step(READY)
    assert window.dialog.get_by_text("AI picture").count() == 1


def test_words_that_changed_are_shown_before_they_are_agreed_to(
    window: Window, garment: Garment, settings: Any
) -> None:
    choose(window, garment)
    more = {"CLIP_CONSENT_VERSION": "2", "CLIP_CONSENT_TEXT": "I agree to other words."}
    settings.TRYON = settings.TRYON | more
    window.expected = ("422",)
    window.press("Use this part")
    window.dialog.get_by_role("status").get_by_text("The text has changed").wait_for()
    window.dialog.get_by_label("I agree to other words.").check()
    window.dialog.locator("[type=file]").set_input_files(filmed())
    window.step("Which part of it?")
    dress(window)
    assert Person.objects.get(kind="video").consent.version == "2"  # type: ignore[union-attr]


def test_what_may_not_be_right_is_said_before_the_clip_is_made(
    window: Window, garment: Garment, settings: Any
) -> None:
    choose(window, garment)
    dress(window)
    settings.TRYON = settings.TRYON | {"QUALITY": {}}
    TryOnResult.objects.update(findings=[["colour", "far", {"away": 50}]], needs_look=True)
    window.show(None)
    window.pill.click()
    window.step(LOOK)
    window.dialog.get_by_text("Look closely: face, body or garment").wait_for()
    window.check()


def test_a_dialog_that_was_closed_stays_so_while_a_clip_is_opened(
    window: Window, garment: Garment
) -> None:
    window.page.add_init_script(SLOW)
    window.show(garment.product).click()
    window.press("Use a clip of me")
    window.step("A clip of you")
    window.dialog.get_by_role("checkbox").check()
    window.dialog.locator("[type=file]").set_input_files(filmed())
    window.until("Boolean(window.opened)")
    window.press("Close")
    window.tells("open", "close")
    window.page.evaluate("opened()")
    window.page.wait_for_timeout(300)
    assert window.dialog.count() == 0


def test_a_browser_that_may_not_tell_says_so(window: Window, garment: Garment) -> None:
    window.page.add_init_script(NOTES.replace('= "granted"', '= "denied"'))
    choose(window, garment)
    dress(window)
    window.press("Tell me in this browser")
    window.dialog.get_by_role("status").get_by_text("does not let us").wait_for()


def test_a_look_is_seen_also_while_no_clip_can_be_made_of_it(
    window: Window, garment: Garment
) -> None:
    choose(window, garment)
    dress(window)

    def without_clips(route: Any) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json=answer.json() | {"clips": None})

    window.page.route("**/config/**", without_clips)
    other = Garment.objects.create(
        product=garment.product, category="upper", name="In blue", description="blue"
    )
    window.show(garment.product)
    window.page.get_by_role("button", name="Your try-on is ready").click()
    window.step(READY)
    window.press(other.name)  # a clip is no photo: another person is asked for
    window.step("Try it on")
    assert TryOnJob.objects.count() == 1
    window.page.unroute("**/config/**")
    window.show(garment.product)
    window.page.get_by_role("button", name="Your look waits for your yes").click()
    window.step(LOOK)
