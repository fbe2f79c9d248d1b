"""A pytest plugin: tests that need a service run where it answers, and are skipped by name if not.

    @pytest.mark.needs("postgresql", "redis")

With `REQUIRE_SERVICES=1` such a skip is a failure.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests import needs

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

QUIET_CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]
"""A browser that keeps to itself, runs as root in a container, too, and has a camera."""

PATIENCE = 40_000
"""Milliseconds that a page may take to show what is waited for: a machine may be busy."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option by which `tests/run.py` learns the numbers."""
    parser.addoption("--tally", help="write how many passed, failed and were skipped to this file")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose service is not there."""
    for marker in item.iter_markers("needs"):
        for name in marker.args:
            require(name)


def require(name: str) -> None:
    """Skip, or fail where services are required, unless the service of this name answers."""
    if name not in needs.NAMES:
        pytest.fail(f"no service is called “{name}”; there are: {', '.join(needs.NAMES)}")
    if why := needs.why_missing(name):
        if needs.required():
            pytest.fail(f"{name}: {why}, and REQUIRE_SERVICES is set", pytrace=False)
        pytest.skip(f"{name}: {why}")


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Write the tally."""
    path = config.getoption("--tally")
    if path:
        stats = terminalreporter.stats
        tally = {
            "passed": len(stats.get("passed", [])),
            "failed": len(stats.get("failed", [])) + len(stats.get("error", [])),
            "skipped": len(stats.get("skipped", [])),
        }
        Path(path).write_text(json.dumps(tally), encoding="utf-8")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A headless Chromium, for one file of tests.

    Playwright keeps an event loop running in this thread, and Django takes that for an
    asynchronous context; the loop ends with the file, so that it troubles no other.
    """
    require("chromium")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=needs.chromium(), args=QUIET_CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture
def browser_page(chromium: Browser) -> Iterator[Page]:
    """An empty page of 1280 by 800, in a context (cookies, storage) of its own."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()
