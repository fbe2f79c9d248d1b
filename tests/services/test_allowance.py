"""Quotas and budgets: taken with the launch, given back with what cost nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from django_tryon import services
from django_tryon.exceptions import AnswerLost, NothingLeft
from django_tryon.models import Shopper, Status, Tally, TryOnJob
from django_tryon.models.transitions import begin_submit, claim_due, move
from django_tryon.services import budget, days
from django_tryon.services.shoppers import address as address_module
from django_tryon.services.shoppers import allowance, consent
from django_tryon.services.shoppers.address import UNKNOWN, address_of
from django_tryon.services.shoppers.ask import ask
from django_tryon.services.steps import submit

pytestmark = pytest.mark.django_db
Ask = Callable[..., TryOnJob]


@pytest.fixture
def shopper(db: None) -> Shopper:
    return Shopper.objects.create()


@pytest.fixture
def wish(shopper: Shopper, garment: Any, person: Any) -> Ask:
    """Ask for a try-on that differs from every other by its seed."""
    seeds = iter(range(1, 100))

    def go(**fields: Any) -> TryOnJob:
        fields = {"engine": "idm-vton", "params": {"seed": next(seeds)}} | fields
        return ask(fields.pop("by", shopper), garments=[garment], person=person, **fields)[0]

    return go


@pytest.fixture
def limit(settings: Any) -> Callable[..., None]:
    """Set options of TRYON."""

    def go(**options: Any) -> None:
        settings.TRYON = settings.TRYON | options

    return go


def test_a_shopper_has_so_many_a_day(shopper: Shopper, wish: Ask, limit: Any) -> None:
    limit(SHOPPER_DAILY=2)
    assert allowance.left_today(None) == allowance.left_today(shopper) == 2
    wish()
    wish()
    assert allowance.left_today(shopper) == 0
    with pytest.raises(NothingLeft, match="You can go on tomorrow") as caught:
        wish()
    assert caught.value.code == "quota_used"
    assert TryOnJob.objects.count() == 2
    wish(by=Shopper.objects.create())  # another's quota is another's


def test_no_bound_is_no_question(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert budget.is_open(Decimal(1000))


def test_the_next_day_it_begins_anew(shopper: Shopper, wish: Ask, limit: Any) -> None:
    limit(SHOPPER_DAILY=1)
    wish()
    Tally.objects.update(key=f"launch:{shopper.pk}:2020-01-01")
    assert allowance.left_today(shopper) == 1
    wish()


def test_an_address_has_so_many_however_many_visitors_it_plays(wish: Ask, limit: Any) -> None:
    limit(ADDRESS_DAILY=2)
    for _ in range(2):
        wish(by=Shopper.objects.create(), address="192.0.2.1")
    with pytest.raises(NothingLeft, match="your network"):
        wish(by=Shopper.objects.create(), address="192.0.2.1")
    wish(by=Shopper.objects.create(), address="192.0.2.2")
    assert not Tally.objects.filter(key__contains="192.0.2").exists()


@pytest.mark.parametrize("option", ["STOREFRONT_DAILY_BUDGET", "STOREFRONT_MONTHLY_BUDGET"])
def test_the_shops_budget_closes_the_door(option: str, wish: Ask, limit: Any) -> None:
    limit(PRICES={"idm-vton": Decimal("0.1")}, **{option: Decimal("0.3")})
    for _ in range(3):
        assert budget.is_open(Decimal("0.1"))
        wish(by=Shopper.objects.create())
    assert not budget.is_open(Decimal("0.1"))
    with pytest.raises(NothingLeft, match="taking a break") as caught:
        wish(by=Shopper.objects.create())
    assert caught.value.code == "budget_spent"
    assert TryOnJob.objects.count() == 3


def test_a_refusal_takes_nothing(shopper: Shopper, wish: Ask, limit: Any) -> None:
    limit(STOREFRONT_DAILY_BUDGET=Decimal("0.01"))
    with pytest.raises(NothingLeft):
        wish(address="192.0.2.1")
    assert not Tally.objects.exclude(used=0).exists()
    limit(STOREFRONT_DAILY_BUDGET=None)
    with pytest.raises(Exception, match="nonsense"):
        wish(engine="p-image-try-on", params={"nonsense": 1})
    assert not Tally.objects.exclude(used=0).exists()


def test_without_the_surrounding_transaction_nothing_is_kept_either(shopper: Shopper) -> None:
    bounds = [
        allowance.Allowance(key, Decimal(1), Decimal(most), "quota_used", "No.")
        for key, most in (("first", 5), ("second", 0))
    ]
    with pytest.raises(NothingLeft):
        allowance.take(iter(bounds))
    assert Tally.used_of("first") == 0


def test_staff_use_no_allowance(garment: Any, person: Any, limit: Any) -> None:
    limit(SHOPPER_DAILY=0, STOREFRONT_DAILY_BUDGET=Decimal(0))
    job = services.launch(garments=[garment], person=person, engine="idm-vton")
    services.cancel(job)
    assert not Tally.objects.exists()


# --- Given back -----------------------------------------------------------------------------------


def used(shopper: Shopper) -> Decimal:
    return Tally.used_of(f"launch:{shopper.pk}:{timezone.localdate()}")


def test_cancelled_before_it_was_sent(shopper: Shopper, wish: Ask, limit: Any) -> None:
    limit(STOREFRONT_DAILY_BUDGET=Decimal(1))
    job = wish(address="192.0.2.1")
    assert used(shopper) == 1
    services.cancel(job)
    assert not Tally.objects.exclude(used=0).exists()


def test_it_is_given_back_once(
    shopper: Shopper, wish: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = wish()
    wish()
    stale = TryOnJob.objects.get(pk=job.pk)
    services.cancel(job)
    stale.status = Status.CANCELLED  # type: ignore[assignment]
    monkeypatch.setattr(stale, "refresh_from_db", lambda **kwargs: None)  # it looked just before
    allowance.settle(stale)
    assert used(shopper) == 1


def test_what_runs_is_paid_for_also_when_it_is_cancelled(shopper: Shopper, wish: Ask) -> None:
    """Else one could try on for ever by cancelling in the last moment."""
    job = wish()
    stale = TryOnJob.objects.get(pk=job.pk)
    assert move(job, Status.SUBMITTING)
    assert move(job, Status.RUNNING, provider_request_id="r", submitted_at=timezone.now())
    services.cancel(stale)
    assert used(shopper) == 1


@pytest.mark.parametrize("row", [{}, {"cost": Decimal(0)}])
def test_what_failed_at_the_provider_is_given_back(
    row: dict[str, Any], shopper: Shopper, wish: Ask
) -> None:
    job = wish()
    move(job, Status.SUBMITTING)
    services_fail(job, **row)
    assert used(shopper) == 0


@pytest.mark.parametrize("row", [{"cost": Decimal("0.1")}, {"outputs": ["https://x.example/1"]}])
def test_what_was_paid_is_not(row: dict[str, Any], shopper: Shopper, wish: Ask) -> None:
    job = wish()
    move(job, Status.SUBMITTING)
    services_fail(job, **row)
    assert used(shopper) == 1


def services_fail(job: TryOnJob, **row: Any) -> None:
    from django_tryon.services.outcome import fail

    fail(job, "failed_at_provider", "No.", **row)


def test_what_may_have_been_paid_is_not(shopper: Shopper, wish: Ask) -> None:
    wish()
    claimed = claim_due(now=timezone.now(), lease=timedelta(minutes=1), limit=9)
    (begun,) = begin_submit(claimed)
    submit.record(begun, AnswerLost("gone"))
    assert begun.status == Status.UNCERTAIN
    assert used(shopper) == 1


def test_what_succeeded_is_used(shopper: Shopper, wish: Ask, sandbox: Any) -> None:
    job = wish()
    services.drive_until_idle()
    job.refresh_from_db()
    assert job.status == Status.SUCCEEDED
    assert used(shopper) == 1


# --- The address ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("proxies", "remote", "passed_on", "address"),
    [
        (0, "192.0.2.1", "203.0.113.9", "192.0.2.1"),  # anybody may write that header
        (1, "10.0.0.1", "203.0.113.9", "203.0.113.9"),
        (1, "10.0.0.1", "1.1.1.1, 203.0.113.9", "203.0.113.9"),
        (2, "10.0.0.1", "1.1.1.1, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (2, "10.0.0.1", "203.0.113.9", "10.0.0.1"),  # it did not come through them
        (1, "10.0.0.1", "", "10.0.0.1"),
        (0, "2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64"),
        (0, "::ffff:192.0.2.1", "", "192.0.2.1"),
        (0, "", "", UNKNOWN),
        (1, "10.0.0.1", "<script>", UNKNOWN),
        (1, "10.0.0.1", "203.0.113.9:5543", "203.0.113.9"),
        (1, "10.0.0.1", "[2001:db8:1:2:3:4:5:6]:443", "2001:db8:1:2::/64"),
        (["10.0.0.0/8"], "10.0.0.1", "203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (["10.0.0.0/8"], "10.0.0.1", "6.6.6.6, 203.0.113.9", "203.0.113.9"),  # went round one
        (["10.0.0.0/8"], "203.0.113.9", "6.6.6.6", "203.0.113.9"),  # went round all of them
        (["10.0.0.7"], "10.0.0.7", "", "10.0.0.7"),
        (["10.0.0.7"], "", "203.0.113.9", "203.0.113.9"),  # the last one asks through a socket
        (["10.0.0.7"], "", "", UNKNOWN),
        (["10.0.0.7"], "10.0.0.7", "203.0.113.9, nonsense", UNKNOWN),
    ],
)
def test_whose_address_counts(
    proxies: Any, remote: str, passed_on: str, address: str, limit: Any
) -> None:
    limit(TRUSTED_PROXIES=proxies)
    assert address_of({"REMOTE_ADDR": remote, "HTTP_X_FORWARDED_FOR": passed_on}) == address


def test_whoever_has_no_address_shares_one_and_the_log_says_so(
    limit: Any, shopper: Shopper, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(address_module, "_said", set())
    limit(ADDRESS_UPLOADS_DAILY=1)
    unknown = [address_of({}), address_of({"REMOTE_ADDR": "unix:"})]
    assert caplog.text.count("TRUSTED_PROXIES") == 1
    allowance.take(allowance.uploads(shopper, unknown[0]))
    with pytest.raises(NothingLeft):
        allowance.take(allowance.uploads(Shopper.objects.create(), unknown[1]))
    assert not consent.record(shopper, version="1", address=unknown[0]).address_hash


@pytest.mark.parametrize("zone", ["Etc/GMT+12", "UTC", "Pacific/Kiritimati"])
def test_a_day_is_the_shops_whatever_zone_is_active(
    zone: str, limit: Any, shopper: Shopper, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(STOREFRONT_DAILY_BUDGET=Decimal("0.05"), STOREFRONT_MONTHLY_BUDGET=Decimal(1))
    keys = {one.key for one in allowance.launches(shopper, "192.0.2.1", Decimal("0.01"))}
    keys |= {one.key for one in allowance.uploads(shopper, "192.0.2.1")}
    tomorrow = days.seconds_to_tomorrow()
    with timezone.override(zone):
        anew = {one.key for one in allowance.launches(shopper, "192.0.2.1", Decimal("0.01"))}
        anew |= {one.key for one in allowance.uploads(shopper, "192.0.2.1")}
        assert anew == keys
        assert abs(days.seconds_to_tomorrow() - tomorrow) <= 2


def test_the_day_ends_at_the_shops_midnight(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    for moment, date, left in (
        (datetime(2026, 7, 1, 21, 59, 30, tzinfo=UTC), "2026-07-01", 30),
        (datetime(2026, 7, 1, 22, 0, 0, tzinfo=UTC), "2026-07-02", 86400),
        (datetime(2026, 10, 24, 22, 0, 0, tzinfo=UTC), "2026-10-25", 25 * 3600),  # clocks go back
    ):
        monkeypatch.setattr(days.timezone, "now", lambda moment=moment: moment)
        assert (str(days.today()), days.seconds_to_tomorrow()) == (date, left)


def test_the_hash_of_an_address_needs_the_sites_key(settings: Any) -> None:
    one = allowance.hash_of_address("192.0.2.1")
    settings.SECRET_KEY = "another"
    assert one != allowance.hash_of_address("192.0.2.1")
