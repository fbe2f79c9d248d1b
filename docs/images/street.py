"""Where pictures are taken: the sample shop at work, a storefront of another origin, Chromium."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from io import BytesIO
from pathlib import Path
from threading import Thread

import httpx
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from example_project.storefront.__main__ import server
from tests.acceptance.shop import Shop, open_shop
from tests.plugin import QUIET_CHROMIUM
from tests.processes import HOST, free_port, python, running

DESK = {"width": 1120, "height": 780}
TALL = {"width": 1120, "height": 960}
PHONE = {"width": 390, "height": 844}
GAP = 16


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
