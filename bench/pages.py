"""What a shopper's browser notices: the first paint of a product page, and a phone's photo.

python -m bench.pages LOADS FOLDER

Starts the sample shop on a free port. Writes ``photo.jpg``, as the button sends it, to the folder
and prints JSON. The settings are in the environment.
"""

from __future__ import annotations

import base64
import io
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image

from tests import needs
from tests.plugin import QUIET_CHROMIUM
from tests.processes import HOST, answers, free_port, until

ROOT = Path(__file__).resolve().parent.parent
MODULE = "/static/django_tryon/try-on-photo.js"
PORTRAIT = ROOT / "example_project" / "art" / "people" / "shopper.jpg"
PHOTOS = 9
SLUG = "breton-top"

PAINT = """async () => {
  const first = () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime;
  while (!first()) await new Promise((done) => setTimeout(done, 20));
  return first();
}"""
REQUESTS = """() => performance.getEntriesByType("resource").map((one) =>
  [new URL(one.name).pathname, one.renderBlockingStatus, one.encodedBodySize])"""
SHRINK = """async ([module, encoded]) => {
  const { prepare } = await import(module);
  const bytes = Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt());
  const file = new File([bytes], "photo.jpg", { type: "image/jpeg" });
  const begun = performance.now();
  const { blob } = await prepare(file, { min_side: 256, types: [] });
  const taken = performance.now() - begun;
  const sent = new Uint8Array(await blob.arrayBuffer());
  return [taken, btoa(sent.reduce((text, byte) => text + String.fromCharCode(byte), ""))];
}"""


def phone_photo() -> bytes:
    """Return a picture of 4000 by 3000 pixels on its side, with EXIF and a sensor's noise."""
    dice = random.Random(1)
    size = (3000, 4000)
    image = Image.open(PORTRAIT).convert("RGB").resize(size, Image.Resampling.BICUBIC)
    grain = Image.frombytes("L", (1500, 2000), dice.randbytes(1500 * 2000)).resize(size)
    image = Image.blend(image, Image.merge("RGB", (grain, grain, grain)), 0.06)
    exif = Image.Exif()
    exif[0x0112] = 6  # held upright: turn it by 90 degrees
    buffer = io.BytesIO()
    image.transpose(Image.Transpose.ROTATE_90).save(buffer, "JPEG", quality=92, exif=exif)
    return buffer.getvalue()


@contextmanager
def shop() -> Iterator[str]:
    """Run the sample shop; give its address."""
    port = free_port()
    manage = [sys.executable, "-m", "django"]
    for command in ("migrate", "loadshop"):
        subprocess.run([*manage, command, "-v0"], check=True, stdout=subprocess.DEVNULL)
    server = subprocess.Popen(
        [*manage, "runserver", "--noreload", f"{HOST}:{port}"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"DEBUG": "1"},  # it serves pictures and styles itself
    )
    try:
        until(lambda: answers(port), seconds=60, what="shop")
        yield f"http://{HOST}:{port}"
    finally:
        server.terminate()
        server.wait(30)


def first_paints(browser: Any, site: str, loads: int) -> dict[str, Any]:
    """Load the product page with and without the button in turns, each time with empty caches."""
    paths = {"without": f"/bench/without/{SLUG}/", "with": f"/products/{SLUG}/"}
    paints: dict[str, list[float]] = {name: [] for name in paths}
    requests: dict[str, list[list[Any]]] = {}
    for load in range(loads + 1):
        for name, path in paths.items():
            context = browser.new_context(viewport={"width": 390, "height": 844})
            page = context.new_page()
            page.goto(site + path, wait_until="load")
            if load:  # the first load warms the server up
                paints[name].append(page.evaluate(PAINT))
            page.wait_for_load_state("networkidle")
            requests[name] = page.evaluate(REQUESTS)
            context.close()
    known = {path for path, _blocks, _size in requests["without"]}
    extra = [one for one in requests["with"] if one[0] not in known]
    return {"paints": paints, "extra": extra}


def shrink(browser: Any, site: str, photo: bytes) -> tuple[list[float], bytes]:
    """Have the button's own code make a photo ready; return the times in ms, and what it sends."""
    page = browser.new_page()
    page.goto(f"{site}/bench/without/{SLUG}/")
    given = [MODULE, base64.b64encode(photo).decode()]
    taken = [page.evaluate(SHRINK, given) for _ in range(PHOTOS)]
    page.close()
    return [time for time, _sent in taken], base64.b64decode(taken[0][1])


def main(loads: int, folder: Path) -> None:
    """Measure."""
    from playwright.sync_api import sync_playwright

    with shop() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=needs.chromium(), args=QUIET_CHROMIUM)
        photo = phone_photo()
        times, sent = shrink(browser, site, photo)
        (folder / "photo.jpg").write_bytes(sent)
        said = first_paints(browser, site, loads) | {
            "shrink": times,
            "taken_bytes": len(photo),
            "sent_bytes": len(sent),
            "chromium": browser.version,
        }
        browser.close()
    print(json.dumps(said))


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
