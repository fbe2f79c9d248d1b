"""What is announced: to whom, how often, and what it says."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from django_tryon.models import (
    Garment,
    Person,
    Shopper,
    Status,
    TryOnJob,
    TryOnResult,
    WebhookDelivery,
    WebhookEndpoint,
)
from django_tryon.models.transitions import move
from django_tryon.services import (
    launch,
    publish,
    unpublish,
)
from django_tryon.services.announcing import webhooks
from django_tryon.services.announcing.webhooks import announce
from django_tryon.services.shoppers.purge import purge
from tests.conftest import picture
from tests.services.conftest import FILE_NAME

pytestmark = pytest.mark.django_db
URL = "https://hooks.shop.example/tryon"


@pytest.fixture
def endpoint(db: None) -> WebhookEndpoint:
    """One that wants everything."""
    return WebhookEndpoint.objects.create(url=URL)


@pytest.fixture
def job(garment: Garment, person: Person) -> TryOnJob:
    """A job that has just been launched, before there was any endpoint."""
    return launch(garments=[garment], person=person, engine="idm-vton")


@pytest.fixture
def result(job: TryOnJob) -> TryOnResult:
    """Its result."""
    for status in (Status.SUBMITTING, Status.FETCHING, Status.SUCCEEDED):
        assert move(job, status)
    return TryOnResult.objects.create(
        job=job, kind="image", file=ContentFile(picture(), name="result.jpg")
    )


def told() -> list[str]:
    """Return the events that were written down, in their order."""
    return list(WebhookDelivery.objects.order_by("created_at").values_list("event", flat=True))


def body() -> dict[str, Any]:
    """Return the content of the only delivery."""
    content: dict[str, Any] = json.loads(WebhookDelivery.objects.get().body)
    return content


def test_without_an_endpoint_nothing_is_asked(
    job: TryOnJob, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        announce("job.succeeded", job)
    assert not WebhookDelivery.objects.exists()


def test_a_process_remembers_for_some_seconds_and_no_longer(
    job: TryOnJob, django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1000.0]
    monkeypatch.setattr("django_tryon.services.announcing.webhooks.time.monotonic", lambda: now[0])
    webhooks.forget_endpoints()
    with django_assert_num_queries(1):
        announce("job.failed", job)
        announce("job.failed", job)
    # Another process adds one: no signal is sent here.
    WebhookEndpoint.objects.bulk_create([WebhookEndpoint(url=URL)])
    announce("job.failed", job)
    assert told() == []
    now[0] += webhooks.REMEMBERED + 0.1
    announce("job.failed", job)
    assert told() == ["job.failed"]


def test_only_those_who_want_it_are_told(job: TryOnJob, endpoint: WebhookEndpoint) -> None:
    picky = WebhookEndpoint.objects.create(url=URL, events=["job.succeeded", "job.failed"])
    WebhookEndpoint.objects.create(url=URL, is_active=False)
    announce("job.submitted", job)
    announce("job.failed", job)
    assert set(WebhookDelivery.objects.values_list("endpoint", "event")) == {
        (endpoint.pk, "job.submitted"),
        (endpoint.pk, "job.failed"),
        (picky.pk, "job.failed"),
    }


def test_what_is_told_twice_is_sent_once(job: TryOnJob, endpoint: WebhookEndpoint) -> None:
    move(job, Status.CANCELLED)
    announce("job.cancelled", job)
    again = TryOnJob.objects.get(pk=job.pk)  # as another process would read it
    announce("job.cancelled", again)
    assert told() == ["job.cancelled"]


def test_each_end_is_told_also_of_the_same_request(
    job: TryOnJob, endpoint: WebhookEndpoint
) -> None:
    """A retry that only repeats the download keeps the job's token."""
    move(job, Status.SUBMITTING)
    move(job, Status.FETCHING)
    for _end in range(2):
        move(job, Status.FAILED)
        announce("job.failed", job)
        move(job, Status.FETCHING)
    assert told() == ["job.failed", "job.failed"]


