"""What is read before and after: processor time by whose it is, messages, statements, requests."""

from __future__ import annotations

import os
from collections import defaultdict
from dataclasses import dataclass, fields
from pathlib import Path

import psycopg
import redis

from bench.recipe.counting import total
from bench.workers.arena import Ring

TICK = 1000 / os.sysconf("SC_CLK_TCK")
"""Milliseconds."""
NOT_SENT = {"run", "accepted"}
"""Steps of the sandbox that are no request."""


@dataclass(frozen=True)
class Reading:
    """How far everything has counted. Times are processor times, in ms."""

    worker: float
    broker: float
    database: float
    sandbox: float
    messages: float
    statements: float
    transactions: float
    requests: float

    def since(self, before: Reading) -> Reading:
        """Return what was counted since that reading."""
        return Reading(
            *(getattr(self, field.name) - getattr(before, field.name) for field in fields(self))
        )


def read(ring: Ring, worker: int | None, *, celery: bool) -> Reading:
    """Read all meters. PostgreSQL's is that of the whole server: let nobody else be at work."""
    broker = messages = 0.0
    if celery:
        with redis.Redis.from_url(ring.broker) as server:
            used, commands = server.info("cpu"), server.info("commandstats")
        broker = (used["used_cpu_user"] + used["used_cpu_sys"]) * 1000
        messages = commands.get("cmdstat_lpush", {"calls": 0})["calls"]
    database = database_server(ring)
    name = ring.database.rpartition("/")[2]
    commits = ring.ask(
        "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = %s", name
    )
    return Reading(
        worker=processor_time(worker) if worker else 0.0,
        broker=broker,
        database=processor_time(database) if database else 0.0,
        sandbox=processor_time(ring.sandbox_pid),
        messages=messages,
        statements=total(ring.counts),
        transactions=commits[0][0],
        requests=sum(n for step, n in ring.ledger()["asked"].items() if step not in NOT_SENT),
    )


def database_server(ring: Ring) -> int:
    """Return the process id of the PostgreSQL server; 0 if it is not on this machine."""
    with psycopg.connect(ring.database) as connection:
        row = connection.execute("SELECT pg_backend_pid()").fetchone()
        backend = int(row[0]) if row else 0
        return int(_all_of(backend)[1]) if _name(backend) == "postgres" else 0


def processor_time(pid: int) -> float:
    """Return what a process and all below it have used so far, ended children included, in ms."""
    # utime, stime, cutime, cstime
    return sum(sum(map(int, _all_of(one)[11:15])) for one in tree(pid)) * TICK


def largest_memory(pid: int) -> float:
    """Return how much a process and those below it held at their largest, MiB.

    What processes share is counted for each.
    """
    kibibytes = 0
    for one in tree(pid):
        for line in _read(one, "status").splitlines():
            if line.startswith("VmHWM:"):
                kibibytes += int(line.split()[1])
    return kibibytes / 1024


def tree(pid: int) -> list[int]:
    """Return a process and all below it."""
    children: defaultdict[int, list[int]] = defaultdict(list)
    for one, numbers in _all().items():
        children[int(numbers[1])].append(one)
    found = [pid]
    for one in found:
        found += children[one]
    return found


def _all() -> dict[int, list[str]]:
    pids = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]
    return {pid: numbers for pid in pids if (numbers := _all_of(pid))}


def _all_of(pid: int) -> list[str]:
    """Return the fields of /proc/PID/stat from the state on; padded if the process has ended."""
    after = _read(pid, "stat").rpartition(")")[2].split()
    return after or ["X", "0", *["0"] * 20]


def _name(pid: int) -> str:
    return _read(pid, "comm").strip()


def _read(pid: int, file: str) -> str:
    try:
        return Path(f"/proc/{pid}/{file}").read_text()
    except OSError:
        return ""
