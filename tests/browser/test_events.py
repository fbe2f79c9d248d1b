"""What a page tells of its button, and to whom it tells nothing: from the page to the rows."""

from __future__ import annotations

from typing import Any

import pytest

from django_tryon import services
from django_tryon.models import EventCount, Garment, Person
from tests.browser.conftest import OpenWindow
from tests.browser.shopping import READY, Window, wait_for_job

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.django_db(transaction=True)]

BELOW = """{% load tryon %}<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>A shop</title>
<link rel="stylesheet" href="/static/django_tryon/base.css"></head>
<body><main><h1>A shop</h1><svg width="1" height="2000"></svg>
{% tryon_button product %}{% tryon_pill %}</main></body></html>
"""
SAY = "Object.defineProperty(navigator, 'globalPrivacyControl', { value: true })"


def rows() -> dict[str, int]:
    """Return what was counted, by kind."""
    return dict(EventCount.objects.values_list("kind", "count"))


def counted(window: Window, expected: dict[str, int]) -> None:
    """Wait until just this was counted."""
    for _ in range(100):
        if rows() == expected:
            return
        window.page.wait_for_timeout(50)
    raise AssertionError(rows())


def test_a_page_is_walked_and_its_rows_are_there(
    open_window: OpenWindow, garment: Garment, person: Person, settings: Any
) -> None:
    settings.TRYON = settings.TRYON | {"EVENTS": True}
    window = open_window()
    cookies: list[str] = []
    window.page.on("response", lambda got: cookies.append(got.headers.get("set-cookie", "")))
    sent: list[str] = []

    def hear(request: Any) -> None:
        if request.url.endswith("/events/"):
            sent.append(request.post_data)

    window.page.on("request", hear)
    window.show(garment.product, html=BELOW)
    window.settles()
    window.button.scroll_into_view_if_needed()
    window.button.click()
    window.step("Try it on")
    window.press("Ana")
    wait_for_job(window)
    services.drive_until_idle()
    window.step(READY)
    window.press("Add to basket")
    window.page.goto("/tryon/mine/")  # which sends what waits
    counted(window, {"seen": 1, "opened": 1, "launched": 1, "ready": 1, "addtocart": 1})
    assert {row.product for row in EventCount.objects.all()} == {
        f"shop.product:{garment.product_id}"
    }
    assert sent
    assert not any(cookies)
    assert window.context.cookies() == []

    # Neither a button that is not in view, nor anything for those who ask not to be tracked.
    sent.clear()
    window.show(garment.product, html=BELOW)
    window.settles()
    window.page.goto("/tryon/mine/")
    private = open_window()
    private.page.add_init_script(SAY)
    private.page.on("request", hear)
    private.show(garment.product).click()
    private.step("Try it on")
    private.page.goto("/tryon/mine/")
    assert sent == []
