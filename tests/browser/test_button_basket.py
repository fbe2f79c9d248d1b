"""A basket: all of it at once, or what is left in."""

from __future__ import annotations

import pytest

from django_tryon import services
from django_tryon.models import Garment, Person
from tests.browser.shopping import (
    READY,
    Window,
    wait_for_job,
)
from tests.shop.models import Product

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.django_db(transaction=True)]


def test_a_basket_is_tried_on_at_once(
    window: Window, garment: Garment, person: Person, jeans: Product
) -> None:
    window.show([garment.product, jeans])
    assert window.button.inner_text() == "Try on my basket"
    window.button.click()
    window.step("Try it on")
    pieces = window.dialog.locator(".garment")
    assert [one.get_attribute("aria-pressed") for one in pieces.all()] == ["true", "true"]
    window.press("Ana")
    job = wait_for_job(window)
    assert {worn.name for worn in job.garments.all()} == {"Coral tee", "Jeans"}
    assert job.engine == "p-image-try-on"
    services.drive_until_idle()
    window.step(READY)


def test_a_piece_may_be_left_out_but_not_all(
    window: Window, garment: Garment, person: Person, jeans: Product
) -> None:
    window.show([garment.product, jeans]).click()
    tee, trousers = (window.dialog.get_by_title(name) for name in ("Coral tee", "Jeans"))
    tee.click()
    trousers.click()
    assert [one.get_attribute("aria-pressed") for one in (tee, trousers)] == ["false", "true"]
    tee.click()
    trousers.click()
    assert [one.get_attribute("aria-pressed") for one in (tee, trousers)] == ["true", "false"]
    window.press("Ana")
    assert [worn.name for worn in wait_for_job(window).garments.all()] == ["Coral tee"]
