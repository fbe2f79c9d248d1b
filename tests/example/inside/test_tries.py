"""The five try-ons: launched, watched, published, reported."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.utils import timezone
from rich.console import Console

from django_tryon.models import Batch, Look, Status, TryOnJob, TryOnResult
from example_project.demo import report
from example_project.demo.tries import (
    drop_leftovers,
    estimate,
    launch_all,
    publish_all,
    seconds_of,
    tries_of_the_shop,
)
from example_project.demo.trouble import Trouble
from example_project.demo.watching import done_share, says, watch
from tests.example.inside.conftest import picture

pytestmark = pytest.mark.usefixtures("shop")
SECONDS = {
    "idm-vton": 3.0,
    "try-on-diffusion": 3.0,
    "p-image-try-on": 3.0,
    "fashion-ai": 3.0,
    "video-tryon-v2": 6.0,
}


@pytest.fixture
def admin() -> Any:
    """Who launches."""
    return get_user_model().objects.get(username="admin")


@pytest.fixture
def jobs(admin: Any) -> list[TryOnJob]:
    """All five, launched."""
    return launch_all(tries_of_the_shop(), by=admin)


def end(jobs: list[TryOnJob], status: Status, **fields: Any) -> list[TryOnJob]:
    """Bring jobs to their end, as workers would."""
    now = timezone.now()
    TryOnJob.objects.filter(pk__in=[job.pk for job in jobs]).update(
        status=status, finished_at=now, submitted_at=now, next_step_at=None, **fields
    )
    for job in jobs:
        job.refresh_from_db()
        if status == Status.SUCCEEDED:
            TryOnResult.objects.create(
                job=job, kind="image", file=ContentFile(picture(), name="r.jpg")
            )
    return jobs


def test_there_is_one_for_each_engine(jobs: list[TryOnJob], admin: Any) -> None:
    assert [job.engine for job in jobs] == list(SECONDS)
    clip = jobs[-1]
    assert clip.previous == jobs[2]
    assert clip.person.size == jobs[2].person.size
    assert Batch.objects.get().jobs.count() == 5
    assert {job.requested_by for job in jobs} == {admin}


def test_the_costs_are_those_of_the_engines() -> None:
    costs = dict(estimate(tries_of_the_shop()))
    assert costs.keys() == SECONDS.keys()
    assert costs["p-image-try-on"] > costs["try-on-diffusion"]


def test_what_an_earlier_demo_left_waiting_is_dropped(jobs: list[TryOnJob]) -> None:
    end(jobs[:1], Status.FAILED)
    assert drop_leftovers() == 4
    assert not TryOnJob.objects.filter(status=Status.QUEUED).exists()
    assert drop_leftovers() == 0


def test_results_are_published_in_the_place_of_earlier_ones(
    jobs: list[TryOnJob], admin: Any
) -> None:
    products = publish_all(end(jobs, Status.SUCCEEDED), by=admin)
    assert [product.slug for product in products] == [
        "meadow-dress",
        "indigo-jeans",
        "breton-top",
        "teal-skirt",
        "coral-tee",
    ]
    again = end(launch_all(tries_of_the_shop(), by=admin), Status.SUCCEEDED)
    publish_all(again, by=admin)
    shown = TryOnResult.objects.published()
    assert {result.job_id for result in shown} == {job.pk for job in again}
    look = Look.objects.get(published_at__isnull=False)  # its picture is of this demo, too
    assert (look.name, look.picture in shown) == ("Harbour day", True)


def test_only_what_succeeded_is_published(jobs: list[TryOnJob], admin: Any) -> None:
    end(jobs[:1], Status.SUCCEEDED)
    end(jobs[1:], Status.FAILED)
    assert [product.slug for product in publish_all(jobs, by=admin)] == ["meadow-dress"]


@pytest.mark.parametrize("terminal", [True, False])
def test_watching_ends_when_all_have_ended(jobs: list[TryOnJob], terminal: bool) -> None:
    said = io.StringIO()
    rounds = iter(
        [
            lambda: None,
            lambda: end(jobs[:3], Status.SUCCEEDED),
            lambda: end(jobs[3:], Status.FAILED),
        ]
    )
    ended = watch(
        jobs,
        console=Console(file=said, force_terminal=terminal, width=100),
        expected=SECONDS,
        patience=60,
        check=lambda: next(rounds)(),
    )
    assert [job.status for job in ended] == ["succeeded"] * 3 + ["failed"] * 2
    text = said.getvalue()
    for word in ("waiting", "waits for its first frame", "done", "failed"):
        assert word in text
    if not terminal:
        assert "\x1b" not in text
        assert len([line for line in text.splitlines() if line.strip()]) == 10


def test_watching_does_not_go_on_for_ever(jobs: list[TryOnJob]) -> None:
    with pytest.raises(Trouble, match="no end to see of: idm-vton"):
        watch(
            jobs,
            console=Console(file=io.StringIO()),
            expected=SECONDS,
            patience=-1,
            check=lambda: None,
        )


def test_the_share_that_is_done(jobs: list[TryOnJob]) -> None:
    job = jobs[0]
    assert done_share(job, 3.0) == seconds_of(job) == 0.0
    job.submitted_at = timezone.now() - timezone.timedelta(seconds=30)
    assert done_share(job, 60.0) == pytest.approx(0.5, abs=0.01)
    assert done_share(job, 3.0) == 0.95
    end([job], Status.FETCHING)
    assert done_share(job, 3.0) == 0.97
    assert says(job) == "being fetched"
    end([job], Status.UNCERTAIN)
    assert done_share(job, 3.0) == 1.0
    assert says(job) == "uncertain"


def test_the_report(jobs: list[TryOnJob], tmp_path: Path) -> None:
    end(jobs[:4], Status.SUCCEEDED, cost=None)
    end(jobs[4:], Status.FAILED, error_code="no_luck", error_message="It did not work.")
    stale = tmp_path / "results" / "old.jpg"
    stale.parent.mkdir()
    stale.touch()
    files = report.gather(jobs, tmp_path / "results")
    assert not stale.exists()
    assert files["idm-vton"].read_bytes() == picture()
    said = io.StringIO()
    console = Console(file=said, width=140)
    console.print(report.table(jobs, files, paid=True))
    text = said.getvalue()
    assert "idm-vton.jpg" in text
    assert "unknown" in text  # a cost that nobody told is not nothing
    assert "none" in text
    assert report.reasons(jobs) == ["video-tryon-v2: It did not work. (no_luck)"]


def test_paths_are_told_as_one_would_type_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert report.short(tmp_path / "a" / "b") == "a/b"
    assert report.short(tmp_path.parent) == str(tmp_path.parent)
