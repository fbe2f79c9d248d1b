"""The storefront's speed: `python -m bench.storefront`, which is what `make bench` calls.

Requests are measured in one process, through the whole middleware, in turns with a DRF view that
reads one row by primary key; pages and the photo in Chromium. What is not there is left out by
name. `ROUNDS=1000` asks more often.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

import django
import rest_framework

from bench.timing import percentile
from tests import needs
from tests.run import ROOT, clean_environment

ROUNDS = int(os.environ.get("ROUNDS") or 400)
LOADS = 15
AIMS = {
    "POST jobs/": 4.0,
    "GET jobs/<id>/, on its way": 1.5,
    "GET jobs/<id>/, 304": 1.5,
    "GET jobs/<id>/, done": 1.5,
}
"""How many times the peer's p95 each may take."""


def run(module: str, *arguments: str, **environment: str) -> Any:
    """Run a module with a folder of its own for all that it writes, and read what it says."""
    with tempfile.TemporaryDirectory(prefix="tryon-bench-") as folder:
        given = {
            "DJANGO_SETTINGS_MODULE": "bench.settings",
            "EXAMPLE_PROJECT_VAR": folder,
            "DEBUG": "0",
        }
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env=clean_environment() | given | environment,
            stdout=subprocess.PIPE,
            check=True,
        )
    return json.loads(done.stdout)


def say(*lines: str) -> None:
    """Print lines at once."""
    print(*lines, sep="\n", flush=True)


def machine() -> str:
    """Say on what this runs."""
    name = platform.processor() or platform.machine()
    for line in Path("/proc/cpuinfo").read_text().splitlines() if os.name == "posix" else ():
        if line.startswith("model name"):
            name = line.partition(":")[2].strip()
            break
    versions = f"Python {platform.python_version()}, Django {django.__version__}"
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    return (
        f"{name}, {os.cpu_count()} cores, load {load}; {versions}, DRF {rest_framework.__version__}"
    )


def table_of_requests(said: dict[str, Any]) -> None:
    """Print how long requests took, and how many times the peer that is."""
    say(
        f"| {'request':27} | queries | p50, ms | p95, ms | p95, times the peer's | own work, p95 |",
        f"| {'-' * 27} | ------: | ------: | ------: | -------------------: | -------------: |",
    )
    peer = said["peer"]
    for name, taken in said.items():
        p50, p95 = median(taken["clock"]), percentile(taken["clock"], 0.95)
        ratio = p95 / percentile(peer["clock"], 0.95)
        work = percentile(taken["work"], 0.95) / percentile(peer["work"], 0.95)
        aim = f" of {AIMS[name]}" if name in AIMS else ""
        say(
            f"| {name:27} | {taken['queries']:7} | {p50:7.2f} | {p95:7.2f} "
            f"| {f'{ratio:.2f}{aim}':>20} | {work:14.2f} |"
        )


def table_of_pages(said: dict[str, Any]) -> None:
    """Print what the button costs a product page on the server."""
    say("", "| product page    | queries | p50, ms | p95, ms |")
    say("| --------------- | ------: | ------: | ------: |")
    for name, taken in said.items():
        p50, p95 = median(taken["clock"]), percentile(taken["clock"], 0.95)
        say(f"| {f'{name} button':15} | {taken['queries']:7} | {p50:7.2f} | {p95:7.2f} |")


def tell_browser(said: dict[str, Any]) -> None:
    """Print what Chromium saw."""
    without, with_button = (median(said["paints"][name]) for name in ("without", "with"))
    say(
        f"\n## Chromium {said['chromium']}, a phone's size, empty caches, {LOADS} loads each\n",
        f"First contentful paint, median: {without:.0f} ms without the button, "
        f"{with_button:.0f} ms with it.",
        "Requests that the button adds:",
    )
    for path, blocks, size in said["extra"]:
        say(f"  {path}  {size} bytes, {blocks}")


def tell_photo(seen: dict[str, Any], upload: dict[str, list[float]]) -> None:
    """Print how long a photo takes until it can be used."""
    browser, server = median(seen["shrink"]), median(upload["clock"])
    say(
        f"\nA photo of 12 megapixels ({seen['taken_bytes'] / 1e6:.1f} MB) is ready after "
        f"{browser + server:.0f} ms: {browser:.0f} in the browser, {server:.0f} on the server, "
        f"which gets {seen['sent_bytes'] / 1000:.0f} kB. Aim: 1000.",
    )


def main() -> None:
    """Measure all there is to measure with."""
    say(f"{machine()}; {ROUNDS} rounds.")
    with tempfile.TemporaryDirectory(prefix="tryon-bench-") as folder:
        seen = None
        photo = ROOT / "example_project" / "art" / "people" / "shopper.jpg"
        if why := needs.why_missing("chromium"):
            say(f"SKIPPED chromium: {why}")
        else:
            seen = run("bench.pages", str(LOADS), folder)
            photo = Path(folder) / "photo.jpg"
        databases = {"SQLite": ""}
        if why := needs.why_missing("postgresql"):
            say(f"SKIPPED postgresql: {why}")
        else:
            databases["PostgreSQL"] = needs.url_of("postgresql")
        uploads = []
        for name, url in databases.items():
            said = run("bench.visits", str(ROUNDS), str(photo), DATABASE_URL=url)
            say(f"\n## {name} {said['version']}\n")
            table_of_requests(said["requests"])
            table_of_pages(said["pages"])
            uploads.append(said["upload"])
    if seen:
        tell_browser(seen)
        tell_photo(seen, uploads[0])


if __name__ == "__main__":
    main()
