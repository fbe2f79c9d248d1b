"""Webhooks: write down, once, that a shop's endpoints are to be told of something."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import router
from django.db.models.signals import post_delete, post_save
from django.urls import reverse
from django.utils import timezone

from django_tryon.models import (
    Status,
    TryOnJob,
    TryOnResult,
    WebhookDelivery,
    WebhookEndpoint,
)
from django_tryon.models.files import absolute
from django_tryon.services.driving.wake import wake

REMEMBERED = 5.0
"""Seconds for which a process remembers the endpoints, so that a shop without any pays nothing."""

_known: tuple[float, tuple[WebhookEndpoint, ...]] | None = None


def active_endpoints() -> tuple[WebhookEndpoint, ...]:
    """Return the endpoints that are on; asked of the database every few seconds at most."""
    global _known
    now = time.monotonic()
    if _known is None or _known[0] + REMEMBERED < now:
        using = router.db_for_write(WebhookEndpoint)
        found = WebhookEndpoint.objects.using(using).filter(is_active=True)
        _known = now, tuple(found.only("pk", "events"))
    return _known[1]


def forget_endpoints(**kwargs: Any) -> None:
    """Have this process ask for the endpoints anew; the others do within some seconds."""
    global _known
    _known = None


post_save.connect(forget_endpoints, WebhookEndpoint, dispatch_uid="django_tryon.webhooks")
post_delete.connect(forget_endpoints, WebhookEndpoint, dispatch_uid="django_tryon.webhooks")


def is_wanted(event: str) -> bool:
    """Tell whether any endpoint wants this event."""
    return bool(_wanting(event))


def _wanting(event: str) -> list[WebhookEndpoint]:
    return [one for one in active_endpoints() if not one.events or event in one.events]


def announce(event: str, subject: TryOnJob | TryOnResult) -> None:
    """Have each endpoint that wants this event told of a job or a result.

    Safe to repeat: the same event of the same run is sent once. Without an endpoint that wants it
    nothing is asked of the database.
    """
    wanting = _wanting(event)
    if not wanting:
        return
    # The steps of an outfit are nobody's but ours, unless somebody has to decide on one.
    if isinstance(subject, TryOnJob) and subject.outfit_id and not _is_to_decide(event, subject):
        return
    if isinstance(subject, TryOnJob):
        write(wanting, event, str(subject.pk), _run_of(subject), job_data(subject))
    else:
        run = _moment(subject.published_at)
        write(wanting, event, str(subject.pk), run, result_data(subject))


def _is_to_decide(event: str, job: TryOnJob) -> bool:
    return event == "job.uncertain" and job.second_of_id is None


def write(
    endpoints: Iterable[WebhookEndpoint],
    event: str,
    subject: str,
    run: str,
    data: dict[str, Any],
) -> None:
    """Write down a message for these endpoints, unless it is there, and wake the workers."""
    now = timezone.now()
    body = json.dumps(
        {"type": event, "timestamp": _said(now), "data": data},
        ensure_ascii=False,
        separators=(",", ":"),
    )
    WebhookDelivery.objects.bulk_create(
        [
            WebhookDelivery(
                endpoint_id=endpoint.pk,
                event=event,
                subject=subject,
                run=run,
                body=body,
                created_at=now,
                next_attempt_at=now,
            )
            for endpoint in endpoints
        ],
        ignore_conflicts=True,
    )
    wake()


def job_data(job: TryOnJob) -> dict[str, Any]:
    """Return what is told of a job: ids, and where to ask for more. No person, photo or link."""
    worn = list(job.garments.all())
    ready = job.status == Status.SUCCEEDED
    return {
        "id": str(job.pk),
        "status": str(job.status),
        "engine": job.engine,
        "garments": [garment.pk for garment in worn],
        "products": list(dict.fromkeys(_product(garment) for garment in worn)),
        "results": [_result(result) for result in job.results.all()] if ready else [],
        "error": {"code": job.error_code} if job.error_code else None,
        "created_at": _said(job.created_at),
        "finished_at": _said(job.finished_at),
        "url": absolute(reverse("django_tryon:api-job", args=[job.pk])),
    }


def result_data(result: TryOnResult) -> dict[str, Any]:
    """Return what is told of a result that the shop shows."""
    worn = list(result.job.garments.all())
    return _result(result) | {
        "job": str(result.job_id),
        "garments": [garment.pk for garment in worn],
        "products": list(dict.fromkeys(_product(garment) for garment in worn)),
    }


def _result(result: TryOnResult) -> dict[str, Any]:
    url = absolute(reverse("django_tryon:api-result", args=[result.pk]))
    return {"id": str(result.pk), "kind": str(result.kind), "url": url}


def _product(garment: Any) -> str:
    kind = ContentType.objects.get_for_id(garment.content_type_id)
    return f"{kind.app_label}.{kind.model}:{garment.product_id}"


def _run_of(job: TryOnJob) -> str:
    """Name one run of a job and one end of it: a retry renews the token, or else the end."""
    return f"{job.token}{_moment(job.finished_at)}"


def _moment(at: datetime | None) -> str:
    return f"{at:-%Y%m%d%H%M%S%f}" if at else ""


def _said(at: datetime | None) -> str | None:
    return at.isoformat().replace("+00:00", "Z") if at else None
