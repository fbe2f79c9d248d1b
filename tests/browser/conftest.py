"""Windows of shoppers on a live site."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile

from django_tryon.models import Garment
from tests.browser.shopping import Window
from tests.conftest import picture
from tests.shop.models import Product

if TYPE_CHECKING:
    from playwright.sync_api import Browser

OpenWindow = Callable[..., Window]


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
