"""A provider to script, a shopper who gave a photo, and a shop that hears of everything."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.lifecycle.conftest import drive, job, provider
from tests.services.conftest import ada, photo, wish

__all__ = ["ada", "drive", "job", "photo", "provider", "result_files", "wish"]


@pytest.fixture
def result_files(tmp_path: Path) -> Callable[[], set[str]]:
    """Return the names of the files in the folder of results."""

    def names() -> set[str]:
        folder = tmp_path / "tryon_private" / "tryon" / "results"
        return {path.name for path in folder.glob("*")}

    return names
