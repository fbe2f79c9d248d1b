"""The page says of the checks what the tests see."""

from __future__ import annotations

import importlib.util
from pathlib import Path

WRITER = Path(__file__).parents[2] / "docs" / "howto" / "readiness.py"


def test_the_page_does_not_lag_behind_the_checks() -> None:
    spec = importlib.util.spec_from_file_location("readiness_page", WRITER)
    assert spec
    assert spec.loader
    writer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(writer)
    for page, expected in writer.pages().items():
        assert "| nothing |" in expected
        assert page.read_text(encoding="utf-8") == expected, (
            f"{page.name} lags behind the checks: run python docs/howto/readiness.py"
        )
