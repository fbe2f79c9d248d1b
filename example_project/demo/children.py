"""The demo's child processes: started together, watched, and stopped together."""

from __future__ import annotations

import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType

from example_project.demo.trouble import Trouble

PATIENCE = 60.0
"""Seconds in which a server has to answer after its start."""
GRACE = 10.0
"""Seconds that a child gets to end by itself."""


class Children:
    """Management commands that run beside the demo. Leave the context, and they are gone."""

    def __init__(self, logs: Path) -> None:
        self.logs = logs
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Children:
        self.logs.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self, name: str, *arguments: str) -> None:
        """Start a management command; what it says goes into a log of that name."""
        with (self.logs / f"{name}.log").open("wb") as log:
            self._running[name] = subprocess.Popen(  # noqa: S603 - our own command
                [sys.executable, "-u", "-m", "example_project.demo.child", *arguments],
                stdin=subprocess.PIPE,  # its end tells the child that we are gone
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=Path(__file__).resolve().parents[2],
                start_new_session=True,  # Ctrl-C is for the demo, which then stops them in order
            )

    def check(self) -> None:
        """Raise Trouble if one has ended."""
        for name, process in self._running.items():
            if process.poll() is not None:
                said = (self.logs / f"{name}.log").read_text(errors="replace").strip()
                tail = "\n".join(said.splitlines()[-12:]) or "It said nothing."
                raise Trouble(f"The {name} ended by itself (exit {process.returncode}).\n{tail}")

    def wait_for(self, name: str, url: str) -> None:
        """Return when this URL answers, whatever the answer is. Raises Trouble."""
        until = time.monotonic() + PATIENCE
        while not answers(url):
            self.check()
            if time.monotonic() > until:
                log = self.logs / f"{name}.log"
                raise Trouble(f"The {name} did not answer within {PATIENCE:.0f} s; see {log}.")
            time.sleep(0.1)

    def stop(self) -> None:
        """Ask all to end, wait, and end by force what is left."""
        running = [process for process in self._running.values() if process.poll() is None]
        for process in running:
            process.terminate()
        until = time.monotonic() + GRACE
        for process in running:
            try:
                process.wait(max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for process in self._running.values():
            if process.stdin is not None:
                process.stdin.close()
        self._running.clear()


def answers(url: str) -> bool:
    """Tell whether a server answers at this URL."""
    try:
        urllib.request.urlopen(url, timeout=5).close()  # noqa: S310 - our own, on this machine
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True
