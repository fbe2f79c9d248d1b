"""Take the pictures of the shopper's screens anew: ``python -m docs.images.shots [name …]``.

Everything is real: the sample shop, sandbox, worker, a storefront of another origin, Chromium.
WebP, as wide as they are shown: the docs stay small.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from io import BytesIO
from pathlib import Path
from threading import Thread

import httpx
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from example_project.shop import stock
from example_project.storefront.__main__ import server
from tests.acceptance.shop import Shop, open_shop
from tests.plugin import QUIET_CHROMIUM
from tests.processes import HOST, free_port, python, running

HERE = Path(__file__).parent
DESK = {"width": 1120, "height": 780}
TALL = {"width": 1120, "height": 960}
PHONE = {"width": 390, "height": 844}
GAP = 16
READY, FAILED = "Your try-on is ready", "This did not work"


class Street:
    """The sample shop, a storefront that sells its things, and a browser."""

    def __init__(self, shop: Shop, storefront: str, browser: Browser) -> None:
        self.shop, self.storefront, self.browser = shop, storefront, browser
        self.site = f"http://{HOST}:{shop.site_port}"

    def visit(self, path: str, **options: object) -> Page:
        """Open a page as a new visitor."""
        options = {"viewport": DESK, "base_url": self.site, "locale": "en-GB"} | options
        page = self.browser.new_context(**options).new_page()  # type: ignore[arg-type]
        page.goto(path)
        return page

    def order(self, *faults: str) -> None:
        """Have the sandbox fail in these ways; in none, if none is named."""
        url = f"http://{HOST}:{self.shop.sandbox_port}/faults"
        httpx.post(url, json={"faults": list(faults), "replace": True}).raise_for_status()


def seen(page: Page) -> Image.Image:
    """Return what the window shows, once all of its pictures are there."""
    page.wait_for_load_state("networkidle")
    return Image.open(BytesIO(page.screenshot(animations="disabled")))


def beside(pictures: Sequence[Image.Image]) -> Image.Image:
    """Return these pictures beside each other."""
    width = sum(one.width + GAP for one in pictures) - GAP
    row = Image.new("RGB", (width, max(one.height for one in pictures)), "#e4e4e4")
    at = 0
    for one in pictures:
        row.paste(one, (at, 0))
        at += one.width + GAP
    return row


def dialog(page: Page) -> Locator:
    """Return the dialog that is open."""
    return page.get_by_role("dialog")


def on_model(page: Page, name: str, title: str = READY) -> None:
    """Try the page's product on a house model."""
    page.locator("try-on:not([pill])").get_by_role("button").first.click()
    dialog(page).get_by_role("button", name=name, exact=True).click()
    dialog(page).get_by_role("heading", name=title).wait_for()


def button_failed(street: Street) -> Image.Image:
    """Take what is said when a try-on failed."""
    street.order("invalid@run")
    page = street.visit("/products/breton-top/")
    on_model(page, "Ana", FAILED)
    street.order()
    return seen(page)


def my_try_ons(street: Street) -> Image.Image:
    """Take the page of what is stored."""
    page = street.visit("/products/breton-top/", viewport=TALL)
    page.locator("try-on:not([pill])").get_by_role("button").first.click()
    dialog(page).get_by_role("checkbox").check()
    dialog(page).locator("input[type=file]").set_input_files(stock.SHOPPER)
    dialog(page).get_by_role("button", name="Use this photo").click()
    dialog(page).get_by_role("heading", name=READY).wait_for()
    for slug in ("coral-tee", "rust-dress"):
        page.goto(f"/products/{slug}/")
        page.locator("try-on:not([pill])").get_by_role("button").first.click()
        dialog(page).get_by_role("heading", name=READY).wait_for()
    page.goto("/tryon/mine/")
    page.get_by_role("heading", name="My photos").wait_for()
    return seen(page)


