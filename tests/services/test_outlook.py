"""When it will be done, why it was not, and who may see it for how long."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from django.core import signing
from django.utils import timezone

from django_tryon import services
from django_tryon.engines import get_engine
from django_tryon.models import Status, TryOnJob, TryOnResult
from django_tryon.models.transitions import move
from django_tryon.services.eta import Span, Work, outlook, span_of
from django_tryon.services.reasons import REASONS, reason_for
from django_tryon.services.shoppers.share import SALT, open_shared, share

pytestmark = pytest.mark.django_db
Wish = Callable[..., TryOnJob]


@pytest.fixture
def job(wish: Wish) -> TryOnJob:
    return wish()


def test_the_estimate_counts_down_and_never_says_done_before_it_is(job: TryOnJob) -> None:
    usual = get_engine("idm-vton").typical_seconds
    begun = job.created_at
    seen = [outlook(job, begun + timedelta(seconds=passed)) for passed in (0, 4, 8, 12)]
    assert seen[0].progress == 0
    assert usual < seen[0].seconds_left <= usual + 4
    for one, next_one in pairwise(seen):
        assert one.eta_at == next_one.eta_at
        assert one.seconds_left - next_one.seconds_left == 4
        assert one.progress < next_one.progress < 1
        assert 1 <= next_one.ask_again_after <= 5
    assert not seen[-1].is_late


def test_late_is_said_to_be_late(job: TryOnJob) -> None:
    move(job, Status.SUBMITTING)
    submitted = timezone.now()
    move(job, Status.RUNNING, provider_request_id="r", submitted_at=submitted)
    late = [outlook(job, submitted + timedelta(seconds=passed)) for passed in (30, 60, 600)]
    assert all(one.is_late and one.seconds_left == 0 for one in late)
    assert 0.95 <= late[0].progress < late[1].progress < late[2].progress < 1
    assert [one.ask_again_after for one in late] == [3, 6, 15]


def test_whoever_has_a_turn_later_is_told_so(job: TryOnJob) -> None:
    turn = job.created_at + timedelta(minutes=3)
    TryOnJob.objects.update(next_step_at=turn)
    job.refresh_from_db()
    usual = get_engine("idm-vton").typical_seconds
    assert usual < outlook(job, job.created_at).seconds_left - 180 <= usual + 4
    job.claim = "somebody"  # who is about to send it, and whose lease that is
    assert outlook(job, job.created_at).seconds_left <= usual + 4


@pytest.mark.parametrize(
    ("works", "turns", "told"),
    [
        ([], None, Span(0)),
        ([Work(5, 5, 10, 0)], None, Span(10)),
        ([Work(100, 100, 10, 0)], None, Span(200, is_most=True)),
        ([Work(100, 100, 10, 9)], None, Span(21)),  # a tenth of it: so it was seen before
        ([Work(100, 100, 10, 0.1)], None, Span(200, is_most=True)),
        ([Work(50, 50, 10, 7), Work(50, 50, 20, 0)], None, Span(300, is_most=True)),
        ([Work(100, 300, 30, 13)], None, Span(53)),
        ([Work(100, 100, 10, 9)], 30, Span(190)),  # the fourth lot is sent after three minutes
        ([Work(3, 3, 10, 0)], 1, Span(130)),
    ],
)
def test_how_long_many_take(works: Any, turns: Any, told: Span, settings: Any) -> None:
    settings.TRYON = settings.TRYON | {"SUBMITS_PER_MINUTE": turns}
    assert span_of(works) == told


def test_whoever_waits_in_the_queue_has_the_whole_run_ahead(job: TryOnJob) -> None:
    ahead = outlook(job, job.created_at + timedelta(minutes=5))
    assert ahead.seconds_left > get_engine("idm-vton").typical_seconds
    assert 0.9 < ahead.progress <= 0.95


def test_what_has_ended_is_done(job: TryOnJob) -> None:
    services.cancel(job)
    done = outlook(job, timezone.now())
    assert (done.eta_at, done.progress, done.ask_again_after) == (None, 1, 0)
    assert not done.is_late


def test_an_engine_that_was_taken_off_the_list_is_still_waited_for(
    job: TryOnJob, settings: Any
) -> None:
    settings.TRYON = settings.TRYON | {"ENGINES": []}
    before = outlook(job, job.created_at).seconds_left
    job.engine = "our-own"
    assert (before, outlook(job, job.created_at).seconds_left) == (14, 18)


# --- Why ------------------------------------------------------------------------------------------


def test_what_goes_on_needs_no_reason(job: TryOnJob, sandbox: Any) -> None:
    assert reason_for(job) is None
    services.drive_until_idle()
    job.refresh_from_db()
    assert reason_for(job) is None


@pytest.mark.parametrize("code", [*REASONS, "no_credits", "bad_key", "never heard of"])
def test_every_code_has_words_for_shoppers(code: str, job: TryOnJob) -> None:
    move(job, Status.SUBMITTING)
    move(job, Status.FAILED, error_code=code, error_message="Check TRYON['API_KEY'] (SG_…).")
    reason = reason_for(job)
    assert reason is not None
    assert reason.was_free is (code != "given_up")  # of that one nobody knows
    assert reason.next in {"again", "photo", "other"}
    for words in (reason.why, reason.then):
        assert words.endswith(".")
        assert "TRYON" not in words
        assert "key" not in words.lower()


@pytest.mark.parametrize(
    ("row", "free"), [({"cost": Decimal("0.1")}, False), ({"cost": Decimal(0)}, True), ({}, True)]
)
def test_it_says_whether_it_counts(row: dict[str, Any], free: bool, job: TryOnJob) -> None:
    move(job, Status.SUBMITTING)
    move(job, Status.FAILED, error_code="failed_at_provider", **row)
    reason = reason_for(job)
    assert reason is not None
    assert reason.was_free is free


def test_an_uncertain_one_is_lost_for_the_shopper(job: TryOnJob) -> None:
    move(job, Status.SUBMITTING)
    move(job, Status.UNCERTAIN, error_code="answer_lost")
    reason = reason_for(job)
    assert reason is not None
    assert "lost" in reason.why
    assert not reason.was_free


# --- Shared ---------------------------------------------------------------------------------------


@pytest.fixture
def result(job: TryOnJob, sandbox: Any) -> TryOnResult:
    services.drive_until_idle()
    return TryOnResult.objects.get()


def signed_of(path: str) -> str:
    return path.removesuffix("/").rpartition("/")[2]


def test_a_link_opens_one_result_for_a_while(result: TryOnResult, settings: Any) -> None:
    path, until = share(result)
    assert timedelta(days=2.9) < until - timezone.now() <= timedelta(days=3)
    assert open_shared(signed_of(path)) == result
    settings.TRYON = settings.TRYON | {"SHARE_LIFETIME": timedelta(seconds=-1)}
    with pytest.raises(signing.SignatureExpired):
        open_shared(signed_of(share(result)[0]))
    assert open_shared(signed_of(path)) == result  # it was promised


def test_a_link_lives_no_longer_than_the_result(result: TryOnResult) -> None:
    result.delete_at = timezone.now() + timedelta(hours=1)
    assert share(result)[1] == result.delete_at
    result.delete_at = None
    assert share(result)[1] > timezone.now() + timedelta(days=2)


def test_a_result_that_is_gone_or_whose_day_has_come_is_not_opened(result: TryOnResult) -> None:
    signed = signed_of(share(result)[0])
    TryOnResult.objects.update(delete_at=timezone.now())
    assert open_shared(signed) is None
    result.delete()
    assert open_shared(signed) is None


@pytest.mark.parametrize("forged", ["", "x", "x:y:z", "WyJhIiwxXQ:1vK:abc"])
def test_a_forged_link_is_refused(forged: str) -> None:
    with pytest.raises(signing.BadSignature):
        open_shared(forged)


@pytest.mark.parametrize("said", [["no-uuid", 1], "text", [1], ["a" * 32, "soon"], None])
def test_our_own_signature_under_something_else_is_refused(said: Any) -> None:
    with pytest.raises(signing.BadSignature):
        open_shared(signing.dumps(said, salt=SALT))
