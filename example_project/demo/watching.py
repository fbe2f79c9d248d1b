"""Watch the jobs until they have ended: bars on a terminal, a line for each change elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn

from django_tryon.models import Status, TryOnJob
from django_tryon.models.transitions import FINISHED
from example_project.demo.tries import seconds_of
from example_project.demo.trouble import Trouble

ENDED = FINISHED | {Status.UNCERTAIN}
GOOD, BAD = "green", "red"
SAID = {
    Status.QUEUED: "waiting",
    Status.SUBMITTING: "being sent",
    Status.RUNNING: "running",
    Status.FETCHING: "being fetched",
    Status.SUCCEEDED: "done",
}


def watch(
    jobs: list[TryOnJob],
    *,
    console: Console,
    expected: Mapping[str, float],
    patience: float,
    check: Callable[[], None],
) -> list[TryOnJob]:
    """Show how the jobs get on until all have ended; return them as they are then.

    ``expected`` are seconds by engine, for the bars. ``check`` is called again and again and may
    raise. Raises Trouble after ``patience`` seconds.
    """
    show = Bars(console, jobs, expected) if console.is_terminal else Lines(console)
    until = time.monotonic() + patience
    with show:
        while True:
            rows = TryOnJob.objects.in_bulk([job.pk for job in jobs])
            now = [rows[job.pk] for job in jobs]
            show(now)
            if all(job.status in ENDED for job in now):
                return now
            check()
            if time.monotonic() > until:
                open_jobs = ", ".join(job.engine for job in now if job.status not in ENDED)
                raise Trouble(f"After {patience:.0f} s there is no end to see of: {open_jobs}.")
            time.sleep(0.2)


def says(job: TryOnJob) -> str:
    """Say where a job stands."""
    if job.status == Status.QUEUED and job.next_step_at is None:
        return "waits for its first frame"
    return SAID.get(Status(job.status), job.get_status_display().lower())


def done_share(job: TryOnJob, expected: float) -> float:
    """Return how much of a job is done, as well as one can know: 0 to 1."""
    if job.status in ENDED:
        return 1.0
    if job.status == Status.FETCHING:
        return 0.97
    return min(0.95, seconds_of(job) / expected)


class Bars:
    """A bar for each job."""

    def __init__(
        self, console: Console, jobs: list[TryOnJob], expected: Mapping[str, float]
    ) -> None:
        self._expected = expected
        self._progress = Progress(
            TextColumn("  {task.fields[engine]:<17}"),
            BarColumn(bar_width=24, complete_style="default", finished_style="default"),
            TextColumn("{task.fields[seconds]:>6}"),
            TextColumn("{task.fields[said]}"),
            console=console,
            transient=True,
        )
        self._tasks: dict[str, TaskID] = {
            job.engine: self._progress.add_task(
                "", total=1.0, engine=job.engine, seconds="", said=""
            )
            for job in jobs
        }

    def __enter__(self) -> Bars:
        self._progress.start()
        return self

    def __exit__(self, *args: object) -> None:
        self._progress.stop()

    def __call__(self, jobs: list[TryOnJob]) -> None:
        for job in jobs:
            seconds = seconds_of(job)
            self._progress.update(
                self._tasks[job.engine],
                completed=done_share(job, self._expected[job.engine]),
                seconds=f"{seconds:.1f} s" if seconds else "",
                said=f"[{colour(job)}]{says(job)}[/]",
            )


class Lines:
    """A line whenever a job has moved."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._last: dict[str, str] = {}

    def __enter__(self) -> Lines:
        return self

    def __exit__(self, *args: object) -> None:
        pass

    def __call__(self, jobs: list[TryOnJob]) -> None:
        for job in jobs:
            said = says(job)
            if self._last.get(job.engine) != said:
                self._last[job.engine] = said
                self._console.print(f"  {job.engine:<17} {said}", highlight=False)


def colour(job: TryOnJob) -> str:
    """Return the colour of a job's status."""
    if job.status == Status.SUCCEEDED:
        return GOOD
    return BAD if job.status in ENDED else "dim"
