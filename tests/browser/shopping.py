"""A shopper's browser, and the pages of a shop that show the button."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from axe_playwright_python.sync_playwright import Axe
from django.template import Context, Template
from django.utils import translation

from django_tryon import services
from django_tryon.models import Garment, TryOnJob, TryOnResult
from tests.plugin import PATIENCE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page, Route

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; require-trusted-types-for 'script'"
)
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
}
WAITING, READY = "Your try-on is on its way", "Your try-on is ready"
FAILED = "This did not work"
EVENTS = ("open", "photo", "launched", "ready", "error", "addtocart", "liked", "shared", "close")
LISTEN = """
window.told = [];
for (const name of NAMES)
  addEventListener(`tryon:${name}`, (event) => told.push([name, event.detail]));
"""
HURRY = """
const wait = window.setTimeout;
window.setTimeout = (act, ms, ...more) => wait(act, ms >= 1000 ? ms / 10 : ms, ...more);
"""
"""The pauses between two questions are seconds; no test has to sit through them."""
PAGE = """{% load tryon %}<!doctype html>
<html lang="{{ lang }}" dir="{{ dir }}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>A shop</title></head>
<body><main><h1>A shop</h1>
{% if product %}{% tryon_button product %}{% endif %}{% tryon_pill %}</main></body></html>
"""


class Window:
    """One browser with a storage of its own; whatever it complains about is in ``complaints``."""

    def __init__(
        self,
        browser: Browser,
        site: str,
        complaints: list[str],
        *,
        hurry: bool = True,
        **options: Any,
    ) -> None:
        self.context = browser.new_context(base_url=site, **DESKTOP | options)
        self.context.set_default_timeout(PATIENCE)
        self.site = site
        self.page: Page = self.context.new_page()
        self.page.on("pageerror", lambda error: complaints.append(str(error)))
        self.page.on("console", lambda said: self._hear(said, complaints))
        self.page.add_init_script(LISTEN.replace("NAMES", repr(list(EVENTS))))
        self.page.add_init_script(HURRY if hurry else "")
        self.expected: tuple[str, ...] = ()
        """Words of those complaints that a test provokes."""

    def _hear(self, said: Any, complaints: list[str]) -> None:
        if said.location["url"].endswith("/favicon.ico"):  # which a browser asks for by itself
            return
        if said.type == "error" and not any(word in said.text for word in self.expected):
            complaints.append(said.text)

    def show(
        self,
        product: Any,
        *,
        lang: str = "en",
        direction: str = "ltr",
        html: str = PAGE,
        wait_until: Literal["commit", "load"] = "load",
    ) -> Locator:
        """Go to a page with the button of this product (or of several), and return the button."""
        with translation.override(lang):
            context = Context({"product": product, "lang": lang, "dir": direction})
            body = Template(html).render(context)

        def answer(route: Route) -> None:
            headers = {"content-type": "text/html", "content-security-policy": POLICY}
            route.fulfill(body=body, headers=headers)

        self.page.unroute("**/a-page/")
        self.page.route("**/a-page/", answer)
        self.page.goto("/a-page/", wait_until=wait_until)
        return self.button

    @property
    def button(self) -> Locator:
        """The button on the page."""
        return self.page.locator("try-on:not([pill])").get_by_role("button").first

    @property
    def pill(self) -> Locator:
        """What stands in the corner of the page."""
        return self.page.locator("try-on[pill]").get_by_role("button").first

    @property
    def dialog(self) -> Locator:
        """The dialog that is open."""
        return self.page.get_by_role("dialog")

    def press(self, name: str) -> None:
        """Press a button of the dialog."""
        self.dialog.get_by_role("button", name=name, exact=True).click()

    def step(self, title: str) -> None:
        """Wait until the dialog shows the step with this title."""
        self.dialog.get_by_role("heading", name=title, level=2).wait_for()

    def give(self, photo: Any) -> None:
        """Tick the box and give a photo."""
        self.dialog.get_by_role("checkbox").check()
        self.dialog.locator("input[type=file]").set_input_files(photo)

    def tells(self, *names: str) -> None:
        """Wait until the page has been told these events, and no other."""
        self.until("told.map(([name]) => name).join()", ",".join(names))

    def until(self, expression: str, expected: Any = True) -> None:
        """Wait until an expression has this value; the policy forbids Playwright's own way."""
        for _ in range(100):
            if (found := self.page.evaluate(expression)) == expected:
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"{expression}: {found}, not {expected}")

    def waits_for(self, held: list[Route]) -> None:
        """Wait until a request of the page is held back by the test."""
        for _ in range(100):
            if held:
                return
            self.page.wait_for_timeout(50)
        raise AssertionError("nothing was asked for")

    def settles(self) -> None:
        """Let the page do what an answer that has just come makes it do."""
        # A browser that has nothing to draw may put idleness off for ever: so it is given a frame.
        idle = "(done) => requestAnimationFrame(() => requestIdleCallback(done, { timeout: 2000 }))"
        self.page.evaluate(f"new Promise({idle})")

    def detail(self, name: str) -> dict[str, Any]:
        """Return what the last event of this name told."""
        found: list[dict[str, Any]] = [
            detail for event, detail in self.page.evaluate("told") if event == name
        ]
        return found[-1]

    def memory(self) -> dict[str, Any]:
        """Return what the browser remembers."""
        kept: dict[str, Any] = self.page.evaluate(
            "JSON.parse(localStorage.getItem(`try-on ${location.origin}/tryon/api/`))"
        )
        return kept

    def _violations(self) -> list[Any]:
        found: list[Any] = Axe().run(self.page).response["violations"]
        return found

    def check(self) -> None:
        """Fail if axe finds something, or if the page is wider than the window."""
        self.expected += ("Applying inline style",)  # which axe does
        # It looks in several goes, and a part that is drawn anew between two of them has no words
        # for it: what is wrong with a page is still wrong at a second look.
        found = self._violations() and self._violations()
        assert not found, [
            (one["id"], node["target"], node["failureSummary"])
            for one in found
            for node in one["nodes"]
        ]
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert self.page.evaluate(wide) == 0
        if self.dialog.count():
            assert self.dialog.evaluate("node => node.scrollWidth - node.clientWidth") == 0


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


def launch(window: Window, garment: Garment) -> TryOnJob:
    """Launch a try-on on the house model."""
    window.show(garment.product).click()
    window.step("Try it on")
    window.press("Ana")
    return wait_for_job(window)


def first_steps(window: Window) -> list[str]:
    """Return the buttons of the step that shows, without the one that closes it."""
    return window.dialog.locator(".view button").all_inner_texts()
