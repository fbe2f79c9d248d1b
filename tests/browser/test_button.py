"""The shopper's whole way with the button, in real browsers of two sizes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from PIL import Image
from playwright.sync_api import expect

from django_tryon import services
from django_tryon.models import Consent, Garment, Person, Shopper, TryOnJob, TryOnResult
from tests.browser.conftest import OpenWindow
from tests.browser.shopping import DESKTOP, PHONE, Window
from tests.conftest import picture
from tests.shop.models import Product

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.django_db(transaction=True)]

WAITING, READY = "Your try-on is on its way", "Your try-on is ready"


def wait_for_job(window: Window) -> TryOnJob:
    """Wait until the job is launched, and return it."""
    window.step(WAITING)
    window.dialog.get_by_text("You can close this: we'll keep it for you.").wait_for()
    return TryOnJob.objects.latest("created_at")


def look_at(window: Window, product: Any) -> TryOnResult:
    """Go all the way with a house model, and return the result."""
    window.show(product).click()
    window.step("Try it on")
    window.press("Ana")
    wait_for_job(window)
    services.drive_until_idle()
    window.step(READY)
    return TryOnResult.objects.latest("created_at")


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
    assert window.dialog.get_by_text("Size and light are good.").is_visible()
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


def test_the_keyboard_alone_is_enough(window: Window, garment: Garment, person: Person) -> None:
    window.show(garment.product)
    keys = window.page.keyboard
    focused = (
        "() => { let at = document.activeElement; while (at?.shadowRoot?.activeElement) "
        "at = at.shadowRoot.activeElement; "
        "return at?.title || at?.ariaLabel || at?.textContent || at?.type }"
    )

    def tab_to(name: str) -> None:
        for _ in range(20):
            if window.page.evaluate(focused) == name:
                return
            keys.press("Tab")
        raise AssertionError(f"no way to {name}; at {window.page.evaluate(focused)}")

    window.button.wait_for()
    tab_to("Try it on")
    keys.press("Enter")
    window.step("Try it on")
    assert window.page.evaluate(focused) == "Try it on"  # the heading: it is read out
    tab_to("checkbox")
    keys.press("Space")
    assert window.dialog.get_by_role("button", name="Choose a photo").is_enabled()
    tab_to("Choose a photo")
    tab_to("Take a photo")
    tab_to("Ana")
    keys.press("Enter")
    wait_for_job(window)
    services.drive_until_idle()
    window.step(READY)
    tab_to("Compare before and after")
    slider = window.dialog.get_by_role("slider")
    for _ in range(5):
        keys.press("ArrowRight")
    assert slider.input_value() == "55"
    assert slider.get_attribute("aria-valuetext") == "55 % before"
    tab_to("I like it")
    keys.press("Space")
    window.dialog.locator('[aria-pressed="true"]').wait_for()
    tab_to("Close")
    keys.press("Enter")
    window.dialog.wait_for(state="hidden")
    assert window.page.evaluate("document.activeElement.localName") == "try-on"


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
    window.step("Try it on")
    assert window.dialog.get_by_role("status").inner_text() == "Your try-on was deleted."
    assert not TryOnResult.objects.exists()
    window.press("Delete this photo")
    window.dialog.get_by_role("button", name="Use my last photo").wait_for(state="detached")
    assert window.dialog.get_by_role("status").inner_text() == "Your photo was deleted."
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
    assert "Link copied. It works until" in window.dialog.locator(".shared").inner_text()
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
    assert "Copy this link." in window.dialog.locator(".shared").inner_text()


def test_the_result_is_saved(window: Window, garment: Garment, person: Person) -> None:
    result = look_at(window, garment.product)
    with window.page.expect_download() as saved:
        window.dialog.get_by_role("link", name="Save").click()
    with result.file.open() as stored:
        assert Path(saved.value.path()).read_bytes() == stored.read()


def test_the_result_can_be_seen_near(window: Window, garment: Garment, person: Person) -> None:
    look_at(window, garment.product)
    picture_seen = window.dialog.get_by_alt_text("AI-generated")
    before = picture_seen.bounding_box()
    window.press("Zoom in")
    near = picture_seen.bounding_box()
    assert before
    assert near
    assert near["width"] > 1.5 * before["width"]
    window.press("Zoom out")
    assert picture_seen.bounding_box() == before


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
