"""The sample shop, run as processes: database, sandbox, site, and a worker of some kind."""

from __future__ import annotations

import io
import json
import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any

import av
import httpx
from PIL import Image

from tests.processes import HOST, ROOT, answers, environment, free_port, python, running, until


class Shop:
    """A shop whose site and provider answer on ports of their own."""

    def __init__(self, folder: Path, **given: str) -> None:
        self.folder = folder
        self.site_port, self.sandbox_port = free_port(), free_port()
        self.env = environment(
            DJANGO_SETTINGS_MODULE="tests.acceptance.settings",
            EXAMPLE_PROJECT_VAR=str(folder),
            SEGMIND_BASE_URL=f"http://{HOST}:{self.sandbox_port}",
            TRYON_PUBLIC_URL=f"http://{HOST}:{self.site_port}",
            **given,
        )

    def django(self, *arguments: str) -> str:
        """Run a management command to its end and return what it printed."""
        return self._run(python("django", *arguments))

    def _run(self, command: Sequence[str]) -> str:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, f"{command}:\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def serve(self, name: str, port: int, *arguments: str) -> AbstractContextManager[Any]:
        """Run a management command that serves at a port."""
        return running(
            python("django", *arguments),
            log=self.folder / f"{name}.log",
            env=self.env,
            ready=lambda said: answers(port),
        )

    def launch(self, count: int) -> list[str]:
        """Launch so many jobs and return their ids."""
        launched: list[str] = json.loads(
            self._run(python("tests.acceptance.launching", "launch", str(count)))
        )
        return launched

    def report(self) -> list[dict[str, Any]]:
        """Return what has become of the jobs."""
        jobs: list[dict[str, Any]] = json.loads(
            self._run(python("tests.acceptance.launching", "report"))
        )
        return jobs

    def wait(self, *, seconds: float) -> list[dict[str, Any]]:
        """Return the report when no job has anything left to do; fail after so many seconds."""
        busy = {"queued", "submitting", "running", "fetching"}
        last: Counter[str] = Counter()

        def settled() -> list[dict[str, Any]]:
            jobs = self.report()
            last.clear()
            last.update(job["status"] for job in jobs)
            return [] if busy & last.keys() else jobs

        try:
            return until(settled, seconds=seconds, what="end of all jobs", every=0.5)
        except AssertionError as error:
            raise AssertionError(f"{error}: {dict(last)}") from error

    def see(self, job: dict[str, Any]) -> None:
        """Look at each result of a job as a browser would; fail if there is nothing to be seen."""
        assert job["status"] == "succeeded", f"{job['engine']}: {job['status']}, {job['error']}"
        assert job["results"], f"{job['engine']} left no result"
        for kind, url in job["results"]:
            site = f"http://{HOST}:{self.site_port}"
            content = httpx.get(f"{site}{url}", timeout=30).raise_for_status().content
            width, height = (_size_of_clip if kind == "video" else _size_of_picture)(content)
            assert min(width, height) > 100


def _size_of_picture(content: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(content)) as image:
        image.load()
        return image.size


def _size_of_clip(content: bytes) -> tuple[int, int]:
    with av.open(io.BytesIO(content)) as clip:
        frame = next(clip.decode(video=0))
        return frame.width, frame.height


@contextmanager
def open_shop(folder: Path, *, sandbox_seconds: float = 1, **given: str) -> Iterator[Shop]:
    """Set up the sample shop in a folder, and run its site and its sandbox."""
    shop = Shop(folder, **given)
    shop.django("migrate", "--verbosity", "0")
    shop.django("loadshop")
    site, sandbox = f"{HOST}:{shop.site_port}", str(shop.sandbox_port)
    with ExitStack() as stack:
        stack.enter_context(shop.serve("site", shop.site_port, "runserver", "--noreload", site))
        stack.enter_context(
            shop.serve(
                "sandbox",
                shop.sandbox_port,
                *("tryon_sandbox", "--port", sandbox, "--seconds", str(sandbox_seconds)),
            )
        )
        yield shop
