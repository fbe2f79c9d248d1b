"""The address for uptime monitors."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client, RequestFactory
from django.utils import timezone

from django_tryon.health import health
from django_tryon.models import Alarm, TryOnJob
from django_tryon.services.driving import gates
from tests.lifecycle.conftest import job as job

pytestmark = pytest.mark.django_db
URL = "/tryon/health/"


@pytest.fixture(autouse=True)
def _swept(db: None) -> None:
    """A worker that sweeps."""
    Alarm.swept(timezone.now())


def wait_in_vain(job: TryOnJob) -> None:
    """Have a job been due for an hour."""
    TryOnJob.objects.filter(pk=job.pk).update(next_step_at=timezone.now() - timedelta(hours=1))


def test_anybody_is_told_one_word(client: Client, job: TryOnJob) -> None:
    answer = client.get(URL)
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert answer["Cache-Control"] == "no-store"
    gates.close("idm-vton", "no_credits")
    assert client.get(URL).json() == {"status": "degraded"}
    wait_in_vain(job)
    answer = client.get(URL)
    assert (answer.status_code, answer.json()) == (503, {"status": "down"})
    assert client.head(URL).status_code == 503
    assert client.post(URL).status_code == 405


def test_staff_are_told_why(admin_client: Client, job: TryOnJob) -> None:
    wait_in_vain(job)
    gates.close("idm-vton", "no_credits", says="Key SG_0123 has none")
    told = admin_client.get(URL).json()
    assert told["status"] == "down"
    assert told["overdue"] == told["open"] == {"queued": 1}
    assert 3600 <= told["overdue_seconds"] < 3700
    assert told["oldest_waiting_seconds"] >= 0
    assert told["last_sweep_seconds"] >= 0
    assert told["watched"] is False
    [gate] = told["gates"]
    assert (gate["key"], gate["reason"], gate["opens_at"]) == ("idm-vton", "no_credits", None)
    assert "SG_" not in str(told)


def test_who_has_the_token_is_told_why(client: Client, settings: Any) -> None:
    def ask(**headers: str) -> Any:
        return client.get(URL, headers=headers).json()

    assert "gates" not in ask(authorization="Bearer ")  # none is set, so none is right
    settings.TRYON = settings.TRYON | {"HEALTH_TOKEN": "s3cret"}
    assert ask(authorization="Bearer s3cret")["overdue_seconds"] is None
    for wrong in ("Bearer s3cre", "s3cret", "Basic s3cret", "Bearer s3crét"):
        assert ask(authorization=wrong) == {"status": "ok"}


def test_no_user_who_is_no_staff(client: Client, django_user_model: Any) -> None:
    client.force_login(django_user_model.objects.create_user("ann", password="pw"))
    assert client.get(URL).json() == {"status": "ok"}


def test_a_site_without_sessions() -> None:
    assert health(RequestFactory().get(URL)).status_code == 200


def test_no_database(client: Client, monkeypatch: Any, caplog: Any) -> None:
    def away() -> None:
        raise OperationalError("could not connect as shop:s3cret@db")

    monkeypatch.setattr("django_tryon.health.look", away)
    answer = client.get(URL)
    assert (answer.status_code, answer.json()) == (503, {"status": "down"})
    assert "the database does not answer" in caplog.text
    assert "s3cret" not in caplog.text


def test_it_is_cheap(client: Client, job: TryOnJob, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(4):
        client.get(URL)
