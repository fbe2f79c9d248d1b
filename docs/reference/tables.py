"""Write the settings reference, and the table of a job's moves, from the code itself.

Run ``python docs/reference/tables.py`` after changing either; a test fails while a page lags.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parents[1]
SETTINGS = DOCS / "reference" / "settings.md"
LIFE = DOCS / "explanation" / "architecture.md"
UNITS = {"hour": 3600, "minute": 60, "second": 1}


def written(value: Any) -> str:
    """Return a default as one would write it."""
    if isinstance(value, timedelta):
        seconds = int(value.total_seconds())
        unit, size = next((u, s) for u, s in UNITS.items() if seconds % s == 0)
        count = seconds // size
        return f"{count} {unit}{'' if count == 1 else 's'}, as a `timedelta`"
    if isinstance(value, int) and value % 2**20 == 0 and value:
        return f"`{value // 2**20} * 2**20`"
    if isinstance(value, Mapping):
        return f"`{json.dumps(dict(value))}`"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "`" + json.dumps(list(value), indent=None) + "`"
    return f"`{json.dumps(value)}`"


def options_block() -> str:
    """Return a section for each option, under the heading of those that it belongs to."""
    from django_tryon.conf import PARTS, options

    sections = []
    for part in PARTS:
        sections.append(f"## {str(part.__doc__).rstrip('.')}")
        sections.extend(
            f"### `{name}`\n\n{option.about}\n\nDefault: {written(option.default)}"
            for name, option in options((part,)).items()
        )
    return "\n\n".join(sections)


def moves_block() -> str:
    """Return which status may follow which."""
    from django_tryon.models.transitions import MOVES

    rows = ["| from | to |", "| --- | --- |"]
    for source, targets in MOVES.items():
        # In the order of the table itself, which is that of a job's life.
        told = ", ".join(f"`{target.value}`" for target in MOVES if target in targets)
        rows.append(f"| `{source.value}` | {told or 'nothing: it is done'} |")
    return "\n".join(rows)


def filled(page: Path, name: str, block: str) -> str:
    """Return the text of a page with this block as it should be."""
    text = page.read_text(encoding="utf-8")
    marked = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end -->)", re.DOTALL)
    if not marked.search(text):
        raise ValueError(f"{page.name} has no block “{name}”")
    return marked.sub(lambda found: f"{found[1]}\n{block}\n\n{found[2]}", text)


def pages() -> dict[Path, str]:
    """Return each page with the text it should have."""
    return {
        SETTINGS: filled(SETTINGS, "options", options_block()),
        LIFE: filled(LIFE, "moves", moves_block()),
    }


if __name__ == "__main__":
    import django
    from django.conf import settings

    settings.configure(
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django_tryon"]
    )
    django.setup()
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
