"""The shopper's pages in a real browser: without JavaScript, on a phone, under a strict policy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from django_tryon import services
from django_tryon.models import Garment, Person, Shopper, Status, TryOnJob
from django_tryon.services.shoppers import tokens
from django_tryon.services.shoppers.ask import ask
from tests.conftest import picture
from tests.plugin import PATIENCE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.django_db(transaction=True)]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'"
)
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}
Open = Callable[..., "Page"]


@pytest.fixture
def visit(chromium: Browser, live_server: Any) -> Iterator[Open]:
    """Open pages of the site under a strict policy; any complaint of the browser fails a test."""
    complaints: list[str] = []
    contexts = []

    def with_policy(route: Route) -> None:
        if route.request.method != "GET":  # what is uploaded would be lost on this way
            route.continue_()
            return
        response = route.fetch(max_redirects=0)
        route.fulfill(
            response=response, headers=response.headers | {"content-security-policy": POLICY}
        )

    def go(*, expected: str = "", **options: Any) -> Page:
        def hear(said: Any) -> None:
            if not expected or expected not in said.text:
                complaints.append(said.text)

        context = chromium.new_context(
            base_url=live_server.url, **{"viewport": PHONE, "locale": "en-US"} | options
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("console", hear)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.route(lambda url: "/tryon/" in url and "/files/" not in url, with_policy)
        return page

    yield go
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A photo on the shopper's phone."""
    path = tmp_path / "me.jpg"
    path.write_bytes(picture((900, 1200), "navy"))
    return path


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_whole_way_without_javascript(
    visit: Open, size: Any, garment: Any, person: Person, photo: Path, sandbox: Any
) -> None:
    page = visit(java_script_enabled=False, viewport=size)
    page.goto(f"/tryon/try/shop.product:{garment.product.pk}/")
    fits(page)
    mine = page.get_by_role("region", name="Use my photo")
    mine.locator("button").click()
    assert "/try/shop.product" in page.url  # the browser itself asks for the photo first
    page.get_by_label("Your photo").set_input_files(photo)
    mine.locator("button").click()
    assert "/try/shop.product" in page.url  # and then for the consent
    assert not TryOnJob.objects.exists()
    page.get_by_label("I agree that it is sent").check()
    mine.locator("button").click()

    page.get_by_role("heading", name="Your try-on is on its way").wait_for()
    fits(page)
    page.get_by_role("progressbar", name="Progress").wait_for()
    services.drive_until_idle()
    page.get_by_text("AI picture").wait_for()  # it refreshes itself
    fits(page)
    page.get_by_alt_text("Before", exact=True).scroll_into_view_if_needed()
    before = page.get_by_alt_text("Before", exact=True).bounding_box()
    after = page.get_by_alt_text("Coral tee, worn; AI-generated").bounding_box()
    assert before is not None
    assert after is not None
    assert before["x"] + before["width"] <= after["x"]
    page.get_by_role("button", name="I like it").click()
    page.locator('[aria-pressed="true"]', has_text="I like it").wait_for()

    page.get_by_role("link", name="Share", exact=True).click()
    page.get_by_role("heading", name="Share").wait_for()
    fits(page)
    link = page.get_by_label("Copy this link").input_value()
    page.goto(link)
    page.get_by_alt_text("Coral tee, worn; AI-generated").wait_for()
    fits(page)
    assert width_of(page) > 300  # of 390 at least

    page.goto(f"/tryon/try/shop.product:{garment.product.pk}/")
    again = page.get_by_role("region", name="Use my last photo")
    assert again.get_by_role("radio", name="My photo").is_checked()
    again.get_by_role("radio", name="Ana").check()
    again.locator("button").click()
    page.get_by_role("heading", name="Your try-on is on its way").wait_for()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("heading", name="Cancelled").wait_for()
    fits(page)

    page.goto("/tryon/mine/")
    fits(page)
    assert page.get_by_text("AI-generated", exact=True).is_visible()
    page.get_by_role("link", name="Open").click()
    page.get_by_role("button", name="I like it").wait_for()
    page.goto("/tryon/mine/")
    page.get_by_role("link", name="Delete everything").click()
    page.get_by_role("heading", name="Delete everything?").wait_for()
    fits(page)
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("heading", name="Everything was deleted").wait_for()
    fits(page)
    page.goto("/tryon/mine/")
    assert page.get_by_text("Nothing here yet").is_visible()


UNFIT = """main => {
  const box = element => element.getBoundingClientRect();
  const wide = element => box(element).width > 1 && box(element).right > innerWidth + 1;
  const small = element => box(element).height < 44;
  return [...main.querySelectorAll("*")].filter(wide)
    .concat([...main.querySelectorAll("button, a.tryon-button")].filter(small))
    .map(element => element.outerHTML);
}"""


