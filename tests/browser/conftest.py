"""Windows of shoppers on a live site, and of staff on pages of the admin."""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.test import Client

from django_tryon.models import Garment
from tests.browser.shopping import Window
from tests.conftest import picture
from tests.shop.models import Product

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

OpenWindow = Callable[..., Window]
SITE = "http://testserver"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "media-src 'self'; connect-src 'self'; form-action 'self'"
)
Open = Callable[[str], "Page"]


@pytest.fixture
def open_window(chromium: Browser, live_server: Any, sandbox: Any) -> Iterator[OpenWindow]:
    """Open windows; whatever a browser complains about fails the test."""
    complaints: list[str] = []
    windows: list[Window] = []

    def open_one(**options: Any) -> Window:
        windows.append(Window(chromium, live_server.url, complaints, **options))
        return windows[-1]

    cache.clear()  # what the throttles counted
    yield open_one
    for window in windows:
        window.context.close()
    cache.clear()
    assert complaints == []


@pytest.fixture
def window(open_window: OpenWindow) -> Window:
    """A window of 1280 by 800."""
    return open_window()


@pytest.fixture
def jeans(db: None) -> Product:
    """A second product, with its garment."""
    product = Product.objects.create(
        name="Jeans", image=ContentFile(picture(colour="navy"), name="jeans.jpg")
    )
    Garment.objects.create(product=product, category="lower", name="Jeans", description="jeans")
    return product


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A photo on the shopper's machine: larger than it needs to be."""
    path = tmp_path / "me.jpg"
    path.write_bytes(picture((1800, 2400), "navy"))
    return path


@pytest.fixture
def asked() -> list[str]:
    """Every request that the browser made: method and path."""
    return []


@pytest.fixture
def open_page(browser_page: Page, client: Client, staff: Any, asked: list[str]) -> Iterator[Open]:
    """Open pages of the admin as a superuser, with no server between; complaints fail the test."""
    client.force_login(staff)
    complaints: list[str] = []
    # Playwright calls back in a context of its own, and Django's connections belong to a context.
    here = contextvars.copy_context()

    def answer(route: Route) -> None:
        request = route.request
        url = urlsplit(request.url)
        asked.append(f"{request.method} {url.path}")
        if url.path.startswith("/static/"):
            route.fulfill(path=finders.find(url.path.removeprefix("/static/")))
            return
        if url.path.startswith("/media/"):
            route.fulfill(body=picture(), content_type="image/jpeg")
            return
        response = here.copy().run(
            client.generic,
            request.method,
            f"{url.path}?{url.query}",
            request.post_data_buffer or b"",
            content_type=request.headers.get("content-type", ""),
            headers={"if-none-match": request.headers.get("if-none-match", "")},
        )
        if response.status_code == 302:  # a browser would follow it past this door
            route.fulfill(status=204)
            return
        headers = {name: str(value) for name, value in response.items()}
        route.fulfill(
            status=response.status_code,
            body=response.getvalue(),
            headers=headers | {"content-security-policy": POLICY},
        )

    def complain(message: Any) -> None:
        if message.type == "error":
            complaints.append(message.text)

    browser_page.route("**/*", answer)
    browser_page.on("pageerror", lambda error: complaints.append(str(error)))
    browser_page.on("console", complain)

    def go(path: str) -> Page:
        browser_page.goto(SITE + path)
        return browser_page

    yield go
    assert complaints == []
