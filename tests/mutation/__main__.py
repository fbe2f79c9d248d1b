"""Mutation test of a job's life: `python -m tests.mutation --number 100 --seed 1`.

Copies the checkout, makes one small change in it at a time, and runs the tests of a job's life
against it; prints the changes that no test noticed. Tests pass first without any change.
"""

from __future__ import annotations

import argparse
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.mutation.changes import mutant, places
from tests.run import ROOT, clean_environment

FILES = (
    "services/outcome.py",
    *(f"services/steps/{name}.py" for name in ("submit", "poll", "fetch", "store")),
    *(f"services/driving/{name}.py" for name in ("work", "watch", "advance")),
    *("models/transitions.py", "models/alarm.py"),
)
TESTS = (
    *("tests/lifecycle", "tests/models", "tests/storage"),
    *("tests/machine", "tests/services", "tests/concurrency"),
)
"""The quickest to notice first: the others only see what these have let pass."""
LONGEST = 600.0
"""Seconds after which a changed program is taken to hang: that is noticed, too."""


def read_arguments() -> argparse.Namespace:
    """Return what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("--number", type=int, default=100, help="how many changes are tried")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--files", nargs="+", default=FILES)
    parser.add_argument(
        "--tests", nargs="+", default=TESTS, help="each is run if those before pass"
    )
    parser.add_argument("--processes", default="2")
    parser.add_argument("--minutes", type=float, default=600, help="stop after so many")
    return parser.parse_args()


def is_noticed(copy: Path, tests: list[str], processes: str) -> bool:
    """Tell whether a test fails in this copy."""
    return any(fails(copy, part, processes) for part in tests)


def fails(copy: Path, tests: str, processes: str) -> bool:
    """Tell whether one of these tests fails in this copy."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests.split()]
    command += ["-n", processes] if processes != "0" else []
    environment = clean_environment() | {"MACHINE_EXAMPLES": "10", "PYTHONPATH": str(copy)}
    try:
        done = subprocess.run(
            command, cwd=copy, env=environment, capture_output=True, timeout=LONGEST, check=False
        )
    except subprocess.TimeoutExpired:
        return True
    return done.returncode != 0


def main() -> int:
    """Try the changes; return 0 if each was noticed."""
    asked = read_arguments()
    sources = {name: (ROOT / "django_tryon" / name).read_text() for name in asked.files}
    found = [(name, place) for name in asked.files for place in places(sources[name])]
    random.Random(asked.seed).shuffle(found)
    survivors: list[str] = []
    tried: Counter[str] = Counter()
    ends = time.monotonic() + asked.minutes * 60
    with tempfile.TemporaryDirectory(prefix="tryon-mutation-") as folder:
        copy = Path(folder) / "copy"
        left_out = shutil.ignore_patterns(".git", ".venv", "var", "node_modules", "_build", "bench")
        shutil.copytree(ROOT, copy, ignore=left_out, symlinks=True)
        for name, place in found:
            changed = mutant(sources[name], place)
            if changed is None:
                continue
            if time.monotonic() > ends or sum(tried.values()) == asked.number:
                break
            path = copy / "django_tryon" / name
            path.write_text(changed.source)
            noticed = is_noticed(copy, list(asked.tests), asked.processes)
            path.write_text(sources[name])
            tried[name] += 1
            said = f"{name}:{changed.line} {changed.says}"
            if not noticed:
                survivors.append(said)
            print(f"{'noticed ' if noticed else 'SURVIVED'} {said}", flush=True)
    number = sum(tried.values())
    print(f"\n{number - len(survivors)} of {number} changes were noticed.")
    for said in survivors:
        print(f"  {said}")
    return int(bool(survivors))


if __name__ == "__main__":
    sys.exit(main())
