"""The studio's speed: `python -m bench.studio`, which `make bench` calls, too.

The dashboard over 100,000 jobs, the page of a batch of 5,000 and the first answer to "try these
again", on SQLite and PostgreSQL. ``JOBS=1000000`` fills in more.
"""

from __future__ import annotations

import os
from statistics import median

from bench.storefront import machine, run, say
from tests import needs

JOBS = int(os.environ.get("JOBS") or 100_000)
AIMS = {"dashboard": 1000.0, "batch": 300.0, "try": 1000.0}
"""Milliseconds that each may take, by the first word of its name."""


def main() -> None:
    """Measure on each database there is."""
    say(f"{machine()}; {JOBS:,} jobs.")
    databases = {"SQLite": ""}
    if why := needs.why_missing("postgresql"):
        say(f"SKIPPED postgresql: {why}")
    else:
        databases["PostgreSQL"] = needs.url_of("postgresql")
    for name, url in databases.items():
        said = run("bench.studio_pages", str(JOBS), DATABASE_URL=url)
        say(
            f"\n## {name} {said['version']}\n",
            f"| {'page':44} | queries | median, ms | own work, ms | aim, ms |",
            f"| {'-' * 44} | ------: | ---------: | -----------: | ------: |",
        )
        for page, taken in said["pages"].items():
            times, work, aim = taken["times"], taken["work"], AIMS[page.split()[0]]
            say(
                f"| {page:44} | {taken['queries']:7} | {median(times):10.0f} "
                f"| {median(work):12.0f} | {aim:7.0f} |"
            )


if __name__ == "__main__":
    main()
