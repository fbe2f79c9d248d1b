"""The button in the sample shop, and on a storefront of another origin: everything is real."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest

from example_project.shop import stock
from example_project.storefront.__main__ import server
from tests.acceptance.shop import Shop, open_shop
from tests.browser.shopping import (
    DESKTOP,
    PHONE,
    READY,
    Window,
)
from tests.processes import HOST, free_port, python, running

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.needs("chromium")


@dataclass
class Street:
    """A shop, and a storefront that sells its things."""

    shop: Shop
    storefront: str

    @property
    def site(self) -> str:
        """The shop's address."""
        return f"http://{HOST}:{self.shop.site_port}"


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    """Run site, sandbox, worker and storefront."""
    folder = tmp_path_factory.mktemp("shop")
    port = free_port()
    origin = f"http://{HOST}:{port}"
    with ExitStack() as stack:
        shop = stack.enter_context(open_shop(folder, STOREFRONT_ORIGINS=origin))
        worker = python("django", "tryon_worker")
        log = folder / "worker.log"
        stack.enter_context(running(worker, log=log, env=shop.env, ready=lambda said: True))
        serving = stack.enter_context(server(port=port, shop=f"http://{HOST}:{shop.site_port}"))
        Thread(target=serving.serve_forever, daemon=True).start()
        yield Street(shop, origin)
        serving.shutdown()


@pytest.fixture
def walk(chromium: Browser, street: Street) -> Iterator[Callable[..., Window]]:
    """Open windows; whatever a browser complains about fails the test."""
    complaints: list[str] = []
    windows: list[Window] = []

    def open_one(site: str, **options: Any) -> Window:
        windows.append(Window(chromium, site, complaints, **options))
        return windows[-1]

    yield open_one
    for window in windows:
        window.context.close()
    assert complaints == []


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_from_the_product_page_into_the_basket(
    street: Street, walk: Callable[..., Window], size: Any
) -> None:
    window = walk(street.site, **size)
    window.page.goto("/products/breton-top/")
    window.button.click()
    window.give(stock.SHOPPER)
    window.press("Use this photo")
    window.step(READY)
    window.check()
    assert window.dialog.get_by_alt_text("AI-generated").evaluate("node => node.naturalWidth") > 300
    window.press("Add to basket")
    # No size was chosen, so the browser asks for one; then the shop's own form does the rest.
    assert window.page.locator("input:invalid").count() > 0
    window.page.get_by_role("radio", name="M", exact=True).check()
    window.page.get_by_role("button", name="See your try-on").click()
    window.press("Add to basket")
    window.page.get_by_text("Breton top, size M, is in your basket.").wait_for()


def test_the_basket_is_tried_on(street: Street, walk: Callable[..., Window]) -> None:
    window = walk(street.site)
    for slug in ("coral-tee", "indigo-jeans"):
        window.page.goto(f"/products/{slug}/")
        window.page.get_by_role("radio").first.check()
        window.page.get_by_role("button", name="Add to basket").click()
        window.page.get_by_text("is in your basket.").wait_for()
    window.page.goto("/basket/")
    window.page.get_by_role("button", name="Try on my basket").click()
    window.press("Ana")
    window.step(READY)
    # On every other page, too, the job would have been in the corner; here it was seen.
    window.page.goto("/", wait_until="networkidle")
    assert window.pill.count() == 0


def test_what_goes_on_is_in_the_corner_of_every_page(
    street: Street, walk: Callable[..., Window]
) -> None:
    window = walk(street.site)
    window.page.goto("/products/rust-dress/")
    window.button.click()
    window.press("Mei")
    window.dialog.get_by_text("You can close this").wait_for()
    window.page.goto("/")
    window.pill.get_by_text(READY).wait_for()
    window.pill.click()
    window.step(READY)
    window.page.goto("/products/coral-tee/")  # what is bought is what was tried on
    window.page.evaluate(
        "document.dispatchEvent(new CustomEvent('tryon:addtocart', "
        "{ detail: { product: 'shop.product:5' } }))"
    )
    window.page.wait_for_url("**/products/rust-dress/")
    window.page.get_by_role("heading", name="Rust dress").wait_for()


def test_a_storefront_of_another_origin(street: Street, walk: Callable[..., Window]) -> None:
    window = walk(street.storefront)
    sent: list[dict[str, str]] = []
    window.page.on("request", lambda one: "/api/jobs/" in one.url and sent.append(one.headers))
    window.page.goto("/")
    thing = window.page.get_by_role("listitem").filter(has_text="Breton top")
    thing.get_by_role("button", name="Try it on").click()
    window.give(stock.SHOPPER)
    window.press("Use this photo")
    window.step(READY)
    window.check()
    assert all("cookie" not in headers for headers in sent)
    assert any(headers.get("idempotency-key") for headers in sent)
    window.press("Add to basket")
    window.page.get_by_text("In your bag: shop.product:2.").wait_for()
    assert window.page.locator("#bag").inner_text() == "1"

    window.page.reload()
    thing.get_by_role("button", name="See your try-on").wait_for()


def test_a_storefront_says_so_when_the_shop_is_gone(
    walk: Callable[..., Window], tmp_path: Path
) -> None:
    with server(port=0, shop=f"http://{HOST}:{free_port()}") as serving:
        Thread(target=serving.serve_forever, daemon=True).start()
        window = walk(f"http://{HOST}:{serving.server_address[1]}")
        window.expected = ("ERR_CONNECTION_REFUSED",)
        window.page.goto("/")
        window.page.get_by_text("The shop does not answer.").wait_for()
        assert window.page.request.get("/manage.py").status == 404
        serving.shutdown()
