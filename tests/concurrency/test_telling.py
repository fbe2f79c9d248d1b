"""Whoever tells of something in the same moment: everybody hears of it, and hears it once."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from django_tryon import services
from django_tryon.models import Status, TryOnJob, WebhookDelivery, WebhookEndpoint
from django_tryon.models.transitions import move, told
from django_tryon.services.announcing import deliver
from django_tryon.services.announcing.webhooks import announce, forget_endpoints
from django_tryon.services.outcome import tell
from django_tryon.services.shoppers.notify import write_to
from tests.concurrency.racing import race
from tests.lifecycle.provider import Provider

pytestmark = pytest.mark.django_db(transaction=True)
Wish = Callable[..., TryOnJob]
ADDRESS = "ada@shop.example"


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> WebhookEndpoint:
    """An endpoint that nobody answers at."""
    made = WebhookEndpoint.objects.create(url="http://127.0.0.1:9/hook")
    forget_endpoints()
    return made


def test_tell_against_tell(provider: Provider, wish: Wish, endpoint: WebhookEndpoint) -> None:
    job = wish(notify=ADDRESS)
    TryOnJob.objects.update(status=Status.FAILED, finished_at=timezone.now())
    copies = [TryOnJob.objects.get(pk=job.pk) for _ in range(12)]
    race(*(partial(tell, copy) for copy in copies))
    assert [message.to for message in mail.outbox] == [[ADDRESS]]
    assert WebhookDelivery.objects.filter(event="job.failed").count() == 1
    job.refresh_from_db()
    assert (job.notify, job.allowances, job.next_step_at) == ("", [], None)
    assert job.notified_at is not None


def test_whoever_tells_late_of_one_end_leaves_the_next_to_be_told(job: TryOnJob) -> None:
    slow = services.cancel(TryOnJob.objects.get(pk=job.pk))
    services.retry(TryOnJob.objects.get(pk=job.pk))
    move(TryOnJob.objects.get(pk=job.pk), Status.CANCELLED)  # and its worker dies
    told([slow])
    job.refresh_from_db()
    assert job.next_step_at is not None
    tell(job)
    job.refresh_from_db()
    assert job.next_step_at is None


@pytest.mark.parametrize("attempt", range(5))
def test_an_address_that_comes_while_the_job_ends(
    attempt: int, provider: Provider, wish: Wish
) -> None:
    job = wish()
    services.drive()
    TryOnJob.objects.filter(pk=job.pk).update(next_step_at=timezone.now())
    copy = TryOnJob.objects.get(pk=job.pk)
    race(services.drive, lambda: write_to(copy, ADDRESS))
    services.drive_until_idle()
    assert [message.to for message in mail.outbox] == [[ADDRESS]]
    assert TryOnJob.objects.get(pk=job.pk).notify == ""


def test_an_event_announced_by_many_is_one_message(
    job: TryOnJob, endpoint: WebhookEndpoint
) -> None:
    race(*[lambda: announce("job.submitted", job)] * 12)
    (delivery,) = WebhookDelivery.objects.filter(event="job.submitted")
    assert json.loads(delivery.body)["data"]["id"] == str(job.pk)


@pytest.mark.parametrize("many", [2, 12])
def test_deliveries_claimed_by_many(many: int, job: TryOnJob, endpoint: WebhookEndpoint) -> None:
    for number in range(10):
        WebhookDelivery.objects.create(
            endpoint=endpoint, event="job.submitted", subject=str(number), run="", body="{}"
        )
    now = timezone.now() + timedelta(seconds=1)
    claims = race(*[lambda: deliver.claim(now, 100)] * many)
    claimed = [step.subject.pk for steps in claims for step in steps]
    assert claimed
    assert len(claimed) == len(set(claimed))
    attempts = WebhookDelivery.objects.filter(pk__in=claimed).values_list("attempts", flat=True)
    assert set(attempts) == {1}


def test_a_result_is_published_once(provider: Provider, job: TryOnJob, staff: Any) -> None:
    services.drive_until_idle()
    result = job.results.get()
    services.approve(result, by=staff)
    copies: list[Any] = [job.results.get() for _ in range(6)]
    race(*(partial(services.publish, copy, by=staff) for copy in copies))
    result.refresh_from_db()
    folder = result.published_file.storage.path("tryon/published")
    names = [path.name for path in Path(folder).glob("*")]
    assert names == [Path(result.published_file.name).name]
