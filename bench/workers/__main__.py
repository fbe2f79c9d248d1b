"""Run the contenders side by side: `python -m bench.workers`, a part of `make bench`.

    python -m bench.workers                       200, 1,000 and 2,000 jobs of 10 s, and --latency
    python -m bench.workers --jobs 200 --only a,e
    python -m bench.workers --latency             from launch to submit, on an idle system
    python -m bench.workers --in-flight 10000     runs of 60 s, in one process
    python -m bench.workers --million             the same with a million finished jobs
    python -m bench.workers --all                 all of it

Prints Markdown. It needs PostgreSQL and Redis, and a machine with nothing else to do.
"""

from __future__ import annotations

import argparse
import subprocess

from bench.storefront import machine, say
from bench.workers import crowd, latency, million, report
from bench.workers.arena import Arena, open_arena
from bench.workers.contenders import ALL
from bench.workers.race import run, share_of
from tests import needs

JOBS = [200, 1000, 2000]
BESIDE = {1000: "cde"}
"""Who runs with so many jobs, where not all do."""


def compare(arena: Arena, jobs: int, *, seconds: float, jitter: float, keys: str) -> None:
    """Let all run that many jobs, and print two tables."""
    say(f"\n### {jobs:,} jobs of {seconds:g} ± {jitter:g} s\n", report.HEAD)
    runs = []
    for who in ALL:
        if who.key not in keys:
            continue
        share = share_of(who, jobs, seconds)
        if share < jobs and jobs > JOBS[0]:
            continue  # its slots are as full with fewer jobs
        try:
            seen = run(arena, who, share, seconds=seconds, jitter=jitter)
        except (AssertionError, OSError, subprocess.CalledProcessError) as error:
            say(f"FAILED {who.name}: {error}")  # the others are still worth measuring
            continue
        runs.append(seen)
        say(report.line(seen))
    say("", report.aims(runs))


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m bench.workers")
    parser.add_argument("--jobs", type=int, nargs="+")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--only", default="", help="contenders, as a,c,e")
    parser.add_argument("--latency", action="store_true")
    parser.add_argument("--in-flight", type=int, metavar="JOBS")
    parser.add_argument("--million", action="store_true")
    parser.add_argument("--rows", type=int, default=1_000_000, help="of --million")
    parser.add_argument("--all", action="store_true")
    given = parser.parse_args()
    for server in ("postgresql", "redis"):
        if why := needs.why_missing(server):
            say(f"SKIPPED the workers: {server}: {why}")
            return
    if given.all:
        given.in_flight, given.million = given.in_flight or 10_000, True
    if given.all or not (given.jobs or given.latency or given.in_flight or given.million):
        given.jobs, given.latency = given.jobs or JOBS, True
    say(f"## Workers\n\n{machine()}.")
    with open_arena() as arena:
        for jobs in given.jobs or ():
            keys = given.only or BESIDE.get(jobs, "abcde")
            jitter = min(1.0, given.seconds / 5)
            compare(arena, jobs, seconds=given.seconds, jitter=jitter, keys=keys)
        if given.latency:
            latency.measure(arena)
        if given.in_flight:
            crowd.measure(arena, given.in_flight)
        if given.million:
            million.measure(arena, given.rows)


if __name__ == "__main__":
    main()
