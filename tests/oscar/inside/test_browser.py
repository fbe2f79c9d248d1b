"""A shopper's way through oscar's pages, and that of staff through its dashboard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client

from django_tryon import services
from django_tryon.models import Batch, Person, TryOnJob
from tests.browser.shopping import PHONE, READY, Window, wait_for_job
from tests.oscar.inside.conftest import dress, stock
from tests.oscar.inside.test_dashboard import with_actions

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Route

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.django_db(transaction=True)]
Open = Callable[..., Window]


@pytest.fixture
def open_window(chromium: Browser, live_server: Any, sandbox: Any) -> Iterator[Open]:
    """Open windows on the shop; whatever a browser complains about fails the test."""
    complaints: list[str] = []
    windows: list[Window] = []

    def answer(route: Route) -> None:
        if "jquery" in route.request.url:  # oscar takes it from a server far away
            route.fulfill(path=str(finders.find("oscar/js/jquery/jquery.min.js")))
        else:
            route.abort()

    def open_one(**options: Any) -> Window:
        window = Window(chromium, live_server.url, complaints, **options)
        window.context.route(lambda url: not url.startswith(live_server.url), answer)
        windows.append(window)
        return window

    yield open_one
    for window in windows:
        window.context.close()
    assert complaints == []


def try_on(window: Window, words: str) -> TryOnJob:
    """Press the button with these words, and see Ana in it."""
    window.page.get_by_role("button", name=words, exact=True).click()
    window.step("Try it on")
    window.press("Ana")
    job = wait_for_job(window)
    services.drive_until_idle()
    window.step(READY)
    return job


def test_a_shopper_buys_what_was_tried_on(
    open_window: Open, coat: SimpleNamespace, person: Person
) -> None:
    dress(coat.blue)
    window = open_window(**PHONE)
    page, added = window.page, window.page.get_by_text("has been added to your basket").first
    page.goto(coat.parent.get_absolute_url())
    job = try_on(window, "Try it on: Wool coat, blue")
    assert job.garments.get().product == coat.blue
    window.press("Add to basket")  # a parent cannot be bought: on to the variant's page
    page.wait_for_url(f"**{coat.blue.get_absolute_url()}")
    page.get_by_role("button", name="See your try-on").click()
    window.step(READY)
    window.press("Add to basket")
    added.wait_for()

    jeans = stock("Jeans", "navy")
    dress(jeans, "lower")
    page.goto(jeans.get_absolute_url())
    page.locator("#add_to_basket_form button").click()
    added.wait_for()
    page.goto("/basket/")
    page.evaluate("window.stays = true")
    page.locator("input[name$=-quantity]").first.fill("2")
    page.get_by_role("button", name="Update").first.click()
    page.get_by_text("£120.00").first.wait_for()
    assert page.evaluate("window.stays")  # only its middle was drawn anew, by oscar's script
    job = try_on(window, "Try on my basket")
    assert {worn.product for worn in job.garments.all()} == {coat.blue, jeans}
    assert window.dialog.get_by_role("button", name="Add to basket").count() == 0


@with_actions
def test_staff_launch_from_oscars_dashboard(
    open_window: Open, shirt: Any, coat: SimpleNamespace, person: Person, staff: Any, client: Client
) -> None:
    dress(coat.blue)
    client.force_login(staff)
    window = open_window()
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    window.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie.value, "url": window.site}]
    )
    page = window.page
    page.goto("/dashboard/catalogue/")
    for box in page.locator("input[name=selected_product]").all():
        box.check()
    page.locator("select[name=action]").select_option(label="Launch try-ons…")
    page.get_by_role("button", name="Go").click()
    page.wait_for_url("**/admin/catalogue/product/launch/**")
    page.get_by_label("Ana").check()
    page.get_by_label("IDM-VTON").check()
    page.get_by_role("button", name="Launch").click()
    page.wait_for_url("**/admin/django_tryon/batch/**")
    worn = {job.garments.get().product for job in Batch.objects.get().jobs.all()}
    assert worn == {shirt, coat.blue}
