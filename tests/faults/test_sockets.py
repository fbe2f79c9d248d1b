"""A part of the table over real sockets: what the in-process transport plays is what happens."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from django_tryon import services
from django_tryon.sandbox.app import create_sandbox
from django_tryon.segmind.loop import network
from tests.faults.driving import Clock, drive_on, turned
from tests.processes import free_port
from tests.sandbox.serving import served

pytestmark = pytest.mark.django_db(transaction=True)
SHORT = timedelta(seconds=0.5)

# faults → the job's end, its code, how many requests were billed
WAYS: list[tuple[list[str], str, str, int]] = [
    ([], "succeeded", "", 1),
    (["reset@submit:1"], "uncertain", "answer_lost", 0),
    (["hang@submit:1"], "uncertain", "answer_lost", 0),
    (["reset@accepted:1"], "succeeded", "", 1),
    (["reset-amid@accepted:1"], "succeeded", "", 1),
    (["cut@accepted:1"], "succeeded", "", 1),
    (["hang@accepted:1"], "succeeded", "", 1),
    (["trickle@accepted:1"], "succeeded", "", 1),
    (["reset@status:1", "hang@status:1", "cut@status:1"], "succeeded", "", 1),
    (["trickle@result:1", "reset-amid@result:1", "enormous@result:1"], "succeeded", "", 1),
    (["reset@output:1", "hang@output:1"], "succeeded", "", 1),
    (["cut@output:2", "reset-amid@output:2"], "succeeded", "", 1),
    (["enormous@output:1"], "failed", "output_too_big", 1),
    (["redirect-private@output:1"], "failed", "output_host", 1),
    (["redirect-loop@output"], "failed", "output_redirects", 1),
]


@pytest.mark.parametrize(
    ("faults", "status", "code", "billed"), WAYS, ids=["+".join(way[0]) or "none" for way in WAYS]
)
def test_over_a_socket(
    faults: list[str],
    status: str,
    code: str,
    billed: int,
    garment: Any,
    person: Any,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = Clock()
    sandbox = create_sandbox(faults=faults, plain=True, seconds=0, clock=clock)
    with served(sandbox) as root, turned(clock, monkeypatch):
        settings.TRYON = settings.TRYON | {
            "BASE_URL": root,
            "HTTP_TRANSPORT": "",
            "HTTP_TIMEOUT": SHORT,
            "DOWNLOAD_TIMEOUT": SHORT * 4,
            "MAX_IMAGE_BYTES": 2**20,
        }
        job = services.launch(garments=[garment], person=person, engine="idm-vton")
        drive_on(clock)
        network.reset()  # the connections are closed before their server is
    job.refresh_from_db()
    assert (job.status, job.error_code) == (status, code)
    assert sum(entry.cost is not None for entry in sandbox.ledger) == billed
    assert sandbox.asked["submit"] == 1


def test_where_nothing_listens_nothing_is_spent(
    garment: Any, person: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    nowhere = {"BASE_URL": f"http://127.0.0.1:{free_port()}", "HTTP_TRANSPORT": ""}
    settings.TRYON = settings.TRYON | nowhere
    with turned(clock, monkeypatch):
        job = services.launch(garments=[garment], person=person, engine="idm-vton")
        drive_on(clock)
        network.reset()
    job.refresh_from_db()
    assert (job.status, job.error_code, job.attempts) == ("failed", "unreachable", 20)
