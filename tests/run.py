"""Run the whole suite: `python -m tests.run`, which is what `make test` calls.

First everything, on SQLite; then the tests of a job's life once more on each database server that
answers. Arguments go to pytest, and then only the first run takes place.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests import needs

ROOT = Path(__file__).resolve().parent.parent
LIFECYCLE = ("models", "services", "runners", "lifecycle", "concurrency")
"""The folders of tests whose outcome depends on the database."""

ALL_CORES = ["-n", "auto", "--dist", "worksteal", "-p", "no:cacheprovider"]
LEFTOVERS = ("TRYON_", "SEGMIND_", "CELERY_", "DJANGO_", "PYTEST_")
LONGEST_RUN = 30 * 60
"""Seconds after which a run is taken to hang."""


def clean_environment() -> dict[str, str]:
    """Return the environment without what a shop or a demo may have left in it."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(LEFTOVERS) and name not in {"DATABASE_URL", "TEST_DATABASE_URL"}
    }
    return kept | {"COVERAGE_RCFILE": str(ROOT / "pyproject.toml")}


def say(text: str) -> None:
    """Print a line at once, so that it stands in order among the lines of the runs."""
    print(text, flush=True)


def available() -> list[str]:
    """Say which services answer, and return them."""
    found = []
    for name in needs.NAMES:
        if why := needs.why_missing(name):
            say(f"SKIPPED {name}: {why}; what needs it is skipped")
        else:
            found.append(name)
    say(f"Found: {', '.join(found) or 'no service'}.\n")
    return found


def run_pytest(
    title: str, arguments: list[str], *, measured: bool = True, **environment: str
) -> Counter[str]:
    """Run pytest and return how many tests passed, failed and were skipped."""
    say(f"==> {title}")
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="tryon-tally-") as folder:
        tally = Path(folder) / "tally.json"
        under = ["-m", "coverage", "run"] if measured else []
        try:
            code = subprocess.run(
                [sys.executable, *under, "-m", "pytest", "--tally", str(tally), *arguments],
                cwd=ROOT,
                env=clean_environment() | environment,
                timeout=LONGEST_RUN,
                check=False,
            ).returncode
        except subprocess.TimeoutExpired:
            say(f"The run was stopped after {LONGEST_RUN // 60} minutes.")
            return Counter(failed=1)
        counts = Counter(json.loads(tally.read_text()) if tally.exists() else {})
    if code and not counts["failed"]:  # it did not come to its tests, or not to their end
        say(f"pytest ended with {code}.")
        counts["failed"] += 1
    say(f"    {time.monotonic() - begun:.0f} s\n")
    return counts


def coverage(*arguments: str) -> bool:
    """Run coverage, and tell whether it is content."""
    command = [sys.executable, "-m", "coverage", *arguments]
    return subprocess.run(command, cwd=ROOT, env=clean_environment(), check=False).returncode == 0


def run_all(found: list[str]) -> Counter[str]:
    """Do every run that can be done here."""
    total = run_pytest("All tests, on SQLite", ALL_CORES)
    folders = [f"tests/{name}" for name in LIFECYCLE if (ROOT / "tests" / name).is_dir()]
    for name in needs.DATABASES:
        if name in found:
            url = needs.url_of(name)
            title = f"A job's life, on {name}"
            total += run_pytest(title, [*ALL_CORES, *folders], TEST_DATABASE_URL=url)
    return total


def is_covered(*, everything: bool) -> bool:
    """Report the coverage, and tell whether it is good enough."""
    coverage("combine", "--quiet")
    # Where tests were skipped, the lines that only they reach are rightly missing.
    content = coverage("report", f"--fail-under={100 if everything else 0}")
    if not everything:
        say("Coverage is held to 100 % only where every service answers.")
    elif not content:
        say("Coverage must be 100 %, lines and branches.")
    return content


def main(arguments: list[str]) -> int:
    """Run, report, and return the exit code."""
    found = available()
    everything = set(found) == set(needs.NAMES)
    if needs.required() and not everything:
        say("REQUIRE_SERVICES is set, so a missing service is a failure.")
        return 1
    if arguments:
        total, content = run_pytest("The tests asked for", arguments, measured=False), True
    else:
        coverage("erase")
        total = run_all(found)
        content = is_covered(everything=everything)
    passed, failed, skipped = total["passed"], total["failed"], total["skipped"]
    say(f"\n{passed} passed, {failed} failed, {skipped} skipped")
    return 0 if content and passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
