"""Clips on the product's page: they play while they are seen, unless somebody wants calm."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from django_tryon.models import TryOnResult
from django_tryon.templatetags.tryon import Look
from tests.browser.test_compare import ADDRESS, Shown
from tests.videos.making import clip

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

pytestmark = pytest.mark.needs("chromium")
PLAYS = "() => !document.querySelector('video').paused"
PAUSED = "() => document.querySelector('video').paused"


def html() -> str:
    """Return a product's page that is so long that the clip is seen only further down."""
    person = Shown(name="Ana", url="/before.mp4", is_house_model=True, size=(480, 320))
    result = Shown(url="/clip.mp4", kind=TryOnResult.Kind.VIDEO, poster_url="")
    look = Look(result, person, "Coral tee")  # type: ignore[arg-type]
    body = render_to_string("django_tryon/results.html", {"looks": [look]})
    far = '<div style="height: 3000px"></div>'
    return f'<!doctype html><html lang="en"><title>x</title>{far}{body}{far}</html>'


def test_it_plays_while_it_is_seen_and_not_for_whoever_wants_calm(chromium: Browser) -> None:
    film, asked = clip(1), []

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(ADDRESS)
        if path.startswith("static/"):
            route.fulfill(path=finders.find(path.removeprefix("static/")))
        elif path == "clip.mp4":
            asked.append(path)
            route.fulfill(body=film, content_type="video/mp4")
        else:
            route.fulfill(body=html(), content_type="text/html")

    def opened(motion: str) -> Page:
        context = chromium.new_context(viewport={"width": 600, "height": 900})
        page = context.new_page()
        page.emulate_media(reduced_motion=motion)  # type: ignore[arg-type]
        page.route(f"{ADDRESS}**", answer)
        page.goto(ADDRESS, wait_until="load")
        return page

    page = opened("no-preference")
    video = page.locator("video")
    assert page.evaluate(PAUSED)
    assert not asked  # nothing of it is loaded before it is seen
    with page.expect_request(f"{ADDRESS}clip.mp4"):  # it may be about to play before that
        video.scroll_into_view_if_needed()
    page.wait_for_function(PLAYS)
    assert video.evaluate("one => one.muted && one.loop")
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_function(PAUSED)
    video.scroll_into_view_if_needed()
    page.wait_for_function(PLAYS)
    video.evaluate("one => one.pause()")  # as with the controls
    page.evaluate("scrollTo(0, 0)")
    seen = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
    page.evaluate(seen)
    video.scroll_into_view_if_needed()
    page.evaluate(seen)
    assert page.evaluate(PAUSED)
    page.context.close()

    calm = opened("reduce")
    calm.locator("video").scroll_into_view_if_needed()
    calm.evaluate(seen)
    assert calm.evaluate(PAUSED)
    calm.context.close()
