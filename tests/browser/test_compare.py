"""The comparison slider in a real browser: pointer, touch, keys, right to left, no JavaScript."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from django_tryon.models import TryOnResult
from django_tryon.templatetags.tryon import Look
from tests.conftest import picture
from tests.plugin import PATIENCE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page, Route

pytestmark = pytest.mark.needs("chromium")

ADDRESS = "http://shop.example/"
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'"
BEFORE, AFTER = picture(colour="peru"), picture(colour="coral")
Show = Callable[..., "Locator"]


class Shown:
    """A person or result with a file that need not be stored."""

    width, height = 384, 512

    def __init__(self, **fields: Any) -> None:
        vars(self).update(fields)


def page_html(direction: str) -> str:
    person = Shown(
        name="Ana",
        still_url="/before.jpg",
        photo="before.jpg",
        is_house_model=True,
        size=(384, 512),
    )
    result = Shown(url="/after.jpg", kind=TryOnResult.Kind.IMAGE)
    look = Look(result, person, "Coral tee")  # type: ignore[arg-type]
    body = render_to_string("django_tryon/results.html", {"looks": [look]})
    return f'<!doctype html><html lang="en" dir="{direction}"><title>x</title>{body}</html>'


@pytest.fixture
def show(chromium: Browser) -> Iterator[Show]:
    """Show the slider on a page with a strict content policy; any complaint fails the test."""
    complaints: list[str] = []
    contexts = []

    def answer(route: Route, direction: str, before: bytes | None) -> None:
        path = route.request.url.removeprefix(ADDRESS)
        if path == "":
            headers = {"content-type": "text/html", "content-security-policy": POLICY}
            route.fulfill(body=page_html(direction), headers=headers)
        elif path.startswith("static/"):
            route.fulfill(path=finders.find(path.removeprefix("static/")))
        elif path == "before.jpg" and before is None:
            route.fulfill(status=410)
        else:
            body = before if path == "before.jpg" else AFTER
            route.fulfill(body=body, content_type="image/jpeg")

    def open_page(direction: str = "ltr", before: bytes | None = BEFORE, **options: Any) -> Locator:
        context = chromium.new_context(viewport={"width": 600, "height": 900}, **options)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page: Page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda said: "410" not in said.text and complaints.append(said.text),
        )
        page.route(f"{ADDRESS}**", lambda route: answer(route, direction, before))
        page.goto(ADDRESS, wait_until="load")
        return page.locator("tryon-compare")

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def shown(slider: Locator) -> int:
    """Return how much of the picture before is shown, per cent."""
    value = slider.get_by_role("slider").input_value()
    assert slider.get_by_role("slider").get_attribute("aria-valuetext") == f"{value} % before"
    return int(value)


def visible_share(slider: Locator) -> float:
    """Return the same as it is painted: where the line stands."""
    box, line = slider.bounding_box(), slider.locator(".tryon-compare__line").bounding_box()
    assert box is not None
    assert line is not None
    return (line["x"] + line["width"] / 2 - box["x"]) / box["width"]


def at(slider: Locator, share: float) -> tuple[float, float]:
    """Return a point of the picture."""
    box = slider.bounding_box()
    assert box is not None
    return box["x"] + share * box["width"], box["y"] + box["height"] / 2


def test_it_begins_in_the_middle_and_has_a_name(show: Show) -> None:
    slider = show()
    assert shown(slider) == 50
    assert visible_share(slider) == pytest.approx(0.5, abs=0.01)
    slider.page.get_by_role("slider", name="Compare before and after").wait_for()


def test_arrow_keys_move_it(show: Show) -> None:
    slider = show()
    slider.page.keyboard.press("Tab")
    for _ in range(5):
        slider.page.keyboard.press("ArrowRight")
    assert shown(slider) == 55
    assert visible_share(slider) == pytest.approx(0.55, abs=0.01)
    slider.page.keyboard.press("End")
    assert shown(slider) == 100
    slider.page.keyboard.press("Home")
    assert visible_share(slider) == pytest.approx(0, abs=0.01)


def test_focus_by_keyboard_is_seen(show: Show) -> None:
    slider = show()
    outline = "element => getComputedStyle(element).outlineStyle"
    assert slider.evaluate(outline) == "none"
    slider.page.keyboard.press("Tab")
    assert slider.evaluate(outline) == "solid"


def test_the_mouse_drags_it_and_stops_at_the_edges(show: Show) -> None:
    slider = show()
    mouse = slider.page.mouse
    mouse.move(*at(slider, 0.3))
    assert shown(slider) == 50
    mouse.down()
    assert shown(slider) == 30
    mouse.move(*at(slider, 0.8), steps=4)
    assert shown(slider) == 80
    mouse.move(*at(slider, 1.5), steps=4)
    mouse.up()
    assert shown(slider) == 100
    mouse.move(*at(slider, 0.2))
    assert shown(slider) == 100


def test_keys_go_on_where_the_mouse_stopped(show: Show) -> None:
    slider = show()
    slider.page.mouse.click(*at(slider, 0.2))
    slider.page.keyboard.press("ArrowLeft")
    assert shown(slider) == 19


def test_a_finger_moves_it_sideways_and_scrolls_the_page_downwards(show: Show) -> None:
    slider = show(has_touch=True)
    page = slider.page
    page.touchscreen.tap(*at(slider, 0.7))
    assert shown(slider) == 70
    touch = page.context.new_cdp_session(page)

    def send(kind: str, *points: tuple[float, float]) -> None:
        touch.send(
            "Input.dispatchTouchEvent",
            {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]},
        )

    x, y = at(slider, 0.7)
    send("touchStart", (x, y))
    for step in (20, 40, 60, 80):
        send("touchMove", (x - step, y + 2))
    send("touchEnd")
    sideways = shown(slider)
    assert sideways < 60

    x, y = at(slider, 0.9)
    send("touchStart", (x, y))
    for step in (20, 40, 60, 80):
        send("touchMove", (x, y - step))
    send("touchEnd")
    assert shown(slider) == sideways


def test_right_to_left_it_is_the_other_way_round(show: Show) -> None:
    slider = show("rtl")
    slider.page.mouse.click(*at(slider, 0.2))
    assert shown(slider) == 80
    assert visible_share(slider) == pytest.approx(0.2, abs=0.01)
    slider.page.keyboard.press("ArrowLeft")
    assert shown(slider) == 81
    clip = slider.locator(".tryon-compare__side--before").evaluate(
        "element => getComputedStyle(element).clipPath"
    )
    assert clip.startswith("inset(0px 0px 0px ")


def test_without_javascript_the_pictures_stand_side_by_side(show: Show) -> None:
    slider = show(java_script_enabled=False)
    before = slider.get_by_alt_text("Before", exact=True).bounding_box()
    after = slider.get_by_alt_text("Ana in: Coral tee; AI-generated").bounding_box()
    assert before is not None
    assert after is not None
    assert before["x"] + before["width"] <= after["x"]
    assert before["y"] == after["y"]
    assert before["width"] == pytest.approx(after["width"], abs=1)
    assert slider.get_by_role("slider").count() == 0


def test_when_the_photo_before_has_expired_only_the_result_is_shown(show: Show) -> None:
    slider = show(before=None)
    slider.and_(slider.page.locator(".tryon-compare--alone")).wait_for()
    assert slider.get_by_role("slider").count() == 0
    assert slider.get_by_alt_text("Ana in: Coral tee; AI-generated").is_visible()
    assert not slider.get_by_alt_text("Before", exact=True).is_visible()


def test_a_slider_that_is_moved_in_the_page_stays_one(show: Show) -> None:
    slider = show()
    slider.evaluate("element => element.parentNode.append(element)")
    assert slider.get_by_role("slider").count() == 1
