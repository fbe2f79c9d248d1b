"""Where contenders meet: a database, a broker and a sandbox for each, all made the same way."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import psycopg

from tests import needs
from tests.processes import answers, environment, free_port, python, running
from tests.run import ROOT

SANDBOX = {"picture-bytes": 512 * 1024, "balance": 1_000_000, "seed": 1}
"""The same for all contenders."""
SETTINGS = "bench.workers.settings"


@dataclass(frozen=True)
class Arena:
    """What all rings are copied from."""

    folder: Path
    database: str
    """Name of the database with the shop and no job."""
    broker: str


@dataclass(frozen=True)
class Ring:
    """What one contender has to itself."""

    folder: Path
    database: str
    broker: str
    sandbox: str
    sandbox_pid: int
    env: dict[str, str]

    @property
    def counts(self) -> Path:
        """The folder in which processes count their statements."""
        return self.folder / "counts"

    def ask(self, query: str, *params: Any) -> list[tuple[Any, ...]]:
        """Ask the database."""
        with psycopg.connect(self.database, autocommit=True) as connection:
            return connection.execute(query, params).fetchall()  # type: ignore[call-overload]

    def ledger(self) -> dict[str, Any]:
        """Return what the sandbox has accepted, and how often it was asked for what."""
        said: dict[str, Any] = httpx.get(f"{self.sandbox}/ledger", timeout=120).json()
        return said

    def run(self, module: str, *arguments: str) -> str:
        """Run a module to its end, and return what it printed."""
        done = subprocess.run(
            python(module, *arguments), cwd=ROOT, env=self.env, stdout=subprocess.PIPE, check=True
        )
        return done.stdout.decode()


@contextmanager
def open_arena() -> Iterator[Arena]:
    """Start a Redis of one's own, and fill a database with the sample shop."""
    with (
        tempfile.TemporaryDirectory(prefix="tryon-bench-") as name,
        _redis(Path(name)) as broker,
        _database() as database,
    ):
        shop = Path(name) / "shop"
        shop.mkdir()
        env = _environment(shop, _url_of(database), sandbox="http://127.0.0.1:1")
        for command in (("migrate", "-v0", "--run-syncdb"), ("loadshop",)):
            subprocess.run(
                python("django", *command), cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL
            )
        yield Arena(Path(name), database, broker)


@contextmanager
def enter(arena: Arena, *, seconds: float, jitter: float, celery: bool) -> Iterator[Ring]:
    """Copy the shop and its database, and start a sandbox; all is gone afterwards."""
    folder = Path(tempfile.mkdtemp(dir=arena.folder))
    shutil.copytree(arena.folder / "shop", folder, dirs_exist_ok=True)
    (folder / "counts").mkdir()
    port = free_port()
    try:
        with _database(copy_of=arena.database) as database:
            sandbox, url = f"http://127.0.0.1:{port}", _url_of(database)
            env = _environment(folder, url, sandbox=sandbox)
            env["BENCH_COUNTS"] = str(folder / "counts")
            if celery:
                env["CELERY_BROKER_URL"] = arena.broker
            options = {"port": port, "seconds": seconds, "jitter": jitter, **SANDBOX}
            named = [f"--{name}={value}" for name, value in options.items()]
            with running(
                python("django", "tryon_sandbox", "--plain", *named),
                log=folder / "sandbox.log",
                env=env,
                ready=lambda _said: answers(port),
            ) as process:
                yield Ring(folder, url, arena.broker, sandbox, process.pid, env)
    finally:
        shutil.rmtree(folder)


@contextmanager
def worker(ring: Ring, *command: str) -> Iterator[int]:
    """Run a worker, and give its process id once it is ready."""
    ready = ring.folder / "ready"
    is_celery = command[0] == "celery"
    with running(
        python(*command),
        log=ring.folder / "worker.log",
        env=ring.env | {"BENCH_READY": str(ready)},
        ready=lambda said: ready.exists() if is_celery else "is ready" in said,
        seconds=120,
    ) as process:
        try:
            yield process.pid
        finally:
            said = (ring.folder / "worker.log").read_text(errors="replace")
            if "Traceback" in said:
                print(said[said.index("Traceback") :][:1500])


def until(condition: Any, *, seconds: float, every: float = 0.5) -> bool:
    """Ask until it is true; False if it is not within so many seconds after anything changed."""
    ends, before = time.monotonic() + seconds, None
    while time.monotonic() < ends:
        is_done, now = condition()
        if is_done:
            return True
        if now != before:
            ends, before = time.monotonic() + seconds, now
        time.sleep(every)
    return False


def _environment(folder: Path, database: str, *, sandbox: str) -> dict[str, str]:
    return environment(
        DJANGO_SETTINGS_MODULE=SETTINGS,
        EXAMPLE_PROJECT_VAR=str(folder),
        DATABASE_URL=database,
        DEBUG="0",
        SEGMIND_BASE_URL=sandbox,
        TRYON_PUBLIC_URL=f"http://127.0.0.1:{free_port()}",
    )


def _url_of(database: str) -> str:
    return urlsplit(needs.url_of("postgresql"))._replace(path=f"/{database}").geturl()


@contextmanager
def _database(copy_of: str = "template1") -> Iterator[str]:
    name = f"tryon_bench_{os.urandom(6).hex()}"
    _execute(f"CREATE DATABASE {name} TEMPLATE {copy_of}")
    try:
        yield name
    finally:
        _execute(f"DROP DATABASE {name} WITH (FORCE)")


def _execute(statement: str) -> None:
    with psycopg.connect(needs.url_of("postgresql"), autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[call-overload]


@contextmanager
def _redis(folder: Path) -> Iterator[str]:
    """Start a Redis where there is its program, so that nobody else is counted; else take ours."""
    if not shutil.which("redis-server"):
        yield needs.url_of("redis")
        return
    port = free_port()
    with running(
        ["redis-server", "--port", str(port), "--save", "", "--dir", str(folder)],
        log=folder / "redis.log",
        env=dict(os.environ),
        ready=lambda _said: answers(port),
    ):
        yield f"redis://127.0.0.1:{port}/0"
