"""The page on webhooks: its receivers work, and its tables are those of the code."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.dispatch import Signal
from django.test import RequestFactory

from django_tryon import signals
from django_tryon.models import WebhookEndpoint
from django_tryon.models.webhook import TEST, Event, new_secret
from django_tryon.services.announcing.deliver import PAUSES
from django_tryon.webhooks.sign import headers

PAGE = Path(__file__).parents[2] / "docs" / "howto" / "webhooks.md"
TEXT = PAGE.read_text(encoding="utf-8")
BODY = '{"type":"job.succeeded","data":{"id":"4d1c"}}'


def block(part: str) -> str:
    """Return the Python of the section with this title."""
    section = TEXT.partition(f"\n## {part}\n")[2].partition("\n## ")[0]
    found = re.search(r"```python\n(.*?)```", section, re.DOTALL)
    assert found
    return found[1]


@pytest.fixture
def view(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The view of the page, and the secret that it knows."""
    cache.clear()
    secret = new_secret()
    monkeypatch.setenv("TRYON_WEBHOOK_SECRET", secret)
    names: dict[str, Any] = {}
    exec(block("Receive them in Django"), names)
    return names["tryon_webhook"], secret


def post(view: Any, secret: str, id: str = "1", body: str = BODY, age: int = 0) -> int:
    """Post a message, and return the status of the answer."""
    sent = headers([secret], id, int(time.time()) - age, body)
    request = RequestFactory().post("/", body, "application/json", headers=sent)
    status: int = view(request).status_code
    return status


def test_the_receiver_in_django(view: Any, capsys: pytest.CaptureFixture[str]) -> None:
    receive, secret = view
    assert [post(receive, secret), post(receive, secret), post(receive, secret, "2")] == [204] * 3
    assert capsys.readouterr().out == "job.succeeded {'id': '4d1c'}\n" * 2  # the repeat left out
    assert post(receive, new_secret(), "3") == 400
    assert post(receive, secret, "4", age=600) == 400
    assert receive(RequestFactory().post("/", BODY, "application/json")).status_code == 400
    assert not capsys.readouterr().out


@pytest.mark.django_db
def test_an_endpoint_from_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRYON_WEBHOOK_SECRET", new_secret())
    for _time in range(2):
        exec("import os\n" + block("Add an endpoint"))
    WebhookEndpoint.objects.get().full_clean()


def test_the_table_of_events() -> None:
    lines = re.findall(r"^\|(.*)\|$", TEXT, re.MULTILINE)[2:]
    rows = [[cell.strip() for cell in line.split("|")][1:3] for line in lines]
    assert [name.strip("`") for _signal, name in rows if name] == [*Event.values, TEST]
    told = {name for named, _event in rows for name in re.findall(r"`(\w+)`", named)}
    assert told == {name for name, value in vars(signals).items() if isinstance(value, Signal)}


def test_the_times_of_the_attempts() -> None:
    said = re.search(r"sent again after (.*?), each a fifth", TEXT.replace("\n", " "))
    assert said
    assert said[1] == "5 seconds, 1, 5 and 30 minutes, 2, 5, 10 and 24 hours"
    assert [int(pause.total_seconds()) for pause in PAUSES] == [
        *(5, 60, 300, 1800),
        *(hours * 3600 for hours in (2, 5, 10, 24)),
    ]
    assert "ninth attempt, some 42 hours" in TEXT
    assert round(sum(pause.total_seconds() for pause in PAUSES) / 3600) == 42


def test_the_example_is_json() -> None:
    found = re.search(r"```http\n.*?\n\n(\{.*?)```", TEXT, re.DOTALL)
    assert found
    assert json.loads(found[1])["type"] == Event.JOB_SUCCEEDED
