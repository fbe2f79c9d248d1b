"""Run the tests that live inside the oscar shop, under its own settings, all in one process."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.processes import environment, python
from tests.run import ROOT

INSIDE = Path(__file__).resolve().parent / "inside"


def test_inside() -> None:
    pytest.importorskip("oscar", reason="django-oscar is not installed: pip install .[oscar]")
    done = subprocess.run(
        [
            *python("pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"),
            "--ds=tests.oscar.settings",
            "--nomigrations",  # oscar's take twenty seconds
            f"--confcutdir={INSIDE}",
            str(INSIDE),
        ],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
