"""What staff are told where try-ons wait and nobody is at work."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from django_tryon import services
from django_tryon.models import Batch, Status, TryOnJob

pytestmark = pytest.mark.django_db
WORDS = "The workers are not running: 1 try-on waits since"


@pytest.fixture
def batch(garment: Any, person: Any) -> Batch:
    """A batch of one job."""
    batch = Batch.objects.create()
    services.launch(garments=[garment], person=person, engine="idm-vton", batch=batch)
    return batch


def be_due(ago: timedelta, **fields: Any) -> None:
    """Have the job been due for so long."""
    TryOnJob.objects.update(next_step_at=timezone.now() - ago, **fields)


def pages(batch: Batch) -> list[str]:
    """Return the addresses on which staff wait."""
    [job] = batch.jobs.all()
    return [
        reverse("admin:django_tryon_tryonjob_changelist"),
        reverse("admin:django_tryon_tryonjob_change", args=[job.pk]),
        reverse("admin:django_tryon_batch_change", args=[batch.pk]),
        reverse("admin:django_tryon_tryonjob_launch"),
    ]


def test_each_page_says_so(admin_client: Client, batch: Batch, settings: Any) -> None:
    be_due(timedelta(minutes=4))
    for url in pages(batch):
        assert WORDS not in admin_client.get(url).content.decode(), url
    be_due(timedelta(minutes=6))
    for url in pages(batch):
        said = admin_client.get(url).content.decode()
        assert WORDS in said, url
        assert "<code>python manage.py tryon_worker</code>" in said
    settings.TRYON = settings.TRYON | {"RUNNER": "django_tryon.runners.inline"}
    said = admin_client.get(pages(batch)[0]).content.decode()
    assert WORDS in said
    assert "Start them with" not in said


def test_an_open_page_learns_of_it(admin_client: Client, batch: Batch) -> None:
    url = reverse("admin:django_tryon_batch_progress", args=[batch.pk])
    before = admin_client.get(url)
    assert admin_client.get(url, headers={"if-none-match": before["ETag"]}).status_code == 304
    be_due(timedelta(minutes=6))
    after = admin_client.get(url, headers={"if-none-match": before["ETag"]})
    assert after.status_code == 200
    assert WORDS in after.json()["summary"]


def test_what_has_ended_waits_for_nobody(admin_client: Client, batch: Batch) -> None:
    be_due(timedelta(minutes=6), status=Status.FAILED)
    [job] = batch.jobs.all()
    for name, key in (("tryonjob", job.pk), ("batch", batch.pk)):
        url = reverse(f"admin:django_tryon_{name}_change", args=[key])
        assert WORDS not in admin_client.get(url).content.decode()
