"""Deliveries: sent until they are taken, by one worker at a time, whatever the receiver does."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from django_tryon.exceptions import NotAccepted, WrongState
from django_tryon.models import TryOnJob, WebhookDelivery, WebhookEndpoint
from django_tryon.services.announcing import deliver
from django_tryon.services.announcing.deliver import AT_ONCE, LEASE, PAUSES, resend
from django_tryon.services.announcing.endpoints import rotate, send_test, switch_off, switch_on
from django_tryon.services.announcing.webhooks import announce
from django_tryon.webhooks import post as post_module
from django_tryon.webhooks.post import Answer
from tests.webhooks.receiver import Receiver, Say, receiving
from tests.webhooks.sending import after, call, deliver_due

pytestmark = pytest.mark.django_db


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A shop that receives webhooks."""
    with receiving() as started:
        yield started


@pytest.fixture
def endpoint(receiver: Receiver) -> WebhookEndpoint:
    """Its endpoint."""
    return WebhookEndpoint.objects.create(url=receiver.url)


@pytest.fixture
def delivery(endpoint: WebhookEndpoint) -> WebhookDelivery:
    """A message for it."""
    send_test(endpoint)
    return WebhookDelivery.objects.get()


def due_in(delivery: WebhookDelivery) -> timedelta:
    delivery.refresh_from_db()
    assert delivery.next_attempt_at is not None
    return delivery.next_attempt_at - timezone.now()


def test_it_arrives_and_is_done(
    receiver: Receiver, endpoint: WebhookEndpoint, delivery: WebhookDelivery
) -> None:
    assert deliver_due() == 1
    (got,) = receiver.got
    content = Webhook(endpoint.secret).verify(got.body, dict(got.headers))
    assert content == json.loads(delivery.body)
    assert content["type"] == "webhook.test"
    assert got.headers["webhook-id"] == str(delivery.pk)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.response_code, delivery.attempts) == ("delivered", 204, 1)
    assert delivery.delivered_at is not None
    assert deliver.next_due_at() is None
    assert deliver_due(after(days=2)) == 0


def test_a_fault_and_then_success(
    receiver: Receiver, delivery: WebhookDelivery, caplog: pytest.LogCaptureFixture
) -> None:
    receiver.script = [Say(500, b"down", {"content-type": "text/plain"}), Say(200)]
    deliver_due()
    [record] = caplog.records
    assert (vars(record)["event"], record.levelname) == ("webhook.failing", "WARNING")
    assert timedelta(seconds=3) < due_in(delivery) < timedelta(seconds=7)
    assert (delivery.state, delivery.response_code) == ("pending", 500)
    assert delivery.response_text == "down"
    assert deliver.next_due_at() == delivery.next_attempt_at
    assert WebhookEndpoint.objects.get().failing_since is not None
    assert deliver_due() == 0  # not yet
    assert deliver_due(after(seconds=7)) == 1
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, delivery.response_text) == ("delivered", 2, "")
    assert receiver.ids == [str(delivery.pk)] * 2
    assert receiver.got[0].body == receiver.got[1].body
    assert WebhookEndpoint.objects.get().failing_since is None


def test_it_is_tried_for_two_days_ever_more_seldom(
    receiver: Receiver, delivery: WebhookDelivery
) -> None:
    receiver.script = [Say(503)] * (len(PAUSES) + 1)
    now = timezone.now()
    for pause in PAUSES:
        assert deliver_due(now) == 1
        assert pause * 0.79 < due_in(delivery) < pause * 1.21 + timedelta(seconds=1)
        assert deliver_due(now) == 0
        assert delivery.next_attempt_at is not None
        now = delivery.next_attempt_at
    deliver_due(now)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("failed", len(PAUSES) + 1)
    assert delivery.next_attempt_at is None
    assert deliver_due(after(days=9)) == 0


@pytest.mark.parametrize(
    "say", [Say(301, headers={"location": "https://x.example"}), Say(400), Say(404), Say(429)]
)
def test_whatever_is_not_a_success_is_tried_again(
    say: Say, receiver: Receiver, delivery: WebhookDelivery
) -> None:
    receiver.script = [say]
    deliver_due()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.response_code) == ("pending", say.status)


