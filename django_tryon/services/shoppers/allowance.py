"""Allowances: what shoppers may still use today, decided in the transaction that launches."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from django_tryon.conf import conf
from django_tryon.exceptions import NothingLeft
from django_tryon.models import Shopper, Status, Tally, TryOnJob
from django_tryon.models.tally import BUDGET, in_order
from django_tryon.models.transitions import this_run
from django_tryon.services.days import today

ONE = Decimal(1)
CENT_OF_A_CENT = Decimal("0.0001")

Used = list[str]
"""What was taken from one tally: its key, and the amount."""


@dataclass(frozen=True)
class Allowance:
    """One bound on what may be used."""

    key: str
    amount: Decimal
    limit: Decimal
    code: str
    says: str


def hash_of_address(address: str) -> str:
    """Return a keyed hash that stands for an address, which itself is never kept."""
    return salted_hmac("django_tryon.address", address, algorithm="sha256").hexdigest()


def launches(shopper: Shopper, address: str, price: Decimal) -> Iterator[Allowance]:
    """Yield the bounds on one more try-on of this shopper."""
    day = today()
    yield Allowance(
        f"launch:{shopper.pk}:{day}",
        ONE,
        Decimal(conf.SHOPPER_DAILY),
        "quota_used",
        come_back(),
    )
    yield from _of_address("launch", address, conf.ADDRESS_DAILY)
    yield from storefront(price)


def clips(shopper: Shopper, address: str, price: Decimal) -> Iterator[Allowance]:
    """Yield the bounds on one more clip of this shopper, once its first frame is approved."""
    yield Allowance(
        f"clip:{shopper.pk}:{today()}",
        ONE,
        Decimal(conf.SHOPPER_CLIPS_DAILY),
        "quota_used",
        _("You have used today's clips. You can have another one made tomorrow."),
    )
    yield from _of_address("clip", address, conf.ADDRESS_CLIPS_DAILY)
    yield from storefront(price)


def taking_a_break() -> str:
    """Return how shoppers are told that the shop's money for today is spent."""
    return _("Try-on is taking a break for today. Please come back tomorrow.")


def come_back() -> str:
    """Return how a shopper is told that today's try-ons are used."""
    return _("You have used today's try-ons. You can go on tomorrow.")


def storefront(price: Decimal) -> Iterator[Allowance]:
    """Yield the bounds on what all shoppers' try-ons together may cost."""
    day = today()
    spent = taking_a_break()
    if conf.STOREFRONT_DAILY_BUDGET is not None:
        limit = Decimal(conf.STOREFRONT_DAILY_BUDGET)
        yield Allowance(f"{BUDGET}{day}", price, limit, "budget_spent", spent)
    if conf.STOREFRONT_MONTHLY_BUDGET is not None:
        limit = Decimal(conf.STOREFRONT_MONTHLY_BUDGET)
        yield Allowance(f"{BUDGET}{day:%Y-%m}", price, limit, "budget_spent", spent)


def uploads(shopper: Shopper, address: str) -> Iterator[Allowance]:
    """Yield the bounds on one more photo of this shopper."""
    yield Allowance(
        f"upload:{shopper.pk}:{today()}",
        ONE,
        Decimal(conf.SHOPPER_UPLOADS_DAILY),
        "quota_used",
        _("You have sent many photos today. You can go on tomorrow, or pick a model."),
    )
    yield from _of_address("upload", address, conf.ADDRESS_UPLOADS_DAILY)


def _of_address(what: str, address: str, limit: int) -> Iterator[Allowance]:
    if address:
        short = hash_of_address(address)[:32]
        yield Allowance(
            f"{what}:at:{short}:{today()}",
            ONE,
            Decimal(limit),
            "quota_used",
            _("Many try-ons came from your network today. Please come back tomorrow."),
        )


