"""The storefront in React, built by Vite: a photo is tried on. Skipped without its node_modules."""

from __future__ import annotations

import shutil
import subprocess
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from tests.acceptance.shop import open_shop
from tests.conftest import picture
from tests.processes import HOST, ROOT, environment, free_port, python, running

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.needs("chromium")
STOREFRONT = ROOT / "example_project" / "storefront-react"
VITE = STOREFRONT / "node_modules" / "vite" / "bin" / "vite.js"


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder and says nothing."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def build(folder: Path, shop: str) -> None:
    """Build the storefront for the shop at this address."""
    done = subprocess.run(
        ["node", str(VITE), "build", "--outDir", str(folder)],
        cwd=STOREFRONT,
        env=environment(VITE_SHOP=shop),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(
    not (VITE.exists() and shutil.which("node")),
    reason="node, or example_project/storefront-react/node_modules, is not there",
)
def test_a_photo_is_tried_on_and_deleted(tmp_path: Path, browser_page: Page) -> None:
    (tmp_path / "me.jpg").write_bytes(picture(size=(768, 1024), colour="peru"))
    origin = f"http://{HOST}:{(port := free_port())}"
    with open_shop(tmp_path, sandbox_seconds=0, STOREFRONT_ORIGINS=origin) as shop:
        build(tmp_path / "dist", f"http://{HOST}:{shop.site_port}")
        serve = partial(Quiet, directory=str(tmp_path / "dist"))
        with (
            ThreadingHTTPServer((HOST, port), serve) as server,
            running(
                python("django", "tryon_worker"),
                log=tmp_path / "worker.log",
                env=shop.env,
                ready=lambda said: "ready" in said,
            ),
        ):
            Thread(target=server.serve_forever, daemon=True).start()
            try:
                page = browser_page
                page.goto(origin)
                page.get_by_role("button", name="Try it on").first.click()
                page.get_by_role("checkbox").check()
                page.get_by_label("Your photo", exact=True).set_input_files(tmp_path / "me.jpg")
                page.get_by_alt_text("The try-on").wait_for()
                assert page.get_by_text("Made by AI").is_visible()
                page.get_by_role("button", name="Delete").click()
                page.get_by_role("checkbox").wait_for()
            finally:
                server.shutdown()