def test_silence_is_a_fault(
    receiver: Receiver, delivery: WebhookDelivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(post_module, "TIMEOUT", 0.2)
    receiver.script = [Say(hangs=True)]
    deliver_due()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.response_code) == ("pending", None)
    assert "no answer" in delivery.response_text


def test_gone_switches_the_endpoint_off(
    receiver: Receiver, endpoint: WebhookEndpoint, delivery: WebhookDelivery
) -> None:
    receiver.script = [Say(410)]
    send_test(endpoint)
    waiting = WebhookDelivery.objects.exclude(pk=delivery.pk).get()
    WebhookDelivery.objects.filter(pk=waiting.pk).update(next_attempt_at=after(minutes=1))
    deliver_due()
    endpoint.refresh_from_db()
    delivery.refresh_from_db()
    assert (endpoint.is_active, delivery.state) == (False, "failed")
    assert "410" in endpoint.note
    assert deliver.next_due_at() is None
    assert deliver_due(after(days=1)) == 0
    for do in (send_test, switch_off, switch_on):
        if do is send_test:
            with pytest.raises(WrongState):
                do(endpoint)
        else:
            do(endpoint)
    endpoint.refresh_from_db()
    assert (endpoint.is_active, endpoint.note) == (True, "")
    assert deliver_due(after(minutes=2)) == 1  # what waited is sent


def test_gone_from_an_address_that_was_since_changed_means_nothing(
    receiver: Receiver, endpoint: WebhookEndpoint, delivery: WebhookDelivery
) -> None:
    steps = deliver.claim(timezone.now(), 9)
    WebhookEndpoint.objects.update(url=receiver.url + "/new")
    steps[0].record(steps[0].subject, Answer(410))
    endpoint.refresh_from_db()
    assert endpoint.is_active


def test_one_that_is_off_gets_nothing(endpoint: WebhookEndpoint, delivery: WebhookDelivery) -> None:
    WebhookEndpoint.objects.create(url="https://other.example")
    switch_off(endpoint)
    assert deliver_due(after(days=1)) == 0
    assert deliver.next_due_at() is None
    with pytest.raises(WrongState, match="off"):
        resend(delivery)


