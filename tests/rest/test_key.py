"""The key is in no answer and in no log."""

from __future__ import annotations

import traceback
from typing import Any

import pytest
from django.core.files.storage import Storage
from django.core.signals import got_request_exception

from django_tryon import services
from django_tryon.models import TryOnJob
from tests.rest.conftest import upload
from tests.rest.test_access import BODIES, TABLE, clients, things

__all__ = ["clients", "things"]  # fixtures
CANARY = "c4n4ryc4n4ryc4n4ry"


@pytest.fixture(autouse=True)
def _canary(settings: Any) -> None:
    settings.TRYON = settings.TRYON | {"API_KEY": CANARY}


def test_no_answer_holds_the_key(request: Any, wish: Any, caplog: Any) -> None:
    everybody = request.getfixturevalue("clients")
    known = request.getfixturevalue("things")
    caplog.set_level(0)
    seen = []
    for line in sorted(TABLE, key=lambda line: line.startswith("DELETE")):
        method, _space, path = line.partition(" ")
        for client in everybody.values():
            data = wish if line == "POST jobs/" else BODIES.get(line)
            kind = "json"
            if line == "POST people/":
                data, kind = {"photo": upload(), "consent": "1"}, "multipart"
            response = getattr(client, method.lower())(path.format(**known), data, format=kind)
            if line == "POST people/":
                assert response.status_code == (401 if client is everybody["nobody"] else 201)
            seen.append(response.content.decode() + str(response.headers))
    assert len(seen) == len(TABLE) * 5
    assert CANARY not in "".join(seen)
    assert CANARY not in caplog.text


@pytest.mark.parametrize("debug", [False, True])
def test_not_even_in_what_nobody_foresaw(
    debug: bool, ada: Any, monkeypatch: Any, settings: Any, caplog: Any
) -> None:
    told: list[str] = []

    def hear(**_signal: Any) -> None:
        told.append(traceback.format_exc())

    def full(*_args: Any, **_kwargs: Any) -> None:
        raise OSError(28, "No space left on device")

    settings.DEBUG = debug
    caplog.set_level(0)
    monkeypatch.setattr(Storage, "save", full)
    monkeypatch.setattr(ada, "raise_request_exception", False)
    got_request_exception.connect(hear)
    try:
        response = ada.post("people/", {"photo": upload(), "consent": "1"}, format="multipart")
    finally:
        got_request_exception.disconnect(hear)
    assert response.status_code == 500
    (fault,) = told
    assert "No space left" in fault
    assert CANARY not in fault + response.content.decode() + caplog.text


@pytest.mark.django_db(transaction=True)
def test_not_even_when_the_provider_turns_it_away(
    ada: Any, wish: Any, sandbox: Any, caplog: Any
) -> None:
    caplog.set_level(0)
    asked = ada.post("jobs/", wish).json()["id"]
    services.drive_until_idle(rounds=3)
    job = TryOnJob.objects.get(pk=asked)
    assert job.attempts or job.error_code  # the sandbox takes no key that does not begin with SG_
    assert CANARY not in ada.get(f"jobs/{asked}/").content.decode()
    assert CANARY not in job.error_message
    assert CANARY not in caplog.text
