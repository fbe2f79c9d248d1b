"""What a browser remembers of its shopper, and when that is somebody else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from django_tryon import services
from django_tryon.models import Garment, Person, Shopper, TryOnJob
from tests.browser.conftest import OpenWindow
from tests.browser.shopping import (
    READY,
    WAITING,
    Window,
    launch,
    look_at,
    wait_for_job,
)
from tests.shop.models import Product

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Route

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.django_db(transaction=True)]


def test_a_token_that_has_expired_is_renewed(
    window: Window, garment: Garment, person: Person, jeans: Product
) -> None:
    look_at(window, garment.product)
    window.expected = ("401",)
    asked: list[str] = []

    def expired_once(route: Route) -> None:
        asked.append(route.request.headers["authorization"])
        if len(asked) == 1:
            route.fulfill(status=401, json={"error": {"code": "token_expired", "message": "."}})
        else:
            route.continue_()

    window.page.route("**/api/people/", expired_once)
    window.show(jeans).click()
    wait_for_job(window)
    assert len(asked) == 2
    assert Shopper.objects.count() == 1


def test_whoever_logs_in_is_another_shopper(
    window: Window, garment: Garment, person: Person, staff: Any
) -> None:
    look_at(window, garment.product)
    before = window.memory()
    Shopper.objects.create(user=staff)
    window.page.evaluate(
        "() => { const key = Object.keys(localStorage)[0]; const kept = "
        "JSON.parse(localStorage[key]); localStorage[key] = JSON.stringify({ ...kept, at: 0 }) }"
    )
    client = pytest.importorskip("django.test").Client()
    client.force_login(staff)
    cookie = client.cookies["sessionid"].value
    window.context.add_cookies([{"name": "sessionid", "value": cookie, "url": window.site}])
    window.expected = ("404",)  # the job is not theirs
    window.show(garment.product)
    window.until(f"JSON.parse(localStorage[Object.keys(localStorage)[0]]).id !== {before['id']!r}")
    window.page.get_by_role("button", name="See your try-on").wait_for(state="detached")
    assert window.memory()["jobs"] == {}


def test_where_nothing_may_be_stored_this_page_alone_remembers(
    window: Window, garment: Garment, person: Person
) -> None:
    window.page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error() } })"
    )
    look_at(window, garment.product)
    assert Shopper.objects.count() == 1


def test_a_job_that_was_erased_elsewhere_is_forgotten(
    window: Window, garment: Garment, person: Person
) -> None:
    window.expected = ("404",)
    job = launch(window, garment)
    window.press("Close")
    job.delete()
    window.show(garment.product)
    window.page.get_by_role("button", name="Try it on").wait_for()
    window.until(
        "Object.keys(JSON.parse(localStorage[Object.keys(localStorage)[0]]).jobs).length", 0
    )


def test_many_windows_are_many_shoppers(
    open_window: OpenWindow, garment: Garment, person: Person
) -> None:
    for window in (open_window(), open_window()):
        look_at(window, garment.product)
    assert Shopper.objects.count() == 2
    assert TryOnJob.objects.count() == 2


def held_down(window: Window, button: Locator) -> None:
    """Press a button as slowly as a finger does, and have the page hear something meanwhile."""
    button.hover()
    window.page.mouse.down()
    window.page.evaluate("dispatchEvent(new StorageEvent('storage'))")  # from another window
    window.page.mouse.up()


def test_a_press_counts_although_the_page_hears_something_meanwhile(
    window: Window, garment: Garment, person: Person, jeans: Product
) -> None:
    held_down(window, window.show(garment.product))
    window.step("Try it on")
    window.press("Ana")
    wait_for_job(window)
    window.press("Close")
    held_down(window, window.button)
    window.step(WAITING)
    window.show(jeans).wait_for()
    held_down(window, window.pill)
    window.step(WAITING)
    services.drive_until_idle()
    window.step(READY)
    window.press("Close")
    window.show(garment.product)
    held_down(window, window.page.get_by_role("button", name="See your try-on"))
    window.step(READY)