def test_without_an_endpoint_the_drive_asks_nothing(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert deliver.claim(timezone.now(), 9) == []
        assert deliver.next_due_at() is None


def test_a_new_secret_and_the_old_one_sign_for_a_day(
    receiver: Receiver, endpoint: WebhookEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = endpoint.secret
    stale = WebhookEndpoint.objects.get()
    new = rotate(endpoint)
    assert (endpoint.secret, endpoint.old_secret) == (new, old)
    with pytest.raises(WrongState, match="Somebody else"):
        rotate(stale)
    send_test(endpoint)
    deliver_due()
    got = receiver.got[0]
    for secret in (old, new):
        Webhook(secret).verify(got.body, dict(got.headers))
    late = after(days=1, seconds=1)
    assert endpoint.secrets(late) == (new,)
    assert endpoint.secrets(after(hours=23)) == (new, old)
    WebhookEndpoint.objects.update(old_secret_until=timezone.now())
    send_test(endpoint)
    deliver_due()
    got = receiver.got[1]
    Webhook(new).verify(got.body, dict(got.headers))
    with pytest.raises(WebhookVerificationError):
        Webhook(old).verify(got.body, dict(got.headers))


def test_a_worker_that_dies_before_it_records_sends_again_under_the_same_id(
    receiver: Receiver, delivery: WebhookDelivery
) -> None:
    call(deliver.claim(timezone.now(), 9))  # and here it is killed
    assert deliver_due() == 0  # it might be alive
    assert deliver_due(after(seconds=LEASE.total_seconds() + 1)) == 1
    assert receiver.ids == [str(delivery.pk)] * 2
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("delivered", 2)


def test_who_comes_late_changes_nothing_but_that_it_arrived(delivery: WebhookDelivery) -> None:
    (slow,) = deliver.claim(timezone.now(), 9)
    (quick,) = deliver.claim(after(minutes=2), 9)
    slow.record(slow.subject, Answer(500))
    delivery.refresh_from_db()
    assert delivery.claim == quick.subject.claim
    slow.record(slow.subject, Answer(200))
    quick.record(quick.subject, Answer(500))
    delivery.refresh_from_db()
    assert (delivery.state, delivery.next_attempt_at, delivery.claim) == ("delivered", None, "")


@pytest.mark.parametrize("sender", [NotAccepted("The settings…"), ValueError("whsec")])
def test_what_could_not_even_be_sent_is_tried_again(
    sender: Exception, delivery: WebhookDelivery
) -> None:
    (step,) = deliver.claim(timezone.now(), 9)
    step.record(step.subject, sender)
    delivery.refresh_from_db()
    assert delivery.state == "pending"
    assert delivery.response_text == f"Not sent ({type(sender).__name__})."


def test_sent_again_by_hand(receiver: Receiver, delivery: WebhookDelivery) -> None:
    deliver_due()
    delivery.refresh_from_db()
    resend(delivery)
    deliver_due()
    assert receiver.ids == [str(delivery.pk)] * 2
    WebhookDelivery.objects.update(state="failed", attempts=9)
    resend(delivery)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("pending", 0)
    deliver.claim(timezone.now(), 9)
    with pytest.raises(WrongState, match="at this moment"):
        resend(delivery)
    WebhookDelivery.objects.update(next_attempt_at=timezone.now())  # whoever sent it is dead
    resend(delivery)
    assert deliver_due() == 1


def test_a_slow_endpoint_holds_up_only_its_own(
    receiver: Receiver, endpoint: WebhookEndpoint
) -> None:
    for _message in range(AT_ONCE + 3):
        send_test(endpoint)
    with receiving() as quick:
        other = WebhookEndpoint.objects.create(url=quick.url)
        send_test(other)
        begun = deliver.claim(timezone.now(), 50)
        counted = [step.subject.endpoint_id for step in begun]
        assert counted.count(endpoint.pk) == AT_ONCE
        assert counted.count(other.pk) == 1
        send_test(other)
        (only,) = deliver.claim(timezone.now(), 50)
        assert only.subject.endpoint_id == other.pk
    begun[0].record(begun[0].subject, Answer(200))
    (next_one,) = deliver.claim(timezone.now(), 50)
    assert next_one.subject.endpoint_id == endpoint.pk


def test_no_more_is_taken_than_there_is_room_for(endpoint: WebhookEndpoint) -> None:
    for _message in range(3):
        send_test(endpoint)
    assert len(deliver.claim(timezone.now(), 2)) == 2
    assert deliver.claim(timezone.now(), 0) == []


def test_what_others_took_first_is_left_to_them(
    delivery: WebhookDelivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both have chosen it, and then one of them takes it."""
    take = deliver._take

    def slower(chosen: list[Any], now: datetime) -> list[WebhookDelivery]:
        assert len(take(chosen, now)) == 1
        return take(chosen, now)

    monkeypatch.setattr(deliver, "_take", slower)
    assert deliver.claim(timezone.now(), 9) == []
    delivery.refresh_from_db()
    assert delivery.attempts == 1


def by_twelve(work: Callable[[], None]) -> None:
    """Do the same in twelve threads, as nearly in the same moment as can be."""
    start = threading.Barrier(12)

    def run() -> None:
        try:
            start.wait(30)
            work()
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as pool:
        for done in [pool.submit(run) for _worker in range(12)]:
            done.result(60)


@pytest.mark.django_db(transaction=True)
def test_twelve_workers_send_each_once(receiver: Receiver, endpoint: WebhookEndpoint) -> None:
    for _message in range(8):
        send_test(endpoint)

    def work() -> None:
        while deliver.next_due_at():
            deliver_due()

    by_twelve(work)
    assert len(receiver.ids) == len(set(receiver.ids)) == 8
    assert set(WebhookDelivery.objects.values_list("state", "attempts")) == {("delivered", 1)}


@pytest.mark.django_db(transaction=True)
def test_twelve_who_announce_the_same_write_one(endpoint: WebhookEndpoint, person: Any) -> None:
    job = TryOnJob.objects.create(engine="idm-vton", person=person, status="failed")
    by_twelve(lambda: announce("job.failed", TryOnJob.objects.get(pk=job.pk)))
    assert WebhookDelivery.objects.count() == 1
