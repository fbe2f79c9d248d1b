"""One suite for all runners: what a shop sees is the same, whoever wakes the workers.

Each has a worker process of its own, a real queue where it needs one, and a provider on a port.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from django_tryon import services
from django_tryon.models import Status, TryOnJob
from django_tryon.sandbox.app import Sandbox, create_sandbox
from django_tryon.segmind.loop import network
from tests.plugin import require
from tests.processes import until
from tests.runners.workers import KINDS, worker
from tests.sandbox.serving import served

pytest.importorskip("celery")
pytest.importorskip("django_tasks_db")
from celery import Celery

pytestmark = pytest.mark.django_db(transaction=True)


class Shop:
    """Launches by one runner."""

    def __init__(self, runner: str, folder: Path, provider: str, queue: str, sandbox: Sandbox):
        self.runner, self.folder, self.provider, self.queue = runner, folder, provider, queue
        self.sandbox = sandbox
        self.before = 0

    def ended(self, *jobs: TryOnJob) -> list[str]:
        """Wait for the end of these jobs, and return their statuses."""

        def all_ended() -> list[str]:
            for job in jobs:
                job.refresh_from_db()
            found = [str(job.status) for job in jobs]
            going = {"queued", "submitting", "running", "fetching"} & set(found)
            return [] if going else found

        return until(all_ended, seconds=60, what=f"end by {self.runner}")

    @property
    def submits(self) -> int:
        """How many requests the provider took in this test."""
        return len(self.sandbox.ledger) - self.before


@pytest.fixture(scope="module", params=KINDS)
def running_shop(
    request: Any, tmp_path_factory: Any, django_db_setup: None, django_db_blocker: Any
) -> Iterator[Shop]:
    """A worker, and the provider that it asks."""
    runner = request.param
    if KINDS[runner].has_broker:
        require("redis")
    folder = tmp_path_factory.mktemp(runner)
    sandbox = create_sandbox(plain=True, seconds=0.1)
    with (
        django_db_blocker.unblock(),
        served(sandbox) as provider,
        worker(runner, folder, provider) as queue,
    ):
        yield Shop(runner, folder, provider, queue, sandbox)


@pytest.fixture
def shop(running_shop: Shop, settings: Any, _own_media: None) -> Iterator[Shop]:
    """The same for one test, with nothing ordered of the provider."""
    settings.BASE_DIR = running_shop.folder
    settings.MEDIA_ROOT = running_shop.folder / "media"
    settings.TRYON = settings.TRYON | {
        "BASE_URL": running_shop.provider,
        "RUNNER": f"django_tryon.runners.{running_shop.runner}",
        "HTTP_TRANSPORT": "",
    }
    running_shop.sandbox.script.clear()
    running_shop.before = len(running_shop.sandbox.ledger)
    network.reset()
    app = None
    if running_shop.runner == "celery":
        from tests import needs

        app = Celery("shop", broker=needs.url_of("redis"), set_as_current=True)
        app.conf.task_default_queue = running_shop.queue
    yield running_shop
    if app is not None:
        app.close()
    if running_shop.runner == "django_tasks":
        from django_tasks_db.models import DBTaskResult

        def is_quiet() -> bool:
            DBTaskResult.objects.filter(status="READY").delete()
            return not DBTaskResult.objects.filter(status__in=["READY", "RUNNING"]).exists()

        # The worker would not bear it if the row of what it runs was gone when it is done.
        until(is_quiet, seconds=60, what="end of the watch")
    network.reset()


@pytest.fixture
def launch(shop: Shop, garment: Any, person: Any) -> Any:
    """Launch a job."""

    def go(**given: Any) -> TryOnJob:
        return services.launch(garments=[garment], person=person, engine="idm-vton", **given)

    return go


def test_a_job_succeeds(shop: Shop, launch: Any) -> None:
    job = launch()
    assert shop.ended(job) == ["succeeded"]
    assert job.results.count() == 1
    assert shop.submits == 1


def test_a_job_fails_and_is_tried_again(shop: Shop, launch: Any) -> None:
    shop.sandbox.script.add(["fails@run:1"])
    job = launch()
    assert shop.ended(job) == ["failed"]
    assert job.error_message
    services.retry(job)
    assert shop.ended(job) == ["succeeded"]
    assert shop.submits == 2


def test_a_running_job_is_cancelled(shop: Shop, launch: Any) -> None:
    if shop.runner == "inline":
        pytest.skip("inline has ended every job before anybody could cancel it")
    shop.sandbox.script.add(["never-ends@run"])
    job = launch()

    def runs() -> bool:
        job.refresh_from_db()
        return job.status == Status.RUNNING

    until(runs, seconds=60, what="run")
    services.cancel(job)
    shop.sandbox.script.clear()
    other = launch()  # a worker that looked in vain for the first has time to do so
    assert shop.ended(job, other) == ["cancelled", "succeeded"]
    assert job.results.count() == 0


def test_what_was_cancelled_before_it_was_sent_costs_nothing(shop: Shop, launch: Any) -> None:
    with transaction.atomic():
        job = launch()
        services.cancel(job)
    assert shop.ended(job, launch()) == ["cancelled", "succeeded"]
    assert shop.submits == 1


def test_a_job_waits_for_the_one_before_it(shop: Shop, launch: Any) -> None:
    with transaction.atomic():
        first = launch()
        second = launch(previous=first)
    assert shop.ended(first, second) == ["succeeded"] * 2
    assert second.submitted_at > first.finished_at


def test_who_waits_for_a_job_that_fails_fails_with_it(shop: Shop, launch: Any) -> None:
    shop.sandbox.script.add(["fails@run:1"])
    with transaction.atomic():
        first = launch()
        second = launch(previous=first)
    assert shop.ended(first, second) == ["failed"] * 2
    assert second.error_code == "previous_failed"
    assert shop.submits == 1


def test_many_at_once(shop: Shop, launch: Any) -> None:
    with transaction.atomic():
        jobs = [launch() for _ in range(20)]
    assert shop.ended(*jobs) == ["succeeded"] * 20
    assert shop.submits == 20


def test_nobody_is_woken_before_the_commit(shop: Shop, launch: Any, monkeypatch: Any) -> None:
    runner = import_module(f"django_tryon.runners.{shop.runner}")
    asked: list[Any] = []
    really = runner.wake

    def wake(at: Any) -> None:
        asked.append(at)
        really(at)

    monkeypatch.setattr(runner, "wake", wake)
    with transaction.atomic():
        launch()
        transaction.set_rollback(True)
    assert not asked
    with transaction.atomic():
        job = launch()
        assert not asked
    assert asked
    assert shop.ended(job) == ["succeeded"]
    assert shop.submits == 1


def refuse(*args: Any, **kwargs: Any) -> None:
    """Stand for a queue that is away."""
    raise ConnectionError("redis://:secret@broker.example:6379 refused the connection")


def test_a_broken_queue_breaks_no_launch(
    shop: Shop, launch: Any, monkeypatch: Any, caplog: Any
) -> None:
    if shop.runner not in {"celery", "django_tasks"}:
        pytest.skip(f"{shop.runner} has no queue that could break")
    runner = import_module(f"django_tryon.runners.{shop.runner}")
    with monkeypatch.context() as away:
        away.setattr(runner, "_send", refuse)
        job = launch()
    assert job.next_step_at <= timezone.now()
    assert "could not be woken" in caplog.text
    assert "secret" not in caplog.text
    # The next who asks has them woken for both.
    assert shop.ended(job, launch()) == ["succeeded"] * 2
