"""What OpenTelemetry is told of a job, where the host has it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from django_tryon import services, telemetry
from django_tryon.models import Gate, WebhookDelivery
from django_tryon.services.driving import gates, work
from django_tryon.services.driving.work import name_of
from tests.lifecycle.conftest import provider as provider
from tests.lifecycle.provider import Provider

pytest.importorskip("opentelemetry.sdk")
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

pytestmark = pytest.mark.django_db(transaction=True)


class Host:
    """A host that listens."""

    def __init__(self) -> None:
        self._spans, self._figures = InMemorySpanExporter(), InMemoryMetricReader()
        self.tracers, self.meters = TracerProvider(), MeterProvider([self._figures])
        self.tracers.add_span_processor(SimpleSpanProcessor(self._spans))

    def spans(self, name: str) -> list[ReadableSpan]:
        """Return the ended spans of this name."""
        return [span for span in self._spans.get_finished_spans() if span.name == name]

    def figures(self, name: str) -> list[Any]:
        """Return the points of this figure."""
        data = self._figures.get_metrics_data()
        return [
            point
            for resource in (data.resource_metrics if data else ())
            for scope in resource.scope_metrics
            for metric in scope.metrics
            if metric.name == name
            for point in metric.data.data_points
        ]

    def everything(self) -> str:
        """Return all that was told, as text."""
        data = self._figures.get_metrics_data()
        spans = [span.to_json() for span in self._spans.get_finished_spans()]
        return "\n".join([*spans, data.to_json() if data else ""])


@pytest.fixture
def host(monkeypatch: Any) -> Iterator[Host]:
    """A host of this test's own: the API's can be set only once."""
    host = Host()
    instruments = telemetry.Instruments(host.tracers.get_tracer("x"), host.meters.get_meter("x"))
    monkeypatch.setattr(telemetry, "_instruments", instruments)
    yield host
    host.meters.shutdown()
    host.tracers.shutdown()


def test_the_way_of_a_job(garment: Any, person: Any, provider: Provider, host: Host) -> None:
    with host.tracers.get_tracer("shop").start_as_current_span("request"):
        job = services.launch(garments=[garment], person=person, engine="idm-vton")
    services.drive_until_idle()
    job.refresh_from_db()
    about = {"tryon.job": str(job.pk), "tryon.engine": "idm-vton"}
    for name in ("launch", "submit", "poll", "fetch", "store"):
        [span] = host.spans(f"tryon.{name}")
        assert span.attributes == about
        assert span.status.status_code != StatusCode.ERROR
    [request], [launch] = host.spans("request"), host.spans("tryon.launch")
    assert launch.parent == request.context
    [end] = host.figures("tryon.jobs.ended")
    assert end.attributes == {"tryon.engine": "idm-vton", "status": "succeeded", "code": ""}
    assert end.value == 1
    [duration], [lag] = host.figures("tryon.job.duration"), host.figures("tryon.job.lag")
    assert duration.sum == pytest.approx((job.finished_at - job.created_at).total_seconds())
    assert lag.sum == 0  # the provider says that it took 7.5 s, and here it did not
    steps = {point.attributes["step"]: point for point in host.figures("tryon.step.duration")}
    assert set(steps) == {"submit", "poll", "fetch"}
    assert steps["poll"].count == provider.asked["status"]
    assert {point.value for point in host.figures("tryon.steps.in_flight")} == {0}


def test_several_that_are_stored_together_are_one_span(
    garment: Any, person: Any, provider: Provider, host: Host, monkeypatch: Any
) -> None:
    monkeypatch.setattr(work, "BREATH", 5.0)
    wish: dict[str, Any] = {"garments": [garment], "person": person, "engine": "idm-vton"}
    jobs = [services.launch(**wish) for _ in range(2)]
    services.drive_until_idle()
    [span] = host.spans("tryon.store")
    assert set(span.attributes) == {"tryon.jobs"}
    assert set(span.attributes["tryon.jobs"]) == {str(job.pk) for job in jobs}


def test_the_steps_of_a_task_belong_to_it(
    garment: Any, person: Any, provider: Provider, host: Host
) -> None:
    services.launch(garments=[garment], person=person, engine="idm-vton")
    with host.tracers.get_tracer("celery").start_as_current_span("run"):
        services.drive()
    [run], [submit] = host.spans("run"), host.spans("tryon.submit")
    assert submit.parent
    assert submit.parent.span_id == run.context.span_id


def test_a_fault_is_told_by_its_code_and_class(
    garment: Any, person: Any, provider: Provider, host: Host
) -> None:
    provider.answers(submit=httpx.ReadError("reset by https://images.segmind.com/c4n4ry.jpg"))
    services.launch(garments=[garment], person=person, engine="idm-vton")
    services.drive()
    [submit] = host.spans("tryon.submit")
    assert submit.status.status_code == StatusCode.ERROR
    assert submit.status.description == "answer_lost"
    assert submit.attributes
    assert submit.attributes["error.type"] == "AnswerLost"
    [end] = host.figures("tryon.jobs.ended")
    assert end.attributes["status"] == "uncertain"
    assert not host.figures("tryon.job.duration")
    assert "c4n4ry" not in host.everything()


def test_what_fails_inside_a_span_is_marked(host: Host) -> None:
    with pytest.raises(ZeroDivisionError), telemetry.span("store"):
        raise ZeroDivisionError("c4n4ry")
    [span] = host.spans("tryon.store")
    assert span.status.description == "ZeroDivisionError"
    assert "c4n4ry" not in host.everything()


def test_gates(host: Host) -> None:
    gates.close("idm-vton", "no_credits", says="c4n4ry")
    gates.open_gate("idm-vton")
    moves = {
        point.attributes["way"]: point.attributes for point in host.figures("tryon.gates.moved")
    }
    assert set(moves) == {"closed", "opened"}
    assert moves["closed"]["gate"] == "idm-vton"
    assert moves["closed"]["reason"] == "no_credits"
    assert "c4n4ry" not in host.everything()


def test_the_names_of_other_steps() -> None:
    assert name_of(Gate(key="account")) == "look"
    assert name_of(WebhookDelivery()) == "deliver"


def test_nothing_is_told_where_nobody_has_it(
    garment: Any, person: Any, provider: Provider, monkeypatch: Any
) -> None:
    monkeypatch.setattr(telemetry, "_instruments", None)
    monkeypatch.setattr(telemetry, "trace", None)
    job = services.launch(garments=[garment], person=person, engine="idm-vton")
    gates.close("fashion-ai", "no_credits")
    services.drive_until_idle()
    job.refresh_from_db()
    assert job.status == "succeeded"


def test_without_the_package() -> None:
    """The module is imported in a process in which OpenTelemetry is not to be found."""
    code = (
        "import sys; sys.modules['opentelemetry'] = None\n"
        "from django_tryon import telemetry\n"
        "assert telemetry._instruments is None\n"
        "call = object()\n"
        "assert telemetry.traced('poll', call, None) is call\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
