"""The try-on that `nox` makes with other versions works with these."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

from tests.processes import ROOT, environment


def test_it_succeeds_and_ends_with_its_statement(tmp_path: Path) -> None:
    script = str(Path(__file__).with_name("one_try_on.py"))
    done = subprocess.run(
        [sys.executable, "-W", "error", script, "print('and this')"],
        cwd=tmp_path,
        env=environment(PYTHONPATH=str(ROOT)),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-2] == "and this"
    assert done.stdout.splitlines()[-1].startswith("idm-vton: succeeded")


def test_nox_knows_what_each_extra_is_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    source = ast.parse((ROOT / "noxfile.py").read_text(encoding="utf-8"))
    proofs = next(
        ast.literal_eval(line.value)
        for line in source.body
        if isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) == "PROOFS"
    )
    assert set(proofs) == set(project["optional-dependencies"])