def pages_phone(street: Street) -> Image.Image:
    """Take the way without JavaScript on a phone: choose, wait, see, share."""
    street.order("never-ends@run:1")
    page = street.visit("/products/breton-top/", viewport=PHONE, java_script_enabled=False)
    page.get_by_role("link", name="Try it on").click()
    page.get_by_label("Your photo").set_input_files(stock.SHOPPER)
    page.get_by_label("I agree that it is sent").check()
    pictures = [seen(page)]
    mine = page.get_by_role("region", name="Use my photo")
    mine.locator("button").click()
    page.get_by_role("heading", name="Your try-on is on its way").wait_for()
    pictures.append(seen(page))
    street.order()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("heading", name="Cancelled").wait_for()
    page.goto("/products/breton-top/")
    page.get_by_role("link", name="Try it on").click()
    page.get_by_role("region", name="Use my last photo").locator("button").click()
    page.get_by_text("AI picture").wait_for()
    pictures.append(seen(page))
    page.get_by_role("link", name="Share", exact=True).click()
    page.goto(page.get_by_label("Copy this link").input_value())
    page.get_by_text("AI-generated").first.wait_for()
    return beside([*pictures, seen(page)])


def basket(street: Street) -> Image.Image:
    """Take a basket that is tried on at once."""
    page = street.visit("/")
    for slug in ("coral-tee", "indigo-jeans"):
        page.goto(f"/products/{slug}/")
        page.get_by_role("radio").first.check()
        page.get_by_role("button", name="Add to basket").click()
        page.get_by_text("is in your basket.").wait_for()
    page.goto("/basket/")
    page.get_by_role("button", name="Try on my basket").click()
    dialog(page).get_by_role("button", name="Ana", exact=True).wait_for()
    choose = seen(page)
    dialog(page).get_by_role("button", name="Ana", exact=True).click()
    dialog(page).get_by_role("heading", name=READY).wait_for()
    return beside([choose, seen(page)])


def storefront(street: Street) -> Image.Image:
    """Take the page of plain HTML on another origin, where something was tried on."""
    page = street.visit(street.storefront, viewport=TALL)
    thing = page.get_by_role("listitem").filter(has_text="Breton top")
    thing.get_by_role("button", name="Try it on").click()
    dialog(page).get_by_role("button", name="Ana", exact=True).click()
    dialog(page).get_by_role("heading", name=READY).wait_for()
    dialog(page).get_by_role("button", name="Close").click()
    thing.get_by_role("button", name="See your try-on").wait_for()
    return seen(page)


SHOTS: dict[str, tuple[Callable[[Street], Image.Image], int]] = {
    "button-failed": (button_failed, 1000),
    "my-try-ons": (my_try_ons, 1000),
    "pages-phone": (pages_phone, 1608),
    "basket": (basket, 1608),
    "storefront": (storefront, 1000),
}
"""What is taken, and how wide it may be, in pixels."""


@contextmanager
def street() -> Iterator[Street]:
    """Run everything."""
    port = free_port()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        origin = f"http://{HOST}:{port}"
        shop = stack.enter_context(open_shop(folder, STOREFRONT_ORIGINS=origin))
        worker = python("django", "tryon_worker")
        log = folder / "worker.log"
        stack.enter_context(running(worker, log=log, env=shop.env, ready=lambda said: True))
        serving = stack.enter_context(server(port=port, shop=f"http://{HOST}:{shop.site_port}"))
        Thread(target=serving.serve_forever, daemon=True).start()
        played = stack.enter_context(sync_playwright())
        browser = played.chromium.launch(executable_path="/usr/bin/chromium", args=QUIET_CHROMIUM)
        yield Street(shop, origin, browser)
        browser.close()
        serving.shutdown()


def main() -> None:
    """Take the pictures that are named, or all."""
    with street() as there:
        for name in sys.argv[1:] or SHOTS:
            take, width = SHOTS[name]
            picture = take(there).convert("RGB")
            picture.thumbnail((width, picture.height), Image.Resampling.LANCZOS)
            path = HERE / f"{name}.webp"
            picture.save(path, "WEBP", quality=82, method=6)
            print(f"{path.name}: {picture.width} by {picture.height}, {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
