"""The sample shop's settings: what the environment says, and what is so without it."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.run import ROOT

NAMES = (
    "SEGMIND_API_KEY",
    "SEGMIND_BASE_URL",
    "TRYON_OUTPUT_HOSTS",
    "TRYON_PUBLIC_URL",
    "TRYON_INPUTS",
    "TRYON_RUNNER",
    "DATABASE_URL",
    "CELERY_BROKER_URL",
    "SECRET_KEY",
)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Read the settings under an environment."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("EXAMPLE_PROJECT_VAR", str(tmp_path / "var"))

    def run(**environment: str) -> dict[str, Any]:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(ROOT / "example_project" / "settings.py"))

    return run


def test_an_empty_environment_means_sqlite_no_broker_and_the_sandbox(
    read: Any, tmp_path: Path
) -> None:
    settings = read()
    tryon = settings["TRYON"]
    assert tryon["BASE_URL"] == "http://127.0.0.1:8900"
    assert tryon["API_KEY"].startswith("SG_")
    assert tryon["OUTPUT_HOSTS"] == ["127.0.0.1"]
    assert tryon["PUBLIC_URL"] == "http://127.0.0.1:8000"
    assert tryon["INPUTS"] == "signed"
    assert tryon["RUNNER"] == "django_tryon.runners.embedded"
    database = settings["DATABASES"]["default"]
    assert database["ENGINE"] == "django.db.backends.sqlite3"
    assert database["NAME"] == str(tmp_path / "var" / "db.sqlite3")
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert database["OPTIONS"]["timeout"] == 30
    assert "journal_mode=WAL" in database["OPTIONS"]["init_command"]
    assert (tmp_path / "var").is_dir()


def test_a_key_means_the_real_segmind(read: Any) -> None:
    tryon = read(SEGMIND_API_KEY="SG_real")["TRYON"]
    assert tryon["API_KEY"] == "SG_real"
    assert tryon["BASE_URL"] == "https://api.segmind.com"
    assert tryon["OUTPUT_HOSTS"] == ["images.segmind.com"]


def test_a_real_provider_gets_no_made_up_key(read: Any) -> None:
    assert read(SEGMIND_BASE_URL="https://api.segmind.com")["TRYON"]["API_KEY"] == ""


def test_everything_can_be_said_by_the_environment(read: Any) -> None:
    settings = read(
        SEGMIND_API_KEY="SG_real",
        SEGMIND_BASE_URL="http://localhost:1234",
        TRYON_OUTPUT_HOSTS="cdn.example, images.example",
        TRYON_PUBLIC_URL="https://shop.example",
        TRYON_INPUTS="asset-store",
        TRYON_RUNNER="my.runner",
        DATABASE_URL="postgres://user:pw@db.example:5433/shop",
    )
    tryon = settings["TRYON"]
    assert tryon["BASE_URL"] == "http://localhost:1234"
    assert tryon["OUTPUT_HOSTS"] == ["cdn.example", "images.example"]
    assert tryon["PUBLIC_URL"] == "https://shop.example"
    assert tryon["INPUTS"] == "asset-store"
    assert tryon["RUNNER"] == "my.runner"
    database = settings["DATABASES"]["default"]
    assert (database["HOST"], database["PORT"], database["NAME"]) == ("db.example", 5433, "shop")
    assert "transaction_mode" not in database.get("OPTIONS", {})


def test_a_broker_means_celery(read: Any) -> None:
    settings = read(CELERY_BROKER_URL="redis://127.0.0.1/3")
    assert settings["CELERY_BROKER_URL"] == "redis://127.0.0.1/3"
    assert settings["TRYON"]["RUNNER"] == "django_tryon.runners.celery"


@pytest.mark.parametrize("has_pymysql", [True, False])
def test_mysql_is_spoken_through_pymysql_where_it_is_installed(
    read: Any, monkeypatch: pytest.MonkeyPatch, has_pymysql: bool
) -> None:
    if not has_pymysql:
        monkeypatch.setitem(sys.modules, "pymysql", None)
    settings = read(DATABASE_URL="mysql://root@127.0.0.1/shop")
    assert settings["DATABASES"]["default"]["ENGINE"] == "django.db.backends.mysql"
