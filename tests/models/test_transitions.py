"""Only one of many may move a job, claim it, or arm the alarm."""

from __future__ import annotations

import re
import threading
import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

import django_tryon
from django_tryon.models import Alarm, Status, TryOnJob
from django_tryon.models.alarm import GRACE
from django_tryon.models.transitions import (
    FINISHED,
    MOVES,
    STEPS,
    TELLING,
    begin_submit,
    claim_due,
    move,
    next_due_at,
    reschedule,
    reschedule_many,
    sources,
    told,
)

LEASE = timedelta(minutes=10)


def a_job(**fields: Any) -> TryOnJob:
    usual = {"next_step_at": timezone.now(), "provider_request_id": uuid.uuid4().hex}
    return TryOnJob.objects.create(engine="idm-vton", **usual | fields)


def race(times: int, act: Callable[[int], Any]) -> list[Any]:
    """Have many threads do the same at the same moment; return what each got."""
    barrier = threading.Barrier(times)
    got: list[Any] = [None] * times

    def run(number: int) -> None:
        try:
            connection.ensure_connection()
            barrier.wait()
            got[number] = act(number)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return got


@pytest.mark.django_db(transaction=True)
def test_of_twelve_workers_one_moves_a_job() -> None:
    job = a_job()
    copies = [TryOnJob.objects.get(pk=job.pk) for _ in range(12)]
    won = race(12, lambda number: move(copies[number], Status.SUBMITTING))
    assert sorted(won) == [False] * 11 + [True]
    assert [copy.status for copy in copies].count("submitting") == 1


@pytest.mark.django_db(transaction=True)
def test_twelve_workers_share_no_job() -> None:
    jobs = {a_job().pk for _ in range(60)}
    now = timezone.now()
    claims = race(12, lambda number: claim_due(now=now, lease=LEASE, limit=20))
    claimed = [job.pk for claim in claims for job in claim]
    assert len(claimed) == len(set(claimed))
    while more := claim_due(now=now, lease=LEASE, limit=20):
        claimed += [job.pk for job in more]
    assert set(claimed) == jobs
    assert len(claimed) == 60


@pytest.mark.django_db(transaction=True)
def test_twelve_who_wake_send_one_message() -> None:
    now = timezone.now()
    Alarm.objects.create(pk=1, rings_at=None)
    assert race(12, lambda number: Alarm.arm(now, now=now)).count(now) == 1


@pytest.mark.django_db(transaction=True)
def test_the_first_alarm_of_all() -> None:
    now = timezone.now()
    assert race(4, lambda number: Alarm.arm(now, now=now)).count(now) == 1


@pytest.mark.django_db
def test_an_alarm_is_set_only_if_it_rings_earlier() -> None:
    now = timezone.now()
    second = timedelta(seconds=1)
    assert Alarm.arm(now + 9 * second, now=now)
    assert not Alarm.arm(now + 10 * second, now=now)
    assert Alarm.arm(now + 8 * second, now=now)
    Alarm.rang()
    assert Alarm.arm(now + 20 * second, now=now)
    assert str(Alarm.objects.get()).startswith("rings at 2")
    lost = now + 20 * second + GRACE + second
    assert Alarm.arm(lost + 5 * second, now=lost)


@pytest.mark.django_db
def test_a_claim_takes_the_longest_due_and_pushes_them_ahead() -> None:
    now = timezone.now()
    late, later, future = (
        a_job(next_step_at=now - timedelta(seconds=seconds)) for seconds in (9, 5, -5)
    )
    for status in FINISHED | {Status.UNCERTAIN}:
        a_job(status=status, next_step_at=None)
    assert [job.pk for job in claim_due(now=now, lease=LEASE, limit=1)] == [late.pk]
    assert [job.pk for job in claim_due(now=now, lease=LEASE, limit=9)] == [later.pk]
    assert claim_due(now=now, lease=LEASE, limit=9) == []
    assert next_due_at() == future.next_step_at
    dead = now + LEASE
    assert {job.pk for job in claim_due(now=dead, lease=LEASE, limit=9)} == {
        late.pk,
        later.pk,
        future.pk,
    }


@pytest.mark.django_db
@pytest.mark.parametrize("source", Status)
@pytest.mark.parametrize("target", Status)
def test_every_move_is_in_the_table(source: Status, target: Status) -> None:
    job = a_job(status=source, provider_request_id="x")
    now = timezone.now()
    allowed = target in MOVES[source]
    assert move(job, target) is allowed
    after = TryOnJob.objects.get(pk=job.pk)
    assert after.status == (target if allowed else source)
    assert job.status == after.status
    if allowed:
        assert after.updated_at >= now
        assert (after.finished_at is not None) is (target in FINISHED)
        assert (after.next_step_at is None) is (target == Status.UNCERTAIN)
    if not allowed:
        with pytest.raises(ValueError, match="no move leads"):
            move(job, target, source)


def test_the_table_is_whole() -> None:
    assert set(MOVES) == set(Status)
    assert STEPS | FINISHED | {Status.UNCERTAIN} == set(Status)
    assert sources(Status.SUBMITTING) == [Status.QUEUED]
    assert sources(Status.SUCCEEDED) == [Status.FETCHING]


@pytest.mark.django_db
def test_begin_submit_leaves_out_what_was_cancelled_meanwhile() -> None:
    for _ in range(3):
        a_job()
    jobs = claim_due(now=timezone.now(), lease=LEASE, limit=9)
    assert move(TryOnJob.objects.get(pk=jobs[1].pk), Status.CANCELLED)
    begun = begin_submit(jobs)
    assert begun == [jobs[0], jobs[2]]
    assert {job.status for job in begun} == {"submitting"}
    assert begin_submit([]) == []


