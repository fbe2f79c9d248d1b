"""The reference says what the code says."""

from __future__ import annotations

import importlib.util
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from django_tryon import checks
from django_tryon.conf import options

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def tables() -> Any:
    """The module that writes the pages; `docs` is no package."""
    spec = importlib.util.spec_from_file_location("reference", DOCS / "reference" / "tables.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_pages_do_not_lag_behind_the_code(tables: Any) -> None:
    for page, expected in tables.pages().items():
        assert page.read_text(encoding="utf-8") == expected, (
            f"{page.name} lags behind the code: run python docs/reference/tables.py"
        )


def test_every_setting_has_a_section_and_every_section_a_setting() -> None:
    page = (DOCS / "reference" / "settings.md").read_text(encoding="utf-8")
    assert re.findall(r"^### `(\w+)`$", page, re.MULTILINE) == list(options())
    assert all(option.about.endswith(".") for option in options().values())


def test_every_check_is_listed() -> None:
    files = Path(checks.__file__).parent.glob("checks*.py")
    source = "".join(path.read_text(encoding="utf-8") for path in files)
    known = set(re.findall(r"django_tryon\.([EW]\d{3})", source))
    known |= {f"E{int(n):03}" for n in re.findall(r'attempt\(\s*"\w+", (\d+)', source)}
    page = (DOCS / "reference" / "settings.md").read_text(encoding="utf-8")
    assert set(re.findall(r"`django_tryon\.([EW]\d{3})`", page)) == known


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("", '`""`'),
        (200, "`200`"),
        (50 * 2**20, "`50 * 2**20`"),
        (timedelta(hours=1), "1 hour, as a `timedelta`"),
        (timedelta(seconds=90), "90 seconds, as a `timedelta`"),
        ({}, "`{}`"),
        (("a", "b"), '`["a", "b"]`'),
    ],
)
def test_defaults_are_written_as_one_would_write_them(tables: Any, value: Any, said: str) -> None:
    assert tables.written(value) == said


def test_a_page_without_its_block_is_a_fault(tables: Any, tmp_path: Path) -> None:
    (tmp_path / "odd.md").write_text("nothing")
    with pytest.raises(ValueError, match="no block"):
        tables.filled(tmp_path / "odd.md", "options", "")
