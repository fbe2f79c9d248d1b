"""When to ask after a run: learnt from the latest, kept cheaply, and bounded."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.utils import timezone

from django_tryon.engines import get_engine
from django_tryon.models import Pace, Status, TryOnJob
from django_tryon.models.pace import KEPT
from django_tryon.services.driving import pace, schedule
from django_tryon.services.driving.schedule import GRID, LONGEST_GAP, Spread, next_poll, on_grid

TEN = Spread(soonest=9, usual=10, latest=11)
BEGUN = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    pace.forget()
    yield
    pace.forget()


@pytest.fixture
def _steady(monkeypatch: Any) -> None:
    monkeypatch.setattr(schedule, "_jitter", lambda least, most: 1.0)


def asked_at(spread: Spread, until: float) -> list[float]:
    """Return at which seconds of a run it is asked after, the first after its end included."""
    now, asked = BEGUN, [0.0]
    while asked[-1] < until:
        now = next_poll(spread, BEGUN, now)
        asked.append((now - BEGUN).total_seconds())
    return asked[1:]


@pytest.mark.usefixtures("_steady")
def test_a_run_is_asked_after_when_it_may_be_over_and_then_steadily() -> None:
    asked = asked_at(TEN, 10.5)
    assert asked[0] == 9
    assert asked[-1] - 10.5 < 0.5
    assert len(asked) <= 6


@pytest.mark.usefixtures("_steady")
def test_one_that_is_late_is_asked_after_ever_less_often() -> None:
    asked = asked_at(TEN, 600)
    gaps = [later - sooner for sooner, later in pairwise(asked)]
    assert gaps[0] < 0.5
    assert max(gaps) == pytest.approx(LONGEST_GAP, abs=0.2)
    assert len(asked) < 100


@pytest.mark.usefixtures("_steady")
@pytest.mark.parametrize(("usual", "most_lag"), [(7.6, 1.2), (64, 3.3), (546, 10.1)])
def test_with_nothing_known_the_lag_stays_a_small_part_of_the_run(
    usual: float, most_lag: float
) -> None:
    spread = pace.spread_of([], typical=usual)
    for ends in (0.01, 0.1, 0.6, 1.0, 1.5):
        asked = asked_at(spread, usual * ends)
        assert asked[-1] - usual * ends <= min(most_lag, max(0.5, usual * ends / 5))
        assert len(asked) <= 120


def test_those_who_began_together_are_not_asked_after_together() -> None:
    assert len({next_poll(TEN, BEGUN, BEGUN) for _ in range(50)}) > 1


def test_with_the_jitter_nobody_asks_in_vain() -> None:
    for _ in range(50):
        assert len(asked_at(TEN, 10.5)) <= 7


def test_a_moment_of_the_grid_stays() -> None:
    assert on_grid(BEGUN) == BEGUN
    assert on_grid(BEGUN + timedelta(microseconds=1)) == BEGUN + GRID


def test_few_runs_tell_nothing_and_many_tell_all() -> None:
    assert pace.spread_of([99.0] * 4, typical=10) == Spread(0, 10, 10)
    spread = pace.spread_of([float(second) for second in range(100, 0, -1)], typical=10)
    assert spread.soonest == pytest.approx(4 * 0.98)
    assert (spread.usual, spread.latest) == (51, 95)


def running(seconds_ago: float, *, asked: bool = True) -> TryOnJob:
    job = TryOnJob.objects.create(
        engine="idm-vton",
        status=Status.RUNNING,
        provider_request_id=f"request-{TryOnJob.objects.count()}",
        submitted_at=timezone.now() - timedelta(seconds=seconds_ago),
    )
    if not asked:
        job.updated_at = job.submitted_at
    return job


@pytest.mark.django_db
def test_what_was_seen_is_written_down_at_once_for_all(django_assert_num_queries: Any) -> None:
    typical = get_engine("idm-vton").typical_seconds
    assert pace.of("idm-vton").usual == typical
    now = timezone.now()
    job = running(40)
    for _ in range(KEPT + 6):
        pace.note(job.engine, pace.seconds_of(job, now))
    with django_assert_num_queries(0):
        assert pace.of("idm-vton").usual == typical  # believed for a while
    pace.write_down()
    pace.note(job.engine, pace.seconds_of(job, now))
    with django_assert_num_queries(2):  # of an engine whose row is there
        pace.write_down()
    assert len(Pace.objects.get(pk="idm-vton").seconds) == KEPT
    assert pace.of("idm-vton").usual == pytest.approx(40, abs=1)
    pace.forget()
    assert pace.of("idm-vton").usual == pytest.approx(40, abs=1)  # as another process reads it
    assert str(Pace.objects.get()) == f"idm-vton: {KEPT} runs"
    with django_assert_num_queries(0):
        pace.write_down()


@pytest.mark.django_db
def test_a_pace_that_has_quickened_is_noticed() -> None:
    """A run that was done when it was first asked after may have been done long before."""
    for _ in range(8):
        job = running(40, asked=False)
        pace.note(job.engine, pace.seconds_of(job, timezone.now()))
    pace.write_down()
    assert pace.of("idm-vton").soonest < 36


@pytest.mark.django_db
def test_a_job_that_was_never_submitted_tells_nothing() -> None:
    job = running(0)
    job.submitted_at = None
    pace.note(job.engine, pace.seconds_of(job, timezone.now()))
    pace.write_down()
    assert not Pace.objects.exists()


@pytest.mark.django_db
def test_the_accounts_rate_is_shared_by_all_that_run(
    settings: Any, django_assert_num_queries: Any
) -> None:
    for _ in range(4):
        running(1)
    with django_assert_num_queries(0):
        assert pace.shortest_gap() == 0
    settings.TRYON = settings.TRYON | {"POLLS_PER_MINUTE": 30}
    with django_assert_num_queries(1):
        assert pace.shortest_gap() == 8  # seconds: four runs, each asked after 7.5 times a minute
        assert pace.shortest_gap() == 8
    now = BEGUN + timedelta(seconds=10)
    assert next_poll(TEN, BEGUN, now, at_least=8) == now + timedelta(seconds=8)


def noted(count: int, *, seconds: float = 10.0) -> None:
    for _ in range(count):
        pace.note("idm-vton", seconds)
    pace.write_down()


@pytest.mark.django_db
def test_how_many_do_at_a_time_is_seen(monkeypatch: Any) -> None:
    clock = [time.monotonic() + 60]
    monkeypatch.setattr(pace, "_written_at", 0.0)  # as it was, once the clock is right again
    monkeypatch.setattr(pace.time, "monotonic", lambda: clock[0])
    assert pace.speeds()("idm-vton").per_second == 0
    noted(4)
    assert pace.speeds()("idm-vton").per_second == 0  # so few tell nothing
    clock[0] += 9
    noted(26)
    speed = pace.speeds()("idm-vton")
    assert (speed.per_second, speed.usual) == (3, 10)
    clock[0] += 60
    noted(8)
    assert pace.speeds()("idm-vton").per_second == 3  # it was seen to do more
    Pace.objects.update(busiest_at=timezone.now() - timedelta(days=31))
    noted(1)
    assert Pace.objects.get().busiest == 9


@pytest.mark.django_db
def test_what_ended_while_nobody_was_there_tells_nothing_of_that() -> None:
    noted(6)
    noted(50, seconds=400)
    assert Pace.objects.get().busiest == 6
