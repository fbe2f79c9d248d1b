"""Write the tables of the page on faults from the table that the tests hold the app to.

Run ``python docs/explanation/faults.py`` after changing it; a test fails while the page lags.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PAGE = Path(__file__).with_suffix(".md")
sys.path.insert(0, str(ROOT))

FEW = 4
"""So many faults are told in full; more of them by their names."""
TIMES = {0: "nothing", 1: "one run", 2: "**two runs**"}


def places() -> dict[str, tuple[str, ...]]:
    """Return which block of the page tells of which places."""
    return {
        "submit": ("submit",),
        "accepted": ("accepted",),
        "run": ("run",),
        "upload": ("upload",),
        "status": ("status",),
        "result": ("result",),
        "output": ("output",),
        "history": ("history",),
        "credits": ("credits",),
        "v1": ("accepted v1", "run v1"),
    }


def end_of(end: Any) -> str:
    """Return how a job ends, in a few words."""
    from tests.faults.ends import MANY

    word = {"succeeded": "done", "queued": "waiting"}.get(end.status, end.status)
    code = f" `{end.code}`" if end.code else ""
    asked = ", ".join(
        f"{step} {'often' if count == MANY else count}" for step, count in end.asked.items()
    )
    return f"{word}{code}; {asked}"


def spent(once: int, always: int) -> str:
    """Return what was paid for."""
    if once == always:
        return TIMES[once]
    return f"{TIMES[once]}; if it stays {TIMES[always]}"


def what_happened(faults: tuple[str, ...]) -> str:
    """Return what a row is about: sentences for a few faults, else their names."""
    from django_tryon.sandbox.known_faults import KNOWN

    if len(faults) > FEW:
        return ", ".join(f"`{fault}`" for fault in faults)
    return "; ".join(f"{KNOWN[fault].says} (`{fault}`)" for fault in faults)


def block(wanted: tuple[str, ...]) -> str:
    """Return the table of some places."""
    from tests.faults.expected import ROWS

    lines = [
        "| Segmind … | the app | staff see | if it passes | if it stays | paid |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for row in ROWS:
        if not set(row.places) & set(wanted):
            continue
        named = what_happened(row.faults)
        always = "the same" if row.always == row.once else end_of(row.always)
        paid = spent(row.once.billed, row.always.billed)
        cells = (named, row.does, row.sees, end_of(row.once), always, paid)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def profile_block() -> str:
    """Return what the profile `flaky` does, and how often."""
    from django_tryon.sandbox.known_faults import KNOWN
    from django_tryon.sandbox.script import PROFILES, read_orders

    lines = ["| order | at the step | share | |", "| --- | --- | --- | --- |"]
    for text in PROFILES["flaky"]:
        (order,) = read_orders(text)
        name = order.fault.name
        share = f"{100 * (order.share or 0):g} %"
        lines.append(f"| `{name}` | {order.step.value} | {share} | {KNOWN[name].says} |")
    return "\n".join(lines)


def known_block() -> str:
    """Return every fault that the sandbox knows."""
    from django_tryon.sandbox.faults import Step
    from django_tryon.sandbox.known_faults import FAULTS

    lines = ["| fault | what the sandbox does | steps |", "| --- | --- | --- |"]
    for fault in FAULTS:
        if not fault.name.endswith("+reset"):
            steps = ", ".join(step.value for step in Step if step in fault.steps)
            lines.append(f"| `{fault.name}` | {fault.says} | {steps} |")
    return "\n".join(lines)


def filled(page: Path, blocks: dict[str, str]) -> str:
    """Return the text of a page with its blocks as they should be."""
    text = page.read_text(encoding="utf-8")
    for name, content in blocks.items():
        marked = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        if not marked.search(text):
            raise ValueError(f"{page.name} has no block “{name}”")
        text = marked.sub(lambda found, new=content: f"{found[1]}\n{new}\n\n{found[2]}", text)
    return text


def pages() -> dict[Path, str]:
    """Return each page with the text that it should have."""
    sandbox = ROOT / "docs" / "reference" / "sandbox.md"
    return {
        PAGE: filled(PAGE, {name: block(wanted) for name, wanted in places().items()}),
        sandbox: filled(sandbox, {"faults": known_block(), "flaky": profile_block()}),
    }


if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
