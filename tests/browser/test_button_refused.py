"""What the shop refuses: said kindly, and with what helps."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from django_tryon.models import Garment, Person, Tally
from tests.browser.shopping import (
    FAILED,
    WAITING,
    Window,
    first_steps,
    launch,
    wait_for_job,
)

if TYPE_CHECKING:
    from playwright.sync_api import Route

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.django_db(transaction=True)]


def test_used_up_is_said_kindly(
    window: Window, settings: Any, garment: Garment, person: Person
) -> None:
    settings.TRYON = settings.TRYON | {"SHOPPER_DAILY": 0}
    window.expected = ("429",)
    window.show(garment.product).click()
    window.press("Ana")
    window.step(FAILED)
    said = "You have used today's try-ons. You can go on tomorrow."
    assert window.dialog.get_by_role("status").inner_text() == said
    assert first_steps(window) == []


def test_the_button_goes_away_when_the_budget_is_spent(
    window: Window, settings: Any, garment: Garment, person: Person
) -> None:
    settings.TRYON = settings.TRYON | {"STOREFRONT_DAILY_BUDGET": 1}
    Tally.take(f"budget:{timezone.localdate()}", 1, limit=1)  # type: ignore[arg-type]
    window.show(garment.product)
    window.page.get_by_text("Try-on is taking a break for today.").wait_for()
    assert window.page.get_by_role("button").count() == 0


def test_words_that_changed_meanwhile_are_shown_again(
    window: Window, settings: Any, garment: Garment, person: Person, photo: Path
) -> None:
    window.expected = ("422",)
    window.show(garment.product).click()
    window.give(photo)
    settings.TRYON = settings.TRYON | {"CONSENT_VERSION": "2", "CONSENT_TEXT": "New words."}
    window.press("Use this photo")
    window.dialog.get_by_role("status").get_by_text("The text has changed.").wait_for()
    assert "New words." in window.dialog.locator("label").inner_text()
    window.give(photo)
    window.press("Use this photo")
    wait_for_job(window)
    window.tells("open", "photo", "error", "photo", "launched")


def test_a_photo_that_the_shop_refuses_says_why(
    window: Window, garment: Garment, person: Person, photo: Path
) -> None:
    window.expected = ("422",)

    def refuse(route: Route) -> None:
        error = {"code": "too_narrow", "message": "This picture is too narrow.", "field": "photo"}
        if route.request.method == "POST":
            route.fulfill(status=422, json={"error": error})
        else:
            route.continue_()

    window.page.route("**/api/people/", refuse)
    window.show(garment.product).click()
    window.give(photo)
    window.press("Use this photo")
    window.dialog.get_by_role("status").get_by_text("This picture is too narrow.").wait_for()
    window.step("Try it on")
    assert window.detail("error")["code"] == "too_narrow"


def test_an_address_that_is_none_is_not_sent(
    window: Window, garment: Garment, person: Person
) -> None:
    job = launch(window, garment)
    window.dialog.get_by_label("E-mail me when it is ready").fill("ada")
    window.press("Tell me")
    job.refresh_from_db()
    assert job.notify == ""
    window.step(WAITING)


def test_a_storefront_may_say_no_to_opening(
    window: Window, garment: Garment, person: Person
) -> None:
    window.page.add_init_script("addEventListener('tryon:open', (event) => event.preventDefault())")
    window.show(garment.product).click()
    window.tells("open")
    assert window.dialog.count() == 0