def take(allowances: Iterable[Allowance]) -> list[Used]:
    """Use all of these, or none; return what was used, for ``settle``.

    Call it inside the transaction that launches. Raises NothingLeft.
    """
    wanted = {allowance.key: allowance for allowance in allowances}
    if not wanted:
        return []
    refused = Tally.take_all({key: (one.amount, one.limit) for key, one in wanted.items()})
    if refused is not None:
        raise NothingLeft(wanted[refused].says, code=wanted[refused].code)
    return [[key, str(one.amount)] for key, one in wanted.items()]


def refuse_if_used(allowances: Iterable[Allowance]) -> None:
    """Raise NothingLeft if these cannot be used now; nothing is used."""
    wanted = {allowance.key: allowance for allowance in allowances}
    used = dict(Tally.objects.filter(key__in=wanted).values_list("key", "used"))
    for key, one in wanted.items():
        if used.get(key, Decimal(0)) + one.amount > one.limit:
            raise NothingLeft(one.says, code=one.code)


def cost_nothing(job: TryOnJob) -> bool:
    """Tell whether it is certain that nothing was paid for an ended job.

    A run that the shopper cancelled, or whose end nobody saw, is paid for all the same: else one
    could try on for ever by cancelling in the last moment.
    """
    if job.cost is not None:
        return job.cost == 0
    if job.outputs or job.error_code == "given_up":
        return False
    if job.status == Status.FAILED:
        return True
    return job.status in {Status.CANCELLED, Status.EXPIRED} and job.submitted_at is None


def give_back(used: Iterable[Used]) -> None:
    """Return what was taken, and not used after all."""
    amounts = dict(used)
    for key in in_order(amounts):
        Tally.give_back(key, Decimal(amounts[key]))


def settle(job: TryOnJob) -> None:
    """Return what an ended job had used, if it cost nothing; else count what it did cost.

    Bears to be called again. A cost that nobody told stays as it was estimated.
    """
    if not job.allowances:
        return
    # It may have been submitted since this instance was read.
    job.refresh_from_db(
        fields=["allowances", "cost", "error_code", "outputs", "status", "submitted_at"]
    )
    if cost_nothing(job):
        _use_instead(job, [])
    elif job.cost is not None:
        cost = str(job.cost.quantize(CENT_OF_A_CENT))
        used = [[key, cost if key.startswith(BUDGET) else each] for key, each in job.allowances]
        _use_instead(job, used)


def _use_instead(job: TryOnJob, used: list[Used]) -> None:
    """Have a job stand for something else than it took: for nothing, or for what it cost."""
    before: list[Used] = job.allowances
    if [(key, Decimal(each)) for key, each in used] == [(k, Decimal(e)) for k, e in before]:
        return
    then, now = dict(before), dict(used)
    with transaction.atomic():
        for key in in_order(then):
            more = Decimal(now.get(key, "0")) - Decimal(then[key])
            if more > 0:
                Tally.add(key, more)
            else:
                Tally.give_back(key, -more)
        row = this_run(job).select_for_update()
        if row.values_list("allowances", flat=True).first() != before:
            transaction.set_rollback(True)  # somebody else was first, or it is tried again
            return
        row.update(allowances=used)
    job.allowances = used


def budgets_of(job: TryOnJob) -> list[list[str]]:
    """Return what a job used of the shop's budgets: the part that says nothing of a shopper."""
    used: list[list[str]] = job.allowances
    return [[key, amount] for key, amount in used if key.startswith("budget:")]


def left_today(shopper: Shopper | None) -> int:
    """Return how many try-ons this shopper (None: a new one) may still launch today."""
    if shopper is None:
        return max(0, conf.SHOPPER_DAILY)
    used = Tally.used_of(f"launch:{shopper.pk}:{today()}")
    return max(0, conf.SHOPPER_DAILY - int(used))


def digest(*parts: Any) -> str:
    """Return a hash of these parts, in order."""
    return hashlib.sha256("\x1f".join(str(part) for part in parts).encode()).hexdigest()
