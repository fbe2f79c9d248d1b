from __future__ import annotations

import tempfile

import pytest


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """A folder of its own, so that a forgotten file is seen."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path
