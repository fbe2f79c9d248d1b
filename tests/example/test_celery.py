"""The sample shop's Celery app, and that the shop does without one."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.processes import environment, python
from tests.run import ROOT


def run(command: list[str], tmp_path: Path, **given: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=ROOT,
        env=environment(EXAMPLE_PROJECT_VAR=str(tmp_path), **given),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_without_a_broker_celery_is_not_even_imported(tmp_path: Path) -> None:
    code = "import sys, django; sys.modules['celery'] = None; django.setup(); print('ready')"
    done = run(
        [*python("pytest")[:1], "-c", code],
        tmp_path,
        DJANGO_SETTINGS_MODULE="example_project.settings",
    )
    assert done.stdout == "ready\n", done.stderr


def test_a_worker_finds_the_app_and_its_tasks(tmp_path: Path) -> None:
    pytest.importorskip("celery")
    done = run(
        python("celery", "-A", "example_project", "report"),
        tmp_path,
        CELERY_BROKER_URL="memory://",
    )
    assert "memory://" in done.stdout, done.stdout + done.stderr
    code = (
        "import django; django.setup(); from celery import current_app as app; "
        "app.loader.import_default_modules(); print(app.main, 'django_tryon.drive' in app.tasks)"
    )
    done = run(
        [*python("pytest")[:1], "-c", code],
        tmp_path,
        CELERY_BROKER_URL="memory://",
        DJANGO_SETTINGS_MODULE="example_project.settings",
    )
    assert done.stdout == "example_project True\n", done.stderr
