"""The pages of the engines say what the classes say."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from django_tryon.engines import all_engines

PAGES = Path(__file__).parents[2] / "docs" / "engines"


@pytest.fixture(scope="module")
def tables():
    spec = importlib.util.spec_from_file_location("tables", PAGES / "tables.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_each_engine_has_its_page(tables):
    names = {tables.page_of(engine).name for engine in all_engines().values()}
    assert names | {"index.md"} == {page.name for page in PAGES.glob("*.md")}


def test_tables_are_those_of_the_classes(tables):
    for page, expected in tables.pages().items():
        assert page.read_text(encoding="utf-8") == expected, (
            f"{page.name} lags behind its engine: run python docs/engines/tables.py"
        )


def test_page_without_its_block_is_a_fault(tables, tmp_path):
    page = tmp_path / "odd.md"
    page.write_text("nothing")
    with pytest.raises(ValueError, match="no block"):
        tables.filled(page, {"facts": ""})
