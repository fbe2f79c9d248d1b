"""The page for whoever is on call says what the tests say."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from tests.faults.expected import ROWS, V2
from tests.faults.v1 import TABLE as V1

WRITER = Path(__file__).parents[2] / "docs" / "explanation" / "faults.py"


@pytest.fixture(scope="module")
def writer() -> Any:
    """The module that writes the pages; `docs` is no package."""
    spec = importlib.util.spec_from_file_location("faults_page", WRITER)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_pages_do_not_lag_behind_the_table(writer: Any) -> None:
    for page, expected in writer.pages().items():
        assert page.read_text(encoding="utf-8") == expected, (
            f"{page.name} lags behind the table: run python docs/explanation/faults.py"
        )


def test_every_row_stands_on_the_page(writer: Any) -> None:
    told = {place for wanted in writer.places().values() for place in wanted}
    assert {place for row in (*V2, *V1) for place in row.places} == told
    # What happens before v1 accepts anything is told once, for v2.
    assert {place for row in ROWS for place in row.places} - told == {"submit v1"}


def test_a_page_without_its_block_is_a_fault(writer: Any, tmp_path: Path) -> None:
    (tmp_path / "odd.md").write_text("nothing")
    with pytest.raises(ValueError, match="no block"):
        writer.filled(tmp_path / "odd.md", {"submit": ""})
