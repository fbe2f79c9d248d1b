"""The one mail: sent once, in the shopper's language, and the address is gone whatever happens."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.test import Client

from django_tryon import services
from django_tryon.models import Status, TryOnJob
from django_tryon.models.transitions import move
from django_tryon.services import outcome
from django_tryon.services.outcome import fail
from django_tryon.services.shoppers import notify as module
from django_tryon.services.shoppers.notify import notify
from tests.models.test_tally import at_once

pytestmark = pytest.mark.django_db
Wish = Callable[..., TryOnJob]
ADDRESS = "ada@shop.example"


@pytest.fixture
def job(wish: Wish) -> TryOnJob:
    return wish(notify=ADDRESS)


def test_when_it_is_ready(job: TryOnJob, sandbox: Any, client: Client) -> None:
    services.drive_until_idle()
    (sent,) = mail.outbox
    assert sent.to == [ADDRESS]
    assert sent.from_email == django_settings.DEFAULT_FROM_EMAIL
    assert sent.subject == "Your try-on is ready"
    assert "Coral tee" in sent.body
    assert "deleted your e-mail address" in sent.body
    (link,) = [line for line in sent.body.splitlines() if line.startswith("http")]
    assert link.startswith("http://testserver/tryon/share/")
    assert client.get(link).status_code == 200  # nobody needs to be logged in
    job.refresh_from_db()
    assert job.notify == ""


def test_when_it_failed(job: TryOnJob, sandbox: Any) -> None:
    move(job, Status.SUBMITTING)
    fail(job, "content_blocked", "The provider's own words.")
    (sent,) = mail.outbox
    assert sent.subject == "Your try-on could not be made"
    assert "does not accept this photo" in sent.body
    assert "It cost you nothing. Another photo helps most" in sent.body
    assert "provider's own words" not in sent.body
    assert TryOnJob.objects.get().notify == ""


def test_it_is_sent_once(job: TryOnJob, sandbox: Any) -> None:
    stale = TryOnJob.objects.get()
    services.drive_until_idle()
    stale.status = Status.SUCCEEDED
    notify(stale)
    assert len(mail.outbox) == 1


def test_of_a_cancelled_one_there_is_nothing_to_tell(job: TryOnJob) -> None:
    services.cancel(job)
    assert mail.outbox == []
    assert TryOnJob.objects.get().notify == ""


def test_an_uncertain_one_has_not_ended(job: TryOnJob) -> None:
    from django_tryon.services.steps.submit import uncertain

    move(job, Status.SUBMITTING)
    uncertain(job, "answer_lost", "")
    assert mail.outbox == []
    assert TryOnJob.objects.get().notify == ADDRESS


def test_a_broken_mail_server_costs_nothing_but_the_mail(
    job: TryOnJob, sandbox: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise OSError(f"550 {ADDRESS} is unknown here")

    monkeypatch.setattr(module, "send_mail", broken)
    with caplog.at_level(logging.DEBUG):
        services.drive_until_idle()
    job.refresh_from_db()
    assert (job.status, job.notify) == (Status.SUCCEEDED, "")
    assert "could not be sent (OSError)" in caplog.text
    assert ADDRESS not in caplog.text


def test_it_is_in_the_language_in_which_it_was_asked_for(
    job: TryOnJob, sandbox: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.utils import translation

    seen: list[str | None] = []
    monkeypatch.setattr(
        module, "send_mail", lambda *args, **kwargs: seen.append(translation.get_language())
    )
    TryOnJob.objects.update(notify_language="de")
    services.drive_until_idle()
    assert seen == ["de"]


# --- Asked for late -------------------------------------------------------------------------------


def done(wish: Wish) -> TryOnJob:
    job = wish()
    services.drive_until_idle()
    job.refresh_from_db()
    assert job.status == Status.SUCCEEDED
    return job


@pytest.mark.django_db(transaction=True)
def test_whoever_asks_when_it_is_ready_gets_the_mail_once_and_from_the_worker(
    wish: Wish, sandbox: Any
) -> None:
    job = done(wish)
    for _time in range(3):
        assert wish(notify=ADDRESS) == job
    assert mail.outbox == []  # nobody who asks waits for a mail server
    services.drive_until_idle()
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == ([ADDRESS], "Your try-on is ready")
    job = TryOnJob.objects.get()
    assert (job.notify, job.next_step_at) == ("", None)
    wish(notify=ADDRESS)
    services.drive_until_idle()
    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_nobody_uses_a_finished_job_to_write_to_many(wish: Wish, sandbox: Any) -> None:
    done(wish)
    for number in range(3):
        wish(notify=f"victim{number}@mail.example")
        services.drive_until_idle()
    assert [sent.to for sent in mail.outbox] == [["victim0@mail.example"]]


@pytest.mark.django_db(transaction=True)
def test_of_four_at_once_one_gets_it(wish: Wish, sandbox: Any) -> None:
    done(wish)
    at_once(4, lambda: wish(notify=ADDRESS))
    services.drive_until_idle()
    assert len(mail.outbox) == 1
    assert TryOnJob.objects.get().notify == ""


def test_an_address_that_the_worker_has_not_read_counts(wish: Wish) -> None:
    job = wish()
    workers = TryOnJob.objects.get()  # read before the address came
    wish(notify=ADDRESS)
    move(workers, Status.SUBMITTING)
    fail(workers, "unavailable", "")
    assert [sent.to for sent in mail.outbox] == [[ADDRESS]]
    job.refresh_from_db()
    assert job.notify == ""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("when", ["before it is told of", "while it is told of"])
def test_a_job_that_ends_while_the_address_is_written_is_told_of_once(
    wish: Wish, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    job = wish()
    move(job, Status.SUBMITTING)
    usual = outcome.notify

    def tell(told: TryOnJob) -> None:
        if when.startswith("before"):
            module.write_to(job, ADDRESS)
        usual(told)
        if when.startswith("while"):
            module.write_to(job, ADDRESS)

    monkeypatch.setattr(outcome, "notify", tell)
    fail(TryOnJob.objects.get(), "unavailable", "")
    monkeypatch.undo()
    services.drive_until_idle()
    assert [sent.to for sent in mail.outbox] == [[ADDRESS]]
    assert TryOnJob.objects.get().next_step_at is None


@pytest.mark.django_db(transaction=True)
def test_after_a_retry_there_is_something_to_tell_again(wish: Wish) -> None:
    job = wish(notify=ADDRESS)
    for _time in range(2):
        move(job, Status.SUBMITTING)
        fail(job, "unavailable", "")
        services.retry(job)
        module.write_to(job, ADDRESS)
    assert len(mail.outbox) == 2
