"""Run the tests that live inside the sample shop, under its own settings."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.processes import environment, python
from tests.run import ROOT

INSIDE = Path(__file__).resolve().parent / "inside"


@pytest.mark.parametrize("name", sorted(path.name for path in INSIDE.glob("test_*.py")))
def test_inside(name: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [
            *python("pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"),
            "--ds=example_project.settings",
            f"--confcutdir={INSIDE}",
            str(INSIDE / name),
        ],
        cwd=ROOT,
        env=environment(EXAMPLE_PROJECT_VAR=str(tmp_path)),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
