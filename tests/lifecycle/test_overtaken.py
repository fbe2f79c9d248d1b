"""What happens to an outcome that comes after somebody else has moved the job."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.db import connection

from django_tryon import services, videos
from django_tryon.exceptions import DownloadError, MissingExtra
from django_tryon.models import Status, TryOnJob, TryOnResult
from django_tryon.models.transitions import move
from django_tryon.services import outcome
from django_tryon.services.steps import fetch
from tests.lifecycle.provider import Provider, json

pytestmark = pytest.mark.django_db(transaction=True)
Drive = Callable[..., TryOnJob]


def while_asked(provider: Provider, step: str, act: Callable[[], Any]) -> None:
    """Have something happen to the job in the moment in which the provider is asked."""
    said = provider.script[step][0]

    def answer(request: httpx.Request) -> httpx.Response:
        thread = threading.Thread(target=act_and_close)
        thread.start()
        thread.join()
        return said(request) if callable(said) else said

    def act_and_close() -> None:
        try:
            act()
        finally:
            connection.close()

    provider.answers(**{step: answer})


def files(tmp_path: Path) -> list[Path]:
    return [path for path in tmp_path.rglob("results/*") if path.is_file()]


def test_cancelled_while_the_status_is_asked(
    provider: Provider, drive: Drive, job: TryOnJob
) -> None:
    while_asked(provider, "status", lambda: services.cancel(TryOnJob.objects.get(pk=job.pk)))
    assert drive().status == Status.CANCELLED
    assert provider.asked["file"] == 0


@pytest.mark.parametrize("step", ["result", "file"])
def test_cancelled_while_the_result_comes_home(
    step: str, provider: Provider, drive: Drive, job: TryOnJob, tmp_path: Path
) -> None:
    while_asked(provider, step, lambda: services.cancel(TryOnJob.objects.get(pk=job.pk)))
    assert drive().status == Status.CANCELLED
    assert not TryOnResult.objects.exists()
    assert files(tmp_path) == []


def test_failed_by_somebody_while_it_was_submitted(
    provider: Provider, drive: Drive, job: TryOnJob
) -> None:
    while_asked(provider, "submit", lambda: move(TryOnJob.objects.get(pk=job.pk), Status.FAILED))
    assert drive().status == Status.FAILED
    assert provider.asked == {"submit": 1}


def test_failed_by_somebody_while_it_was_submitted_by_v1(
    provider: Provider, drive: Drive, job: TryOnJob, monkeypatch: Any
) -> None:
    from django_tryon.engines.idm_vton import IdmVton

    monkeypatch.setattr(IdmVton, "api", "v1")
    while_asked(provider, "v1", lambda: move(TryOnJob.objects.get(pk=job.pk), Status.FAILED))
    assert drive().status == Status.FAILED
    assert not TryOnResult.objects.exists()


def test_an_answer_after_the_lease_still_counts(
    provider: Provider, drive: Drive, job: TryOnJob
) -> None:
    while_asked(provider, "submit", lambda: move(TryOnJob.objects.get(pk=job.pk), Status.UNCERTAIN))
    assert drive().status == Status.SUCCEEDED
    assert provider.asked["submit"] == 1


def test_a_loser_tells_nobody(job: TryOnJob) -> None:
    assert services.cancel(job).status == Status.CANCELLED
    assert not outcome.end(job, Status.EXPIRED, code="x", message="y")
    job.refresh_from_db()
    assert job.error_code == "cancelled"


def test_a_poster_that_cannot_be_made_is_left_out(monkeypatch: Any, tmp_path: Path) -> None:
    from django_tryon.services.steps import keep

    def missing(path: Path) -> bytes:
        raise MissingExtra("Clips", "video")

    monkeypatch.setattr(videos, "first_frame", missing)
    assert keep._poster(tmp_path / "x.mp4") == b""


def test_a_failure_after_some_files_were_kept_leaves_none(
    provider: Provider, drive: Drive, monkeypatch: Any, tmp_path: Path
) -> None:
    from django.core.files.storage import FileSystemStorage

    links = [f"http://127.0.0.1:9/files/{number}.jpg" for number in range(2)]
    provider.answers(result=json(200, {"status": "COMPLETED", "output": links, "metrics": {}}))
    save, times = FileSystemStorage._save, iter(range(99))

    def second_fails(self: Any, name: str, content: Any) -> Any:
        if "results" in name and next(times) == 1:
            raise OSError("No space left on device")
        return save(self, name, content)

    monkeypatch.setattr(FileSystemStorage, "_save", second_fails)
    job = drive(rounds=2)
    assert (job.status, job.error_code) == (Status.FETCHING, "not_stored")
    assert files(tmp_path) == []
    assert drive().status == Status.SUCCEEDED
    assert len(files(tmp_path)) == 2


def test_a_failed_download_of_a_cancelled_job_changes_nothing(job: TryOnJob) -> None:
    TryOnJob.objects.update(status=Status.CANCELLED)
    fetch.record(job, fetch.Fetched(error=DownloadError("x")))
    job.refresh_from_db()
    assert job.status == Status.CANCELLED
