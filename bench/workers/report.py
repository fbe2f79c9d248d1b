"""What is printed: a table of all contenders, and one of the aims."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bench.workers.contenders import A4, A200, AIOHTTP, OURS_CELERY, OURS_EMBEDDED, B, Contender
from bench.workers.race import Run

COLUMNS: dict[str, Callable[[Run], str]] = {
    "in flight": lambda run: f"{run.in_flight:,}",
    "lag p50, s": lambda run: f"{run.lag(0.5):.2f}",
    "lag p95, s": lambda run: f"{run.lag(0.95):.2f}",
    "requests": lambda run: f"{run.each('requests'):.1f}",
    "CPU, ms": lambda run: f"{run.each('worker'):.1f}",
    "broker's": lambda run: f"{run.each('broker'):.1f}" if run.contender.uses_celery else "",
    "database's": lambda run: f"{run.each('database'):.1f}" if run.contender.worker else "",
    "sandbox's": lambda run: f"{run.each('sandbox'):.1f}",
    "messages": lambda run: f"{run.each('messages'):.2f}" if run.contender.uses_celery else "",
    "queries": lambda run: f"{run.each('statements'):.1f}" if run.contender.worker else "",
    "commits": lambda run: f"{run.each('transactions'):.1f}" if run.contender.worker else "",
    "memory, MiB": lambda run: f"{run.memory:,.0f}",
    "wall, s": lambda run: f"{run.wall:.0f}",
    "lost": lambda run: str(run.lost),
}
"""What one job took, unless the name says otherwise."""

HEAD = f"| contender | jobs | {' | '.join(COLUMNS)} |\n| --- | ---: |{' ---: |' * len(COLUMNS)}"


def line(run: Run) -> str:
    """Return a contender's row."""
    cells = " | ".join(cell(run) for cell in COLUMNS.values())
    return f"| {run.contender.name} | {run.jobs:,} | {cells} |"


def aims(runs: Sequence[Run]) -> str:
    """Return how far ours is from what it is to reach, beside the peers of the same run."""
    by = {run.contender: run for run in runs}
    rows = ["| figure | aim | on Celery | embedded |", "| --- | --- | ---: | ---: |"]
    for name, aim, figure in FIGURES:
        cells = [_told(figure, by.get(ours), by) for ours in (OURS_CELERY, OURS_EMBEDDED)]
        if any(cells):
            rows.append(f"| {name} | {aim} | {cells[0]} | {cells[1]} |")
    return "\n".join(rows)


Figure = Callable[[Run, dict[Contender, Run]], tuple[float, bool]]
"""From a run of ours, and all runs, to the figure and whether it is reached. KeyError without."""


def _told(figure: Figure, run: Run | None, by: dict[Contender, Run]) -> str:
    if run is None:
        return ""
    try:
        value, is_reached = figure(run, by)
    except (KeyError, ZeroDivisionError):
        return ""
    return f"{value:,.2f}" + ("" if is_reached else " **missed**")


def at_most(most: float, figure: Callable[[Run], float], *peers: Contender) -> Figure:
    """Return a figure that may be at most so much, or so many times that of the best peer."""

    def ratio(run: Run, by: dict[Contender, Run]) -> tuple[float, bool]:
        there = [by[peer] for peer in peers if peer in by]
        if peers and not there:
            raise KeyError
        value = figure(run) / (min(figure(peer) for peer in there) if there else 1.0)
        return value, value <= most

    return ratio


def _in_flight(run: Run, _by: dict[Contender, Run]) -> tuple[float, bool]:
    share = run.in_flight / run.jobs
    return share, share >= 0.85


def _messages(run: Run, by: dict[Contender, Run]) -> tuple[float, bool]:
    if not run.contender.uses_celery:
        raise KeyError
    return at_most(1, lambda one: one.each("messages"))(run, by)


def _lag(run: Run) -> float:
    return run.lag(0.95)


FIGURES: tuple[tuple[str, str, Figure], ...] = (
    ("lag p95, of (a, 200 threads)", "at most 0.5", at_most(0.5, _lag, A200)),
    ("lag p95, of (a, 4 processes)", "at most 0.5", at_most(0.5, _lag, A4)),
    (
        "requests per job, of (a, 200 threads)",
        "at most 0.6",
        at_most(0.6, lambda run: run.each("requests"), A200),
    ),
    (
        "CPU of the workers, of (b)",
        "at most 0.25",
        at_most(0.25, lambda run: run.each("worker"), B),
    ),
    (
        "CPU of the workers, of (a, 200 threads)",
        "at most 0.7",
        at_most(0.7, lambda run: run.each("worker"), A200),
    ),
    (
        "CPU of the workers, of bare aiohttp",
        "at most 3",
        at_most(3, lambda run: run.each("worker"), AIOHTTP),
    ),
    ("share of the jobs in flight at once", "at least 0.85", _in_flight),
    ("lag p95, s", "under 1", at_most(1, _lag)),
    ("broker messages per job", "under 1", _messages),
    (
        "database queries per job, launch included",
        "at most 12",
        at_most(12, lambda run: run.each("statements")),
    ),
    ("results lost", "0", at_most(0, lambda run: float(run.lost))),
)
