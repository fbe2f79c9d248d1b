"""What the button loads only for those who need it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.staticfiles import finders

from django_tryon.models import Garment, Person
from tests.browser.shopping import Window

if TYPE_CHECKING:
    from playwright.sync_api import Route

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.django_db(transaction=True)]

MODULE = "**/try-on-photo.js**"
OFFLINE = "The shop cannot be reached. Please check your connection, and try again."


def test_a_module_comes_when_it_is_needed_and_after_a_failure_on_the_next_try(
    window: Window, garment: Garment, person: Person, photo: Path
) -> None:
    window.expected = ("ERR_FAILED",)
    asked: list[Any] = []

    def break_twice(route: Route) -> None:
        asked.append(route.request.url)
        route.abort() if len(asked) <= 2 else route.continue_()

    window.page.route(MODULE, break_twice)
    window.show(garment.product).click()
    window.step("Try it on")
    window.page.wait_for_load_state("networkidle")
    assert asked == []
    window.dialog.get_by_role("checkbox").check()
    window.waits_for(asked)
    window.press("Take a photo")
    window.dialog.get_by_role("status").get_by_text(OFFLINE).wait_for()
    assert window.detail("error") | {"product": ""} == {
        "product": "",
        "job": None,
        "code": "offline",
        "message": OFFLINE,
    }
    window.give(photo)
    window.step("Is this the right photo?")
    assert len(asked) == len(set(asked)) == 3  # a browser may remember what failed by its address


def test_a_shop_with_hashed_names_gets_the_module_of_the_same_version(
    window: Window, garment: Garment, person: Person, photo: Path
) -> None:
    asked: list[str] = []
    window.page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    source = str(finders.find("django_tryon/try-on.js"))
    window.page.route("**/try-on.0123abcd.js", lambda route: route.fulfill(path=source))
    html = (
        "<!doctype html><title>x</title>"
        '<script type="module" src="/static/django_tryon/try-on.0123abcd.js"></script>'
        f'<try-on product="shop.product:{garment.product_id}"></try-on>'
    )
    window.show(garment.product, html=html).click()
    window.give(photo)
    window.step("Is this the right photo?")
    assert "try-on-photo.js?.0123abcd" in asked
