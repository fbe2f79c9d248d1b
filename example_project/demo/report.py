"""What came of the five try-ons: a table, and the files to look at."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

from django_tryon.models import Status, TryOnJob
from example_project.demo.tries import seconds_of
from example_project.demo.watching import colour, says


def gather(jobs: list[TryOnJob], folder: Path) -> dict[str, Path]:
    """Copy each result into a folder, named for its engine; return where they are, by engine."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    found = {}
    for job in jobs:
        for result in job.results.all():
            target = folder / f"{job.engine}{Path(result.file.name).suffix}"
            with result.file.open("rb") as source, target.open("wb") as copy:
                shutil.copyfileobj(source, copy)
            found.setdefault(job.engine, target)
    return found


def table(jobs: list[TryOnJob], files: dict[str, Path], *, paid: bool) -> Table:
    """Return the table: engine, who wears what, status, seconds, (cost,) result."""
    shown = Table(box=box.SIMPLE_HEAD, pad_edge=True, header_style="bold")
    shown.add_column("Engine", no_wrap=True)
    shown.add_column("Try-on", overflow="fold")
    shown.add_column("Status", no_wrap=True)
    shown.add_column("Seconds", justify="right", no_wrap=True)
    if paid:
        shown.add_column("US$", justify="right", no_wrap=True)
    shown.add_column("Result", no_wrap=True)
    for job in jobs:
        path = files.get(job.engine)
        cost = "unknown" if job.cost is None else f"{job.cost:.4f}"
        shown.add_row(
            job.engine,
            job.title,
            f"[{colour(job)}]{says(job)}[/]",
            f"{seconds_of(job):.1f}",
            *([cost] if paid else []),
            path.name if path else "none",
        )
    return shown


def reasons(jobs: list[TryOnJob]) -> list[str]:
    """Say of each job that did not succeed why."""
    return [
        f"{job.engine}: {job.error_message or says(job)} ({job.error_code or job.status})"
        for job in jobs
        if job.status != Status.SUCCEEDED
    ]


def short(path: Path) -> str:
    """Return a path as one would type it here."""
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative


def terminal() -> Console:
    """Return a console; where it is no terminal, wide enough that nothing is folded."""
    console = Console(highlight=False, soft_wrap=False)
    return console if console.is_terminal else Console(highlight=False, width=140)