def test_what_a_job_says(
    job: TryOnJob, result: TryOnResult, garment: Garment, endpoint: WebhookEndpoint, settings: Any
) -> None:
    settings.TRYON = settings.TRYON | {"PUBLIC_URL": "https://shop.example"}
    announce("job.succeeded", job)
    sent = body()
    assert sent["type"] == "job.succeeded"
    assert abs(timezone.datetime.fromisoformat(sent["timestamp"]) - timezone.now()) < timedelta(
        minutes=1
    )
    assert sent["data"] == {
        "id": str(job.pk),
        "status": "succeeded",
        "engine": "idm-vton",
        "garments": [garment.pk],
        "products": [f"shop.product:{garment.product_id}"],
        "results": [
            {
                "id": str(result.pk),
                "kind": "image",
                "url": f"https://shop.example/tryon/api/results/{result.pk}/",
            }
        ],
        "error": None,
        "created_at": job.created_at.isoformat().replace("+00:00", "Z"),
        "finished_at": job.finished_at and job.finished_at.isoformat().replace("+00:00", "Z"),
        "url": f"https://shop.example/tryon/api/jobs/{job.pk}/",
    }
    delivery = WebhookDelivery.objects.get()
    assert (delivery.subject, delivery.state) == (str(job.pk), "pending")
    assert str(delivery) == f"job.succeeded {str(job.pk)[:8]}"


def test_a_failure_says_its_code_and_nothing_of_the_shopper(
    ada: Shopper, photo: Person, wish: Callable[..., TryOnJob], endpoint: WebhookEndpoint
) -> None:
    wished = wish(notify="ada@shop.example")
    move(wished, Status.FAILED, error_code="blocked", error_message="At https://x.example/a.jpg")
    announce("job.failed", wished)
    first, second = WebhookDelivery.objects.order_by("created_at")
    assert json.loads(second.body)["data"]["error"] == {"code": "blocked"}
    assert json.loads(second.body)["data"]["results"] == []
    private = ["ada@", "x.example", str(ada.pk), FILE_NAME, photo.photo.name, "person", "/files/"]
    private += [wished.token, wished.title]
    for said in (first.body, second.body):
        assert not [word for word in private if word in said]


def test_a_launch_tells_and_one_that_is_rolled_back_does_not(
    garment: Garment, person: Person, endpoint: WebhookEndpoint
) -> None:
    with transaction.atomic():
        launch(garments=[garment], person=person, engine="idm-vton")
        transaction.set_rollback(True)
    assert told() == []
    launch(garments=[garment], person=person, engine="idm-vton")
    assert told() == ["job.launched"]
    assert body()["data"]["status"] == "queued"


def test_publishing_tells_each_time(
    result: TryOnResult, garment: Garment, endpoint: WebhookEndpoint
) -> None:
    publish(result)
    publish(TryOnResult.objects.get())
    assert told() == ["result.published"]
    data = body()["data"]
    assert data.pop("url").endswith(f"/tryon/api/results/{result.pk}/")
    assert data == {
        "id": str(result.pk),
        "kind": "image",
        "job": str(result.job_id),
        "garments": [garment.pk],
        "products": [f"shop.product:{garment.product_id}"],
    }
    unpublish(result)
    unpublish(result)
    publish(result)
    unpublish(result)
    assert told() == ["result.published", "result.unpublished"] * 2


def test_a_publication_that_cannot_be_told_does_not_take_place(
    result: TryOnResult,
    endpoint: WebhookEndpoint,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    def fail(*args: Any) -> None:
        raise RuntimeError

    monkeypatch.setitem(publish.__globals__, "announce", fail)
    with pytest.raises(RuntimeError):
        publish(result)
    assert not TryOnResult.objects.published().exists()
    assert not [path for path in tmp_path.rglob("published/*") if path.is_file()]


def test_an_endpoint_that_is_gone_is_no_harm(job: TryOnJob, endpoint: WebhookEndpoint) -> None:
    webhooks.active_endpoints()
    WebhookEndpoint.objects.filter(pk=endpoint.pk)._raw_delete(using="default")  # by another
    announce("job.failed", job)
    assert told() == ["job.failed"]


def test_the_purge_leaves_what_is_recent_or_still_to_be_sent(
    job: TryOnJob, endpoint: WebhookEndpoint
) -> None:
    off = WebhookEndpoint.objects.create(url=URL)
    announce("job.failed", job)
    announce("job.expired", job)
    announce("job.launched", job)
    WebhookEndpoint.objects.filter(pk=off.pk).update(is_active=False)
    sent = WebhookDelivery.objects.filter(event="job.failed")
    sent.update(state="delivered", next_attempt_at=None)
    WebhookDelivery.objects.filter(event="job.expired").update(state="failed")
    now = timezone.now()
    assert purge(now=now + timedelta(days=29)).deliveries == 0
    assert purge(now=now + timedelta(days=31), dry_run=True).deliveries == 5
    assert purge(now=now + timedelta(days=31)).deliveries == 5
    assert WebhookDelivery.objects.get().endpoint == endpoint
    assert WebhookDelivery.objects.get().event == "job.launched"
