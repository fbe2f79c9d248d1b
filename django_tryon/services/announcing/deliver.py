"""Deliver: send what shops' endpoints are to be told, until they have it.

A source of the drive: it claims what is due, and each delivery's outcome is recorded as it comes.
A worker that dies between sending and recording sends it once more, under the same id.
"""

from __future__ import annotations

import random
import uuid
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import router
from django.db.models import Count, F, Min, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from django_tryon import logs
from django_tryon.exceptions import WrongState
from django_tryon.models import WebhookDelivery, WebhookEndpoint
from django_tryon.models.webhook import may_be_local
from django_tryon.segmind.client import SegmindClient
from django_tryon.services.announcing.webhooks import active_endpoints, forget_endpoints
from django_tryon.services.driving.schedule import on_grid
from django_tryon.services.driving.step import Step
from django_tryon.services.driving.wake import wake
from django_tryon.webhooks.post import Answer, Message, post

State = WebhookDelivery.State

PAUSES = (
    timedelta(seconds=5),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=24),
)
"""After each attempt that failed; after the last, no more is made."""
JITTER = 0.2
LEASE = timedelta(seconds=60)
"""How long a worker may keep a delivery; longer than an attempt can take."""
AT_ONCE = 4
"""Deliveries to one endpoint at the same time: a slow one holds up only its own."""
GONE = 410


def rows() -> QuerySet[WebhookDelivery]:
    """Return all deliveries, as the database has them to which they are written."""
    return WebhookDelivery.objects.using(router.db_for_write(WebhookDelivery))


def claim(now: datetime, limit: int) -> list[Step]:
    """Take deliveries that are due, some of each endpoint, so that no other worker has them too."""
    if not active_endpoints():
        return []
    due = rows().filter(next_attempt_at__lte=now)
    waiting = due.filter(endpoint__is_active=True).order_by().values_list("endpoint", flat=True)
    endpoints = list(waiting.distinct())
    if not endpoints:
        return []
    busy = dict(
        rows()
        .filter(claim__gt="", next_attempt_at__gt=now)
        .order_by()
        .values_list("endpoint")
        .annotate(Count("pk"))
    )
    chosen: list[uuid.UUID] = []
    for endpoint in endpoints:
        room = min(AT_ONCE - busy.get(endpoint, 0), limit - len(chosen))
        turn = due.filter(endpoint=endpoint).order_by("next_attempt_at")
        chosen += turn.values_list("pk", flat=True)[: max(0, room)]
    return [_step(delivery) for delivery in _take(chosen, now)]


def _take(chosen: list[uuid.UUID], now: datetime) -> list[WebhookDelivery]:
    """Claim rows: of two workers who chose the same, the one whose UPDATE comes first has each."""
    if not chosen:
        return []
    name = uuid.uuid4().hex
    rows().filter(pk__in=chosen, next_attempt_at__lte=now).update(
        claim=name, next_attempt_at=now + LEASE, attempts=F("attempts") + 1, attempted_at=now
    )
    return list(rows().filter(claim=name).select_related("endpoint").order_by("created_at"))


def next_due_at() -> datetime | None:
    """Return when the next attempt is due, or None if nothing waits."""
    if not active_endpoints():
        return None
    waiting = rows().filter(next_attempt_at__isnull=False, endpoint__is_active=True)
    at: datetime | None = waiting.order_by().aggregate(at=Min("next_attempt_at"))["at"]
    return at


def _step(delivery: WebhookDelivery) -> Step:
    endpoint = delivery.endpoint
    message = Message(
        id=str(delivery.pk),
        url=endpoint.url,
        body=delivery.body,
        secrets=endpoint.secrets(timezone.now()),
        local=may_be_local(),
    )
    return Step(delivery, partial(_send, message), record)


async def _send(message: Message, client: SegmindClient) -> Answer:
    return await post(message)  # Segmind's client has the key, and this is not for Segmind


def record(delivery: WebhookDelivery, said: Answer | BaseException) -> None:
    """Write down what an endpoint answered."""
    now = timezone.now()
    answer = said if isinstance(said, Answer) else Answer(None, f"Not sent ({_name(said)}).")
    told: dict[str, Any] = {
        "claim": "",
        "next_attempt_at": None,
        "response_code": answer.code,
        "response_text": answer.text,
    }
    if answer.is_success:
        # Whoever claimed it since: it has arrived.
        waiting = rows().filter(pk=delivery.pk, state=State.PENDING)
        waiting.update(**told, state=State.DELIVERED, delivered_at=now)
        _arrived(delivery.endpoint)
        return
    last = delivery.attempts > len(PAUSES) or answer.code == GONE
    told |= (
        {"state": State.FAILED}
        if last
        else {"next_attempt_at": next_attempt(delivery.attempts, now)}
    )
    rows().filter(pk=delivery.pk, claim=delivery.claim).update(**told)
    _missed(delivery.endpoint, answer, now)


def _name(said: BaseException) -> str:
    return type(said).__name__


def next_attempt(attempts: int, now: datetime) -> datetime:
    """Return when to try again after that many attempts."""
    pause = PAUSES[min(attempts, len(PAUSES)) - 1]
    return on_grid(now + pause * random.uniform(1 - JITTER, 1 + JITTER))  # noqa: S311


def _arrived(endpoint: WebhookEndpoint) -> None:
    if endpoint.failing_since is not None:
        WebhookEndpoint.objects.filter(pk=endpoint.pk).update(failing_since=None)


def _missed(endpoint: WebhookEndpoint, answer: Answer, now: datetime) -> None:
    """Note since when an endpoint fails; one that says that it is gone is switched off."""
    same = WebhookEndpoint.objects.filter(pk=endpoint.pk)
    if endpoint.failing_since is None and same.filter(failing_since=None).update(failing_since=now):
        logs.warning("webhook.failing", "webhook endpoint %s takes nothing", endpoint.pk)
    # An answer of the address that it had before says nothing of the one that it has now.
    if answer.code == GONE and same.filter(url=endpoint.url, is_active=True).update(
        is_active=False, note=_("It answered “410 Gone”, and was switched off.")
    ):
        forget_endpoints()
        logs.warning(
            "webhook.off", "webhook endpoint %s answered 410 and is switched off", endpoint.pk
        )


def resend(delivery: WebhookDelivery) -> None:
    """Send once more, from the first attempt, under the same id. Raises WrongState.

    One that waits for its next attempt is tried now.
    """
    endpoint = WebhookEndpoint.objects.filter(pk=delivery.endpoint_id, is_active=True)
    if not endpoint.exists():
        raise WrongState(_("Its endpoint is off."), code="endpoint_off")
    now = timezone.now()
    free = rows().filter(Q(claim="") | Q(next_attempt_at__lte=now), pk=delivery.pk)
    if not free.update(state=State.PENDING, claim="", attempts=0, next_attempt_at=now):
        raise WrongState(_("It is being sent at this moment."), code="on_its_way")
    wake()
