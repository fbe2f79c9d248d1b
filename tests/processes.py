"""Real processes for tests: started on a free port, waited for by condition, always ended."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from tests.run import ROOT, clean_environment

T = TypeVar("T")
HOST = "127.0.0.1"


def free_port() -> int:
    """Return a port of this machine at which nothing listens."""
    with socket.socket() as found:
        found.bind((HOST, 0))
        port: int = found.getsockname()[1]
        return port


def answers(port: int) -> bool:
    """Tell whether something listens at a port of this machine."""
    try:
        socket.create_connection((HOST, port), timeout=1).close()
    except OSError:
        return False
    return True


def until(condition: Callable[[], T], *, seconds: float, what: str, every: float = 0.05) -> T:
    """Ask until the condition is true, and return what it said; fail after so many seconds."""
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while not (said := condition()):
        assert time.monotonic() < deadline, f"after {seconds:.0f} s still no {what}"
        pause.wait(every)
    return said


def python(*arguments: str) -> list[str]:
    """Return the command that runs a module with this Python, warnings on."""
    return [sys.executable, "-m", *arguments]


def environment(**given: str) -> dict[str, str]:
    """Return the environment of a child: nothing left over, what it prints seen at once."""
    # Coverage tells its children what to measure through variables of its own.
    measured = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}
    return clean_environment() | measured | {"PYTHONUNBUFFERED": "1"} | given


@contextmanager
def running(
    command: Sequence[str],
    *,
    log: Path,
    env: Mapping[str, str],
    ready: Callable[[str], bool],
    seconds: float = 60,
    cwd: Path = ROOT,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command until the block ends; ``ready`` is asked with what it has printed so far."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env=dict(env),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:

            def up() -> bool:
                said = log.read_text(errors="replace")
                assert process.poll() is None, f"{command[:4]} ended:\n{said[-3000:]}"
                return ready(said)

            until(up, seconds=seconds, what=f"answer of {' '.join(command[:6])}")
            yield process
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(20)