@pytest.mark.django_db
def test_many_are_rescheduled_at_once_unless_they_moved(django_assert_num_queries: Any) -> None:
    for _ in range(4):
        a_job(status=Status.RUNNING, attempts=3)
    jobs = claim_due(now=timezone.now(), lease=LEASE, limit=9)
    at = timezone.now() + timedelta(seconds=5)
    moved, taken, *rest = (TryOnJob.objects.get(pk=job.pk) for job in jobs)
    assert move(moved, Status.CANCELLED)
    TryOnJob.objects.filter(pk=taken.pk).update(claim="another")
    with django_assert_num_queries(1):
        reschedule_many({at: jobs})
    for row in TryOnJob.objects.filter(pk__in=[job.pk for job in rest]):
        assert (row.next_step_at, row.claim, row.attempts) == (at, "", 0)
    assert not TryOnJob.objects.filter(pk__in=[moved.pk, taken.pk], next_step_at=at)


@pytest.mark.django_db
def test_an_ended_job_is_due_until_everybody_was_told() -> None:
    job = a_job(status=Status.RUNNING)
    assert move(job, Status.FAILED)
    now = timezone.now()
    assert claim_due(now=now, lease=LEASE, limit=9) == []
    assert claim_due(now=now + TELLING, lease=LEASE, limit=9) == [job]
    told([job])
    assert claim_due(now=now + LEASE * 2, lease=LEASE, limit=9) == []
    assert next_due_at() is None
    retried = a_job(status=Status.CANCELLED)
    assert move(retried, Status.QUEUED, next_step_at=now)
    told([retried])
    assert TryOnJob.objects.get(pk=retried.pk).next_step_at == now
    told([])


@pytest.mark.django_db
def test_a_claim_leaves_out_what_there_is_no_room_for() -> None:
    queued, running = a_job(), a_job(status=Status.RUNNING)
    now = timezone.now()
    besides = (Status.QUEUED,)
    assert claim_due(now=now, lease=LEASE, limit=9, besides=besides) == [running]
    assert claim_due(now=now, lease=LEASE, limit=9) == [queued]


@pytest.mark.django_db
def test_one_keeps_the_watch_until_it_lapses_or_is_left() -> None:
    now = timezone.now()
    second = timedelta(seconds=1)
    assert Alarm.keep("a", now=now, until=now + 9 * second)
    assert not Alarm.keep("b", now=now, until=now + 9 * second)
    assert Alarm.keep("a", now=now, until=now + 12 * second)
    assert not Alarm.keep("b", now=now + 11 * second, until=now + 20 * second)
    assert Alarm.keep("b", now=now + 12 * second, until=now + 20 * second)
    Alarm.leave("a")
    assert not Alarm.keep("a", now=now + 13 * second, until=now + 20 * second)
    Alarm.leave("b")
    assert Alarm.keep("a", now=now + 13 * second, until=now + 20 * second)


@pytest.mark.django_db(transaction=True)
def test_of_twelve_one_keeps_the_watch() -> None:
    now = timezone.now()
    until = now + timedelta(seconds=9)
    won = race(12, lambda number: Alarm.keep(f"{number}", now=now, until=until))
    assert won.count(True) == 1


@pytest.mark.django_db
def test_nobody_is_woken_while_somebody_is_awake() -> None:
    now = timezone.now()
    second = timedelta(seconds=1)
    Alarm.keep("a", now=now, until=now + 9 * second)
    # A message for the end of the watch, in case its keeper dies; and only one.
    assert Alarm.arm(now, now=now) == now + 9 * second
    assert Alarm.arm(now + second, now=now) is None
    assert Alarm.arm(now + 20 * second, now=now) is None
    Alarm.leave("a")
    assert Alarm.arm(now, now=now) == now


@pytest.mark.django_db
def test_a_sweep_is_remembered() -> None:
    now = timezone.now()
    Alarm.swept(now)
    Alarm.swept(now + timedelta(seconds=1))
    assert Alarm.objects.get().swept_at == now + timedelta(seconds=1)


@pytest.mark.django_db
def test_reschedule_loses_against_a_move() -> None:
    job = a_job(status=Status.RUNNING, provider_request_id="x")
    same = TryOnJob.objects.get(pk=job.pk)
    at = timezone.now() + timedelta(seconds=5)
    assert reschedule(job, at, attempts=2)
    assert (job.next_step_at, job.attempts) == (at, 2)
    assert move(job, Status.CANCELLED)
    assert not reschedule(same, at)


@pytest.mark.django_db
def test_the_database_holds_the_invariants() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        a_job(status="dancing")
    with pytest.raises(IntegrityError), transaction.atomic():
        a_job(status=Status.RUNNING, provider_request_id=None)
    a_job(status=Status.RUNNING, provider_request_id="same")
    with pytest.raises(IntegrityError), transaction.atomic():
        a_job(status=Status.RUNNING, provider_request_id="same")


def test_nobody_else_writes_a_status() -> None:
    package = Path(django_tryon.__file__).parent
    writers = [
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if re.search(
            r"\.status\s*=[^=]|\bstatus=Status\.\w+[^)]*\)\.save|update\(status", path.read_text()
        )
    ]
    assert writers == ["models/transitions.py"]
