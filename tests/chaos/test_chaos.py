"""A short storm of each kind; `make chaos` has the long ones."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.chaos import verdict
from tests.processes import ROOT, environment, python

MISSING = 2
"""What `tests.chaos` returns where a server is not installed here."""


def weather(*options: str) -> None:
    """Let a storm pass, and see that all is well."""
    done = subprocess.run(
        python("tests.chaos", "--run-seconds", "1", *options),
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=1200,
        check=False,
    )
    if done.returncode == MISSING:
        pytest.skip(done.stdout.strip().splitlines()[-1])
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr[-3000:]}"
    assert "all is well" in done.stdout


def test_the_worker_command_on_sqlite() -> None:
    weather("--embedded", "--jobs", "40", "--seconds", "15")


@pytest.mark.needs("postgresql", "redis")
def test_celery_on_postgresql_and_redis() -> None:
    weather("--jobs", "60", "--seconds", "40")


def request(**said: Any) -> dict[str, Any]:
    usual = {"request_id": "r", "token": "t", "outcome": "COMPLETED", "billed": "0.03"}
    return usual | said


@pytest.mark.django_db
def test_the_verdict_sees_what_is_wrong(person: Any, garment: Any, tmp_path: Path) -> None:
    from django_tryon import services
    from django_tryon.models import TryOnJob

    def judged(**job: Any) -> str:
        TryOnJob.objects.update(next_step_at=None, token="t", **job)
        ledger = {"requests": [request()], "billed": "0.03"}
        return "\n".join(verdict.judge(ledger, orphans=0).faults)

    services.launch(garments=[garment], person=person, engine="idm-vton")
    assert "stuck" in judged(status="queued")
    assert "another id" in judged(status="failed")
    assert "paid and lost" in judged(status="expired", provider_request_id="r")
    assert "not found in the history" in judged(status="uncertain")
    assert "has 0 results" in judged(status="succeeded")
    assert "nobody was told" not in judged(status="succeeded")
    TryOnJob.objects.create(engine="idm-vton", status="failed", next_step_at="2030-01-01T00:00Z")
    assert "nobody was told" in "\n".join(
        verdict.judge({"requests": [], "billed": "0"}, orphans=0).faults
    )
    twice = {"requests": [request(), request(request_id="s")], "billed": "0.06"}
    assert "accepted 2 times" in "\n".join(verdict.judge(twice, orphans=0).faults)
    results = tmp_path / "tryon_private" / "tryon" / "results"
    results.mkdir(parents=True)
    (results / "left.jpg").write_bytes(b"x")
    assert "a file without a row: left.jpg" in "\n".join(verdict.judge(twice, orphans=0).faults)
