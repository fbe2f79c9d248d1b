"""A basket: all of it at once, or what is left in."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile

from django_tryon import services
from django_tryon.models import Garment, Person
from django_tryon.services.looks.build import build
from django_tryon.services.looks.offer_look import offer_look
from tests.browser.shopping import READY, WAITING, Window, wait_for_job
from tests.conftest import picture
from tests.shop.models import Design, Product

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.django_db(transaction=True)]


def pressed(window: Window) -> list[str | None]:
    """Return which garments are chosen."""
    return [one.get_attribute("aria-pressed") for one in window.dialog.locator(".garment").all()]


def test_a_basket_is_tried_on_at_once(
    window: Window, garment: Garment, person: Person, jeans: Product
) -> None:
    window.show([garment.product, jeans])
    assert window.button.inner_text() == "Try on my basket"
    window.button.click()
    window.step("Try it on")
    assert pressed(window) == ["true", "true"]
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


def test_what_clashes_takes_the_place_of_the_other_and_says_so(
    window: Window, garment: Garment, person: Person, jeans: Product
) -> None:
    product = Design.objects.create(title="Dress")
    image = ContentFile(picture(), name="d.jpg")
    Garment.objects.create(product=product, category="dress", name="Dress", image=image)
    window.show([garment.product, jeans, product]).click()
    window.dialog.get_by_text("These cannot all be tried on together: choose up to 2.").wait_for()
    assert pressed(window) == ["true", "true", "false"]
    window.dialog.get_by_title("Dress").click()
    said = window.dialog.get_by_role("status")
    said.get_by_text("These do not go together, so this is left out: Jeans.").wait_for()
    assert pressed(window) == ["true", "false", "true"]
    window.check()
    window.dialog.get_by_title("Coral tee").click()
    assert said.text_content() == ""  # it was about what is chosen no longer
    window.dialog.get_by_title("Coral tee").click()
    window.press("Ana")
    names = {worn.name for worn in wait_for_job(window).garments.all()}
    assert names == {"Coral tee", "Dress"}
    services.drive_until_idle()
    window.step(READY)
    window.dialog.get_by_title("Jeans").click()  # the tee stays on
    window.step(WAITING)
    names = {worn.name for worn in wait_for_job(window).garments.all()}
    assert names == {"Coral tee", "Jeans"}


def test_another_colour_takes_the_place_of_the_first(
    window: Window, garment: Garment, person: Person, jeans: Product
) -> None:
    image = ContentFile(picture(), name="b.jpg")
    Garment.objects.create(product=garment.product, category="upper", name="Blue tee", image=image)
    window.show([garment.product, jeans]).click()
    window.dialog.get_by_title("Blue tee").click()
    assert pressed(window) == ["false", "true", "true"]


def test_one_tap_dresses_a_whole_look(
    window: Window, garment: Garment, person: Person, jeans: Product
) -> None:
    trousers = Garment.objects.get(name="Jeans")
    image = ContentFile(picture(), name="v.jpg")
    design = Design.objects.create(title="Vest")
    vest = Garment.objects.create(product=design, category="upper", name="Vest", image=image)
    # Two upper parts: only an engine that takes several at once puts them on.
    look = offer_look(build("Weekend", [garment, vest, trousers], note="For the market."))
    window.show(garment.product).click()
    weekend = window.dialog.get_by_role("button", name="Weekend")
    weekend.click()
    assert weekend.get_attribute("aria-pressed") == "true"
    window.check()
    weekend.click()
    assert weekend.get_attribute("aria-pressed") == "false"
    window.press("Ana")
    first = wait_for_job(window)
    assert list(first.garments.all()) == [garment]
    assert window.detail("launched")["look"] is None
    services.drive_until_idle()
    window.step(READY)
    window.check()
    weekend.click()
    window.dialog.get_by_text("You can close this").wait_for()
    whole = wait_for_job(window)
    assert (set(whole.garments.all()), whole.person) == (set(look.garments), first.person)
    assert (first.engine, whole.engine) == ("try-on-diffusion", "p-image-try-on")
    assert window.detail("launched")["look"] == look.pk
    services.drive_until_idle()
    window.step(READY)
    window.dialog.get_by_role("img", name="Coral tee, Jeans, Vest, worn; AI-generated").wait_for()
    assert weekend.count() == 0
    window.press("Add to basket")
    products = window.detail("addtocart")["products"]
    shown = [f"shop.product:{one.product_id}" for one in (garment, trousers)]
    assert products == [*shown, f"shop.design:{design.pk}"]
