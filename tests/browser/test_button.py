"""The shopper's whole way with the button, in real browsers of two sizes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import expect

from django_tryon import services
from django_tryon.models import Consent, Garment, Person, Shopper, TryOnJob, TryOnResult
from tests.browser.conftest import OpenWindow
from tests.browser.shopping import (
    DESKTOP,
    PHONE,
    READY,
    Window,
    look_at,
    wait_for_job,
)
from tests.shop.models import Product

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_whole_way_with_a_photo(
    open_window: OpenWindow, size: Any, garment: Garment, person: Person, photo: Path
) -> None:
    window = open_window(**size)
    window.show(garment.product).click()
    window.step("Try it on")
    box = window.dialog.get_by_role("checkbox")
    assert not box.is_checked()
    assert "Segmind" in window.dialog.locator("label").inner_text()
    for name in ("Choose a photo", "Take a photo"):
        assert window.dialog.get_by_role("button", name=name).is_disabled()
    assert window.dialog.locator("input[type=file]").is_disabled()

    window.give(photo)
    window.step("Is this the right photo?")
    assert window.dialog.get_by_text("Size and light are good. Is all of you in it").is_visible()
    assert not Person.objects.filter(is_house_model=False).exists()  # nothing has left
    window.press("Use this photo")
    job = wait_for_job(window)
    assert window.dialog.get_by_role("progressbar").is_visible()

    mine = Person.objects.get(is_house_model=False)
    assert (mine.width, mine.height) == (1200, 1600)
    with mine.photo.open() as stored, Image.open(stored) as kept:
        assert not kept.getexif()
    given = Consent.objects.get()
    assert (given.version, mine.consent, job.person) == ("1", given, mine)
    assert job.shopper == mine.shopper

    services.drive_until_idle()
    window.step(READY)
    assert window.dialog.get_by_text("AI picture: shows the style, not the fit.").is_visible()
    window.press("I like it")
    window.dialog.locator('[aria-pressed="true"]').wait_for()
    assert TryOnResult.objects.get().liked is True
    window.press("Add to basket")
    window.dialog.wait_for(state="hidden")
    window.tells("open", "photo", "launched", "ready", "liked", "addtocart", "close")
    assert window.detail("photo")["notes"] == ["fine"]
    assert window.detail("launched")["garments"] == [garment.pk]
    result = TryOnResult.objects.get()
    assert window.detail("addtocart") == {
        "product": f"shop.product:{garment.product_id}",
        "job": str(job.pk),
        "result": str(result.pk),
        "products": [f"shop.product:{garment.product_id}"],
    }


def test_a_house_model_is_one_tap(window: Window, garment: Garment, person: Person) -> None:
    result = look_at(window, garment.product)
    assert result.job.person == person
    assert not Consent.objects.exists()
    window.tells("open", "launched", "ready")


def test_closing_loses_nothing(
    window: Window, garment: Garment, person: Person, jeans: Product
) -> None:
    button = window.show(garment.product)
    button.click()
    window.step("Try it on")
    window.press("Ana")
    wait_for_job(window)
    window.page.keyboard.press("Escape")
    window.dialog.wait_for(state="hidden")
    expect(button).to_contain_text("Your try-on:")
    expect(button).to_be_focused()
    assert window.pill.count() == 0  # the button itself shows it

    window.show(jeans)
    window.pill.wait_for()
    expect(window.pill).to_contain_text("Your try-on:")
    services.drive_until_idle()
    window.page.get_by_role("button", name=READY).wait_for()
    window.pill.click()
    window.step(READY)
    window.press("Close")
    expect(window.pill).to_have_count(0)  # it was seen

    window.show(garment.product)
    seen = window.page.get_by_role("button", name="See your try-on")
    seen.wait_for()
    seen.click()
    window.step(READY)


def test_a_click_beside_the_dialog_closes_it(
    window: Window, garment: Garment, person: Person
) -> None:
    window.show(garment.product).click()
    window.step("Try it on")
    window.page.mouse.click(5, 5)
    window.dialog.wait_for(state="hidden")
    window.tells("open", "close")


def test_the_next_product_takes_one_tap(
    window: Window, garment: Garment, person: Person, photo: Path, jeans: Product
) -> None:
    window.show(garment.product).click()
    window.give(photo)
    window.press("Use this photo")
    wait_for_job(window)
    services.drive_until_idle()
    window.step(READY)

    window.show(jeans).click()
    second = wait_for_job(window)
    assert second.person == Person.objects.get(is_house_model=False)
    assert [worn.name for worn in second.garments.all()] == ["Jeans"]
    window.press("Cancel")
    window.dialog.get_by_role("button", name="Use my last photo").wait_for()
    second.refresh_from_db()
    assert second.status == "cancelled"

    window.press("Use my last photo")
    assert wait_for_job(window).person == second.person


def test_it_asks_again_where_the_shop_wants_that(
    window: Window, garment: Garment, person: Person, jeans: Product
) -> None:
    look_at(window, garment.product)
    html = (
        '<!doctype html><title>x</title><script type="module" src="/static/django_tryon/try-on.js">'
    )
    html += f'</script><try-on product="shop.product:{jeans.pk}" ask></try-on>'
    window.show(jeans, html=html).click()
    window.step("Try it on")
    window.dialog.get_by_role("button", name="Ana").wait_for()


def test_two_windows_know_the_same(window: Window, garment: Garment, person: Person) -> None:
    other = window.context.new_page()
    window.show(garment.product)
    body = window.page.content()
    other.route("**/a-page/", lambda route: route.fulfill(body=body, content_type="text/html"))
    other.goto(f"{window.site}/a-page/")
    other.get_by_role("button", name="Try it on").wait_for()
    window.button.click()
    window.press("Ana")
    wait_for_job(window)
    other.get_by_role("button", name="Your try-on:").wait_for()


def test_the_same_wish_is_paid_once(
    window: Window, sandbox: Any, garment: Garment, person: Person
) -> None:
    look_at(window, garment.product)
    window.press("Another photo or model")
    window.press("Ana")
    window.step(READY)
    assert TryOnJob.objects.count() == 1
    assert Shopper.objects.count() == 1
