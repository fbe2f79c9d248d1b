"""OpenTelemetry: spans and figures, where the host has it; nothing at all where it has not.

Only the API is used. What becomes of it is for the host's own set-up (docs: howto/operations).
No attribute holds a key, a photo's name or a link: job ids, engines, steps, codes and classes only.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

try:
    from opentelemetry import context, metrics, trace
except ImportError:  # pragma: no cover - seen where the extra is not installed
    context = metrics = trace = None  # type: ignore[assignment, unused-ignore]

T = TypeVar("T")
NAME = "django_tryon"
SECONDS = (0.1, 0.3, 1, 3, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600)
"""The bounds of the histograms' buckets."""


class Instruments:
    """What is counted and measured."""

    def __init__(self, tracer: Any, meter: Any) -> None:
        self.tracer = tracer
        self.ended = meter.create_counter(
            "tryon.jobs.ended", unit="{job}", description="Jobs that have ended, by how they did."
        )
        self.duration = meter.create_histogram(
            "tryon.job.duration",
            unit="s",
            description="From a job's launch to its end.",
            explicit_bucket_boundaries_advisory=SECONDS,
        )
        self.lag = meter.create_histogram(
            "tryon.job.lag",
            unit="s",
            description="What a job took beyond the provider's own time, from submit to stored.",
            explicit_bucket_boundaries_advisory=SECONDS,
        )
        self.steps = meter.create_histogram(
            "tryon.step.duration",
            unit="s",
            description="Network steps: submit, poll, fetch and others; their number, too.",
            explicit_bucket_boundaries_advisory=SECONDS,
        )
        self.in_flight = meter.create_up_down_counter(
            "tryon.steps.in_flight",
            unit="{step}",
            description="Network steps that this process has on their way.",
        )
        self.gates = meter.create_counter(
            "tryon.gates.moved", unit="{move}", description="Gates that closed or opened."
        )


_instruments: Instruments | None = (
    None if trace is None else Instruments(trace.get_tracer(NAME), metrics.get_meter(NAME))
)


@contextmanager
def span(
    name: str, *, job: Any = None, engine: str = "", jobs: Sequence[Any] = ()
) -> Iterator[None]:
    """Trace what is done inside, as ``tryon.<name>``, for one job or for several at once."""
    if _instruments is None:
        yield
        return
    about: dict[str, str | list[str]] = {**_about(job, engine)}
    if jobs:
        about["tryon.jobs"] = [str(one.pk) for one in jobs]
    with _instruments.tracer.start_as_current_span(
        f"tryon.{name}", attributes=about, record_exception=False, set_status_on_exception=False
    ) as current:
        try:
            yield
        except BaseException as error:
            _say_error(current, error)
            raise


def name_job(job: Any) -> None:
    """Say of which job the current span is, now that this is known."""
    if _instruments is not None:
        trace.get_current_span().set_attributes(_about(job, ""))


def traced(
    name: str, call: Callable[[Any], Coroutine[Any, Any, T]], job: Any
) -> Callable[[Any], Coroutine[Any, Any, T]]:
    """Return a network step that traces and measures itself; as it was, where nobody listens."""
    instruments = _instruments
    if instruments is None:
        return call
    about, around = _about(job, ""), context.get_current()
    kind = {"step": name} | {key: about[key] for key in about if key == "tryon.engine"}

    async def measured(client: Any) -> T:
        begun, outcome = time.perf_counter(), "ok"
        instruments.in_flight.add(1, {"step": name})
        with instruments.tracer.start_as_current_span(
            f"tryon.{name}",
            context=around,
            kind=trace.SpanKind.CLIENT,
            attributes=about,
            record_exception=False,
            set_status_on_exception=False,
        ) as current:
            try:
                return await call(client)
            except BaseException as error:
                outcome = getattr(error, "code", type(error).__name__)
                _say_error(current, error)
                raise
            finally:
                instruments.in_flight.add(-1, {"step": name})
                instruments.steps.record(
                    time.perf_counter() - begun, kind | {"outcome": str(outcome)}
                )

    return measured


def ended(job: Any) -> None:
    """Count the end of a job, and measure it."""
    if _instruments is None:
        return
    about = {"tryon.engine": job.engine, "status": str(job.status)}
    _instruments.ended.add(1, about | {"code": job.error_code})
    end: datetime | None = job.finished_at
    if end is None:
        return
    _instruments.duration.record((end - job.created_at).total_seconds(), about)
    if job.submitted_at and job.provider_seconds is not None and str(job.status) == "succeeded":
        took = (end - job.submitted_at).total_seconds()
        _instruments.lag.record(max(0.0, took - job.provider_seconds), about)


def gate_moved(key: str, reason: str, way: str) -> None:
    """Count a gate that ``closed`` or ``opened``."""
    if _instruments is not None:
        _instruments.gates.add(1, {"gate": key, "reason": str(reason), "way": way})


def _about(job: Any, engine: str) -> dict[str, str]:
    told = {
        "tryon.job": str(getattr(job, "pk", job) or ""),
        "tryon.engine": engine or getattr(job, "engine", ""),
    }
    return {key: value for key, value in told.items() if value}


def _say_error(current: Any, error: BaseException) -> None:
    """Mark a span as failed, by the error's class: its words may hold links."""
    current.set_status(trace.StatusCode.ERROR, getattr(error, "code", type(error).__name__))
    current.set_attribute("error.type", type(error).__qualname__)
