"""How the button looks, reads and weighs: contrast, languages, directions, themes, bytes."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders

from django_tryon import services
from django_tryon.models import Garment, Person, Status
from django_tryon.models.transitions import move
from tests.browser.conftest import OpenWindow
from tests.browser.shopping import (
    DESKTOP,
    PAGE,
    PHONE,
    Window,
    look_at,
    wait_for_job,
)
from tests.shop.models import Product

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.django_db(transaction=True)]

MOST_BYTES = 12 * 1024
MOST_OF_A_MODULE = 4 * 1024
FILES = ("try-on.js", "try-on.css")
FOLDER = Path(str(finders.find("django_tryon/try-on.js"))).parent
MODULES = sorted(FOLDER.glob("try-on-*.js"))


def weight(path: Path) -> int:
    """Return the size of a compressed file."""
    return len(gzip.compress(path.read_bytes(), 9))


def test_what_every_page_loads_is_small() -> None:
    weights = [weight(FOLDER / name) for name in FILES]
    assert sum(weights) <= MOST_BYTES, weights


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_what_is_loaded_on_demand_is_small_too(module: Path) -> None:
    assert weight(module) <= MOST_OF_A_MODULE
    assert not re.search(r"\bimport[ (]", module.read_text(encoding="utf-8"))  # it gets a kit


@pytest.mark.parametrize("path", [FOLDER / "try-on.js", *MODULES], ids=lambda path: path.name)
def test_nothing_in_it_needs_a_loose_policy(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    for word in ("innerHTML", "insertAdjacentHTML", "eval(", "new Function", "createObjectURL"):
        if (path.name, word) != ("try-on-cut.js", "createObjectURL"):  # it does without, too
            assert word not in source


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing_in_any_step(
    open_window: OpenWindow,
    size: Any,
    scheme: str,
    garment: Garment,
    person: Person,
    jeans: Product,
    photo: Path,
) -> None:
    window = open_window(color_scheme=scheme, reduced_motion="reduce", **size)
    window.show([garment.product, jeans]).wait_for()
    window.page.wait_for_load_state("networkidle")
    window.check()
    window.button.click()
    window.step("Try it on")
    window.check()
    window.dialog.get_by_role("checkbox").check()
    if size is DESKTOP:
        window.press("Take a photo")
        window.step("Take a photo")
        window.check()
        window.press("Back")
    window.give(photo)
    window.step("Is this the right photo?")
    window.check()
    window.press("Use this photo")
    job = wait_for_job(window)
    window.check()
    window.press("Close")
    window.check()
    window.show(jeans)
    window.pill.wait_for()
    window.check()

    assert move(job, Status.FAILED, error_code="unreachable")
    window.pill.get_by_text("This did not work").wait_for()
    window.check()
    window.pill.click()
    window.step("This did not work")
    window.check()
    window.press("Try again")
    wait_for_job(window)
    services.drive_until_idle()
    window.step("Your try-on is ready")
    window.check()
    window.press("Share")
    window.dialog.locator(".shared input").wait_for()
    window.press("Zoom in")
    window.check()
    window.press("Another photo or model")
    window.dialog.get_by_role("button", name="Use my last photo").wait_for()
    window.check()


def test_it_is_dark_where_the_page_is_and_only_there(
    open_window: OpenWindow, garment: Garment, person: Person
) -> None:
    window = open_window(color_scheme="dark")
    ground = "node => getComputedStyle(node).backgroundColor"

    def seen(html: str) -> str:
        window.show(garment.product, html=html).click()
        window.step("Try it on")
        colour: str = window.dialog.evaluate(ground)
        return colour

    assert seen(PAGE) == "rgb(18, 18, 18)"
    assert seen(PAGE.replace("light dark", "light")) == "rgb(255, 255, 255)"


def test_a_shop_themes_it_by_properties_and_parts(
    window: Window, garment: Garment, person: Person
) -> None:
    window.page.route(
        "**/shop.css",
        lambda route: route.fulfill(
            body="try-on { --tryon-accent: rgb(0, 80, 0); --tryon-on-accent: rgb(255, 255, 240);"
            "--tryon-ground: rgb(250, 250, 240); --tryon-radius: 9px }"
            "try-on::part(main) { text-transform: uppercase }",
            content_type="text/css",
        ),
    )
    html = PAGE.replace("<title>", '<link rel="stylesheet" href="/shop.css"><title>')
    window.show(garment.product, html=html)
    window.button.wait_for()
    window.page.wait_for_load_state("networkidle")  # it is drawn anew once its words are there
    style = "(node, name) => getComputedStyle(node)[name]"
    assert window.button.evaluate(style, "textTransform") == "uppercase"
    assert window.button.evaluate(style, "borderRadius") == "9px"
    window.button.click()
    window.step("Try it on")
    assert window.dialog.evaluate(style, "backgroundColor") == "rgb(250, 250, 240)"
    first = window.dialog.get_by_role("button", name="Choose a photo")
    assert first.evaluate(style, "backgroundColor") == "rgb(0, 80, 0)"
    assert first.evaluate(style, "color") == "rgb(255, 255, 240)"


def test_right_to_left_it_is_the_other_way_round(
    open_window: OpenWindow, garment: Garment, person: Person
) -> None:
    window = open_window(**DESKTOP)
    window.show(garment.product, direction="rtl").click()
    window.step("Try it on")
    heading = window.dialog.get_by_role("heading", level=2).bounding_box()
    close = window.dialog.get_by_role("button", name="Close").bounding_box()
    assert heading
    assert close
    assert close["x"] < heading["x"]
    window.check()
    window.press("Ana")
    wait_for_job(window)
    services.drive_until_idle()
    window.step("Your try-on is ready")
    slider = window.dialog.get_by_role("slider")
    box = window.dialog.locator(".look").bounding_box()
    assert box
    window.page.mouse.click(box["x"] + 0.2 * box["width"], box["y"] + box["height"] / 2)
    assert int(slider.input_value()) == pytest.approx(80, abs=1)
    line = window.dialog.locator(".line").bounding_box()
    assert line
    assert (line["x"] - box["x"]) / box["width"] == pytest.approx(0.2, abs=0.02)
    clip = window.dialog.locator(".before").evaluate("node => getComputedStyle(node).clipPath")
    assert clip.startswith("inset(0px 0px 0px ")


def test_the_mouse_and_a_finger_move_the_slider(
    open_window: OpenWindow, garment: Garment, person: Person
) -> None:
    window = open_window(**PHONE)
    look_at(window, garment.product)
    slider = window.dialog.get_by_role("slider")
    box = window.dialog.locator(".look").bounding_box()
    assert box
    middle = box["y"] + box["height"] / 2
    assert slider.input_value() == "50"
    window.page.touchscreen.tap(box["x"] + 0.7 * box["width"], middle)
    assert int(slider.input_value()) == pytest.approx(70, abs=1)
    mouse = window.page.mouse
    mouse.move(box["x"] + 0.7 * box["width"], middle)
    mouse.down()
    mouse.move(box["x"] + 0.3 * box["width"], middle, steps=4)
    mouse.up()
    assert int(slider.input_value()) == pytest.approx(30, abs=1)
    line = window.dialog.locator(".line").bounding_box()
    assert line
    assert (line["x"] - box["x"]) / box["width"] == pytest.approx(0.3, abs=0.02)


@pytest.mark.parametrize(
    ("lang", "label", "title", "close"),
    [
        ("de", "Anprobieren", "Model auswählen", "Schließen"),
        ("fr", "Essayer", "Choisir un mannequin", "Fermer"),
        ("es", "Probármelo", "Elegir una modelo", "Cerrar"),
    ],
)
def test_it_speaks_the_language_of_the_page(
    window: Window, garment: Garment, person: Person, lang: str, label: str, title: str, close: str
) -> None:
    window.show(garment.product, lang=lang)
    window.page.get_by_role("button", name=label).click()
    window.dialog.get_by_role("heading", name=title).wait_for()
    window.dialog.get_by_role("button", name=close).wait_for()
    window.check()


def test_without_motion_nothing_moves(
    open_window: OpenWindow, garment: Garment, person: Person
) -> None:
    window = open_window(reduced_motion="reduce")
    window.show(garment.product).click()
    window.press("Ana")
    wait_for_job(window)
    bar = window.dialog.get_by_role("progressbar")
    assert bar.evaluate("node => getComputedStyle(node).transitionDuration") == "0s"


def test_until_the_style_sheet_is_there_the_link_is(
    window: Window, garment: Garment, person: Person
) -> None:
    held: list[Any] = []
    window.page.route("**/try-on.css", lambda route: held.append(route))
    window.show(garment.product, wait_until="commit")
    window.waits_for(held)
    assert window.page.get_by_role("link", name="Try it on").is_visible()
    for route in held:
        route.continue_()
    window.button.wait_for()
    assert window.page.get_by_role("link").count() == 0


def test_the_progress_is_told_honestly(window: Window, garment: Garment, person: Person) -> None:
    window.show(garment.product).click()
    window.press("Ana")
    wait_for_job(window)
    bar = window.dialog.get_by_role("progressbar")
    window.dialog.get_by_text("s left").wait_for()
    first = int(bar.get_attribute("aria-valuenow") or 0)
    window.dialog.get_by_text("It is taking a little longer than usual.").wait_for(timeout=30_000)
    assert first < int(bar.get_attribute("aria-valuenow") or 0) <= 97
