"""Chaos: `make chaos`, or `python -m tests.chaos --database mariadb --broker rabbitmq`.

Starts a database, a broker, two Celery workers, beat and a flaky sandbox, all of its own; launches
jobs, kills one of these every second with -9, lets everything settle, and compares the sandbox's
ledger with the rows, the files and the budgets.
"""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.chaos.servers import BROKERS, DATABASES, Missing
from tests.chaos.storm import Storm, ask_sandbox, brewing, clear_up, rage, settle
from tests.chaos.verdict import Verdict, judge


def read_arguments() -> argparse.Namespace:
    """Return what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--jobs", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=90, help="for how long there are kills")
    parser.add_argument("--database", choices=DATABASES, default="postgresql")
    parser.add_argument("--broker", choices=BROKERS, default="redis")
    parser.add_argument("--embedded", action="store_true", help="SQLite and tryon_worker instead")
    parser.add_argument("--run-seconds", type=float, default=4, help="of the provider, for a job")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--times", type=int, default=1, help="so often, each with the next seed")
    parser.add_argument("--keep", action="store_true", help="leave the folder with all logs")
    return parser.parse_args()


def say(text: str) -> None:
    """Print a line at once."""
    print(text, flush=True)


def once(asked: argparse.Namespace) -> bool:
    """Do it once; tell whether all is well."""
    storm = Storm(
        jobs=asked.jobs,
        seconds=asked.seconds,
        database="sqlite" if asked.embedded else asked.database,
        broker="" if asked.embedded else asked.broker,
        seed=asked.seed,
        run_seconds=asked.run_seconds,
    )
    folder = Path(tempfile.mkdtemp(prefix="tryon-chaos-"))
    say(f"{asked.jobs} jobs, {asked.seconds:.0f} s of kills, seed {asked.seed}; logs: {folder}")
    begun = time.monotonic()
    with brewing(storm, folder, say):
        rage(storm, say)
        took = settle(storm, say)
        ledger = ask_sandbox(storm, "GET", "/ledger")
        verdict = judge(ledger, orphans=clear_up())
    report(storm, verdict, took=took, whole=time.monotonic() - begun)
    if not verdict.faults and not asked.keep:
        import shutil

        shutil.rmtree(folder, ignore_errors=True)
    return not verdict.faults


def report(storm: Storm, found: Verdict, *, took: float, whole: float) -> None:
    """Print what was seen."""
    where = "SQLite, tryon_worker" if storm.is_embedded else f"{storm.database}, {storm.broker}"
    say(f"{where}: settled after {took:.0f} s, {whole:.0f} s in all")
    say(f"  jobs      {dict(found.statuses)}")
    say(f"  errors    {dict(found.errors) or 'none'}")
    say(f"  provider  {found.accepted} accepted, {found.billed} billed, US$ {found.spent}")
    say(f"  in doubt  {found.doubtful}, none of them accepted")
    say(f"  files     {found.orphans} left by the dead, and purged")
    if storm.refused:
        say(f"  launches  {storm.refused} times the database was away")
    for fault in found.faults:
        say(f"  WRONG     {fault}")
    say("  all is well" if not found.faults else f"  {len(found.faults)} faults")


def several(asked: argparse.Namespace) -> int:
    """Do it so many times, each in a process of its own."""
    options = [
        argument
        for name in ("jobs", "seconds", "database", "broker", "run_seconds")
        for argument in (f"--{name.replace('_', '-')}", str(getattr(asked, name)))
    ]
    flags = [f"--{name}" for name in ("embedded", "keep") if getattr(asked, name)]
    failed = []
    for seed in range(asked.seed, asked.seed + asked.times):
        command = [sys.executable, "-m", "tests.chaos", *options, *flags, "--seed", str(seed)]
        if subprocess.run(command, check=False).returncode:
            failed.append(seed)
    say(
        f"{asked.times - len(failed)} of {asked.times} runs went well"
        + (f"; not those with the seeds {failed}" if failed else ".")
    )
    return 1 if failed else 0


def main() -> int:
    """Run, and return the exit code."""
    asked = read_arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that nothing is left running
    try:
        return several(asked) if asked.times > 1 else int(not once(asked))
    except Missing as missing:
        say(f"Chaos cannot be had here: {missing}.")
        return 2


if __name__ == "__main__":
    sys.exit(main())
