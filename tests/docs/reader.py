"""Somebody who does what a page of the docs says, block by block."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx

from tests.conftest import picture
from tests.processes import HOST, ROOT, answers, environment, free_port, running

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"(?:# |\{# )(\S+\.\w+)(?: #\})?\n")
"""How a block begins that belongs into a file."""
NOT_TYPED = ("python -m venv", ". venv", "pip install", "python manage.py createsuperuser")
"""What the environment of the tests has done already, and what asks questions."""


class Reader:
    """Works in an empty folder, at free ports, for as long as the stack is open."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder, self.stack = folder, stack
        self.ports = {"8000": str(free_port()), "8900": str(free_port())}
        self.env = environment(PYTHONPATH=str(ROOT))

    def read(self, text: str) -> None:
        """Do what each block says, one after the other."""
        for language, block in BLOCK.findall(text):
            for port, free in self.ports.items():
                block = block.replace(port, free)
            if language == "console":
                for line in block.splitlines():
                    self.type(line.removeprefix("$ "))
            elif named := FILE.match(block):
                self.write(named[1], block[named.end() :])
            else:
                raise AssertionError(f"a block does not say which file it belongs to:\n{block}")

    def write(self, name: str, block: str) -> None:
        """Write a block to the end of a file."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(block)

    def type(self, line: str) -> None:
        """Run a command to its end, or leave it running if it serves."""
        if line.startswith(NOT_TYPED):
            return
        line, _, given = line.partition(" < ")
        program, *words = shlex.split(line)
        if program != "python":
            words = [str(Path(sys.executable).with_name(program)), *words]
        else:
            words = [sys.executable, *words]
        if "tryon_sandbox" in words:
            self.serve([*words, "--seconds", "0"], words[-1])
        elif "runserver" in words:
            self.serve([*words, "--noreload"], words[-1])
        elif "tryon_worker" not in words:  # its turn comes when there is something to do
            self.run(words, (self.folder / given).read_text(encoding="utf-8") if given else "")

    def serve(self, command: list[str], port: str) -> None:
        """Run a server until the test ends."""
        self.stack.enter_context(
            running(
                command,
                log=self.folder / f"{port}.log",
                env=self.env,
                cwd=self.folder,
                ready=lambda _said: answers(int(port)),
            )
        )

    def run(self, command: list[str], given: str = "") -> str:
        """Run a command with what it is given to read, return what it said; fail if it does."""
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self.env,
            input=given,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, f"{command[1:]}:\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def ask(self, method: str, path: str, **kwargs: Any) -> httpx.Response:
        """Ask the shop; fail unless it says yes."""
        address = f"http://{HOST}:{self.ports['8000']}{path}"
        return httpx.request(method, address, timeout=30, **kwargs).raise_for_status()

    def try_on(self, product: str) -> dict[str, Any]:
        """Try a product on as a storefront would, and return the job that has ended."""
        token = self.ask("POST", "/tryon/api/shoppers/", json={}).json()["token"]
        me = {"Authorization": f"Shopper {token}"}
        config = self.ask("GET", f"/tryon/api/config/?product={product}").json()
        consent = config["consent"]
        person = self.ask(
            "POST",
            "/tryon/api/people/",
            headers=me,
            data={"consent": consent["version"], "text_hash": consent["text_hash"]},
            files={"photo": ("me.jpg", picture(colour="peru"), "image/jpeg")},
        ).json()
        asked = {"garments": [config["garments"][0]["id"]], "person": person["id"]}
        job = self.ask("POST", "/tryon/api/jobs/", headers=me, json=asked).json()
        self.run([sys.executable, "manage.py", "tryon_worker", "--until-idle"])
        ended: dict[str, Any] = self.ask("GET", f"/tryon/api/jobs/{job['id']}/", headers=me).json()
        return ended
