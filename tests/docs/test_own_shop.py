"""The page on a shop of one's own: what it says is typed in, and a shirt is tried on."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from tests.conftest import picture
from tests.processes import HOST, ROOT, answers, environment, free_port, running

PAGE = ROOT / "docs" / "howto" / "own_shop.md"
TEXT = PAGE.read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"(?:# |\{# )(\S+)(?: #\})?\n")
"""How a block begins that belongs into a file."""
NOT_TYPED = ("python -m venv", ". venv", "pip install", "python manage.py createsuperuser")
"""What the environment of the tests has done already, and what asks questions."""


class Reader:
    """Somebody who does what the page says, in an empty folder and at free ports."""

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
            else:
                named = FILE.match(block)
                assert named, f"a block does not say which file it belongs to:\n{block}"
                path = self.folder / named[1]
                path.parent.mkdir(parents=True, exist_ok=True)
                with path.open("a", encoding="utf-8") as file:
                    file.write(block[named.end() :])

    def type(self, line: str) -> None:
        """Run a command to its end, or leave it running if it serves."""
        if line.startswith(NOT_TYPED):
            return
        line, _, given = line.partition(" < ")
        words = [sys.executable, *shlex.split(line)[1:]]
        if line.startswith("django-admin "):
            words[1:1] = ["-m", "django"]
        if "tryon_sandbox" in words:
            self.serve([*words, "--seconds", "0"], words[-1])
        elif "runserver" in words:
            self.serve([*words, "--noreload"], words[-1])
        elif "tryon_worker" not in words:  # its turn comes when there is something to do
            self.run(words, given)

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

    def run(self, command: list[str], given: str = "") -> None:
        """Run a command with what it is given to read; fail if it does."""
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self.env,
            input=(self.folder / given).read_text(encoding="utf-8") if given else "",
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, f"{command[1:]}:\n{done.stdout}\n{done.stderr}"

    def ask(self, method: str, path: str, **kwargs: object) -> httpx.Response:
        """Ask the shop; fail unless it says yes."""
        address = f"http://{HOST}:{self.ports['8000']}{path}"
        return httpx.request(method, address, timeout=30, **kwargs).raise_for_status()  # type: ignore[arg-type]


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    """A reader with a picture of a shirt."""
    (tmp_path / "shirt.jpg").write_bytes(picture(size=(768, 1024)))
    with ExitStack() as stack:
        yield Reader(tmp_path, stack)


def test_the_page_leads_to_a_try_on(reader: Reader) -> None:
    reader.read(TEXT)
    assert '<try-on product="shop.product:1"' in reader.ask("GET", "/products/1/").text

    token = reader.ask("POST", "/tryon/api/shoppers/", json={}).json()["token"]
    me = {"Authorization": f"Shopper {token}"}
    config = reader.ask("GET", "/tryon/api/config/?product=shop.product:1").json()
    person = reader.ask(
        "POST",
        "/tryon/api/people/",
        headers=me,
        data={
            "consent": config["consent"]["version"],
            "text_hash": config["consent"]["text_hash"],
        },
        files={"photo": ("me.jpg", picture(colour="peru"), "image/jpeg")},
    ).json()
    asked = {"garments": [config["garments"][0]["id"]], "person": person["id"]}
    job = reader.ask("POST", "/tryon/api/jobs/", headers=me, json=asked)
    reader.run([sys.executable, "manage.py", "tryon_worker", "--until-idle"])
    ended = reader.ask("GET", f"/tryon/api/jobs/{job.json()['id']}/", headers=me).json()
    assert (ended["status"], len(ended["results"])) == ("succeeded", 1)


def test_less_than_fifteen_lines_are_ours() -> None:
    part = TEXT.partition("\n## The button\n")[2].partition("\n## ")[0]
    lines = [line for _, block in BLOCK.findall(part) for line in block.splitlines()[1:] if line]
    assert len(lines) == 13 < 15
    assert "Thirteen lines" in TEXT
