"""What a job costs the database, from its launch to its stored result."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from django_tryon import services
from django_tryon.models import Status, TryOnJob
from django_tryon.services.driving import work
from tests.lifecycle.provider import Provider, json

JOBS = 40
MOST = 9
"""Statements a job, BEGIN and COMMIT counted, and each row of those that are sent together."""


@pytest.mark.django_db(transaction=True)
def test_the_whole_life_of_a_job(
    garment: Any, person: Any, provider: Provider, monkeypatch: Any
) -> None:
    monkeypatch.setattr(work, "BREATH", 5.0)  # what is begun together arrives together
    running = [json(200, {"status": "PROCESSING"})] * 2 * JOBS
    provider.answers(status=running + provider.script["status"])
    services.launch(garments=[garment], person=person, engine="idm-vton")  # fills what is kept
    services.drive_until_idle()
    with CaptureQueriesContext(connection) as made:
        for _ in range(JOBS):
            services.launch(garments=[garment], person=person, engine="idm-vton")
        for _round in range(4):  # the submits, two vain polls of each, the last poll with the fetch
            services.drive(now=timezone.now() + timedelta(days=1))
    assert TryOnJob.objects.filter(status=Status.SUCCEEDED).count() == JOBS + 1
    assert statements(made) / JOBS <= MOST, "\n".join(query["sql"][:150] for query in made)


def statements(made: CaptureQueriesContext) -> int:
    """Count statements, as often as each was sent: Django's log says “40 times: UPDATE …”."""
    times = (re.match(r"(\d+) times: ", query["sql"]) for query in made)
    return sum(int(found[1]) if found else 1 for found in times)


@pytest.mark.django_db(transaction=True)
def test_the_products_of_a_batch_are_read_at_once(
    garment: Any, person: Any, provider: Provider
) -> None:
    type(garment).objects.update(image="")  # it is shown by its product's picture
    for _ in range(JOBS):
        services.launch(garments=[garment], person=person, engine="idm-vton")
    with CaptureQueriesContext(connection) as made:
        services.drive()
    asked = [query for query in made if re.search(r"FROM \Wshop_product\W", query["sql"])]
    assert TryOnJob.objects.filter(status=Status.RUNNING).count() == JOBS
    assert len(asked) == 1