def width_of(page: Page) -> float:
    """Return how wide the result is shown."""
    box = page.get_by_alt_text("Coral tee, worn; AI-generated").bounding_box()
    assert box
    return box["width"]


def fits(page: Page) -> None:
    """Fail where something is wider than the window, or too small for a thumb."""
    page.wait_for_load_state("load")  # with its styles
    assert page.locator("main").evaluate(UNFIT) == []


def test_with_javascript_the_pictures_can_be_compared(
    visit: Open, garment: Any, person: Person, photo: Path, sandbox: Any
) -> None:
    page = visit(viewport={"width": 1280, "height": 900})
    page.goto(f"/tryon/try/shop.product:{garment.product.pk}/")
    page.get_by_role("radio", name="Ana").check()
    page.get_by_role("region", name="Pick a model").locator("button").click()
    page.get_by_role("heading", name="Your try-on is on its way").wait_for()
    page.evaluate("window.stayed = true")
    with page.expect_response(lambda response: response.request.resource_type == "fetch"):
        pass  # it asks by itself, and stays as it is while nothing has changed
    page.get_by_role("progressbar", name="Progress").wait_for()
    assert page.evaluate("window.stayed")
    services.drive_until_idle()
    page.get_by_role("slider", name="Compare before and after").wait_for()
    page.set_viewport_size(PHONE)
    assert width_of(page) > 300


def test_what_was_tried_on_with_the_button_is_under_my_try_ons(
    visit: Open, live_server: Any, garment: Any, person: Person, sandbox: Any
) -> None:
    shopper = Shopper.objects.create()
    ask(shopper, garments=[garment], person=person, engine="idm-vton")
    services.drive_until_idle()
    page = visit()
    page.goto("/tryon/mine/")
    assert page.get_by_text("Nothing here yet").is_visible()
    page.evaluate(
        "([key, token]) => localStorage.setItem(key, JSON.stringify({ token }))",
        [f"try-on {live_server.url}/tryon/api/", tokens.issue(shopper)[0]],
    )
    page.reload()
    page.get_by_alt_text("Coral tee, worn; AI-generated").wait_for()


def test_another_shops_token_is_not_given_away(visit: Open, live_server: Any) -> None:
    page = visit()
    page.goto("/tryon/mine/")
    page.evaluate(
        "localStorage.setItem('try-on https://other.example/tryon/api/', '{\"token\": \"t\"}')"
    )
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload(wait_until="networkidle")
    assert not [url for url in asked if "enter" in url]


@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_on_any_page(
    visit: Open, garment: Garment, person: Person, photo: Path, sandbox: Any, width: int
) -> None:
    page = visit(expected="Applying inline style", viewport={"width": width, "height": 900})
    seen = []

    def check(name: str) -> None:
        page.wait_for_load_state("load")
        seen.append(name)
        assert faults(page) == [], name

    start = f"/tryon/try/shop.product:{garment.product_id}/"
    page.goto(start)
    check("choose")
    page.get_by_label("Your photo").set_input_files(photo)
    page.get_by_label("I agree that it is sent").check()
    page.get_by_role("region", name="Use my photo").locator("button").click()
    page.get_by_role("heading", name="Your try-on is on its way").wait_for()
    check("waiting")
    job = TryOnJob.objects.get()
    services.drive_until_idle()
    page.goto(f"/tryon/try/job/{job.pk}/")
    page.get_by_role("slider", name="Compare before and after").wait_for()
    check("result")
    page.get_by_role("link", name="Share", exact=True).click()
    link = page.get_by_label("Copy this link").input_value()
    check("share_link")
    page.goto(link)
    check("shared")
    page.goto(start)
    page.get_by_role("region", name="Use my last photo").wait_for()
    check("choose again")
    page.goto("/tryon/mine/")
    page.get_by_role("heading", name="My photos").wait_for()
    check("mine")
    page.get_by_role("link", name="Delete everything").click()
    page.get_by_role("heading", name="Delete everything?").wait_for()
    check("confirm")
    other = ask(job.shopper, garments=[garment], person=person, engine="idm-vton")[0]
    for code in ("unreachable", "content_blocked"):
        TryOnJob.objects.filter(pk=other.pk).update(status=Status.FAILED, error_code=code)
        page.goto(f"/tryon/try/job/{other.pk}/")
        page.get_by_role("heading", name="This did not work").wait_for()
        check(f"failed: {code}")
    assert len(seen) == 10


def faults(page: Page) -> list[Any]:
    """Return what axe finds."""
    return [
        (one["id"], node["target"], node["failureSummary"])
        for one in Axe().run(page).response["violations"]
        for node in one["nodes"]
    ]
