"""Allowances: what shoppers may still use today, decided in the transaction that launches."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from django_tryon.conf import conf
from django_tryon.exceptions import NothingLeft
from django_tryon.models import Shopper, Status, Tally, TryOnJob

ONE = Decimal(1)


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
    today = timezone.localdate()
    spent = _("Try-on is taking a break for today. Please come back tomorrow.")
    yield Allowance(
        f"launch:{shopper.pk}:{today}",
        ONE,
        Decimal(conf.SHOPPER_DAILY),
        "quota_used",
        _("You have used today's try-ons. You can go on tomorrow."),
    )
    yield from _of_address("launch", address, conf.ADDRESS_DAILY)
    if conf.STOREFRONT_DAILY_BUDGET is not None:
        limit = Decimal(conf.STOREFRONT_DAILY_BUDGET)
        yield Allowance(f"budget:{today}", price, limit, "budget_spent", spent)
    if conf.STOREFRONT_MONTHLY_BUDGET is not None:
        limit = Decimal(conf.STOREFRONT_MONTHLY_BUDGET)
        yield Allowance(f"budget:{today:%Y-%m}", price, limit, "budget_spent", spent)


def uploads(shopper: Shopper, address: str) -> Iterator[Allowance]:
    """Yield the bounds on one more photo of this shopper."""
    yield Allowance(
        f"upload:{shopper.pk}:{timezone.localdate()}",
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
            f"{what}:at:{short}:{timezone.localdate()}",
            ONE,
            Decimal(limit),
            "quota_used",
            _("Many try-ons came from your network today. Please come back tomorrow."),
        )


def take(allowances: Iterator[Allowance]) -> list[list[str]]:
    """Use all of these, or none; return what was used, for ``give_back``.

    Call it inside the transaction that launches. Raises NothingLeft.
    """
    used: list[list[str]] = []
    for allowance in allowances:
        if not Tally.take(allowance.key, allowance.amount, limit=allowance.limit):
            for key, amount in used:
                Tally.give_back(key, Decimal(amount))
            raise NothingLeft(allowance.says, code=allowance.code)
        used.append([allowance.key, str(allowance.amount)])
    return used


def cost_nothing(job: TryOnJob) -> bool:
    """Tell whether it is certain that nothing was paid for an ended job.

    A run that the shopper cancelled, or whose end nobody saw, is paid for all the same: else one
    could try on for ever by cancelling in the last moment.
    """
    if job.cost is not None:
        return job.cost == 0
    if job.outputs:
        return False
    if job.status == Status.FAILED:
        return True
    return job.status in {Status.CANCELLED, Status.EXPIRED} and job.submitted_at is None


def give_back(job: TryOnJob) -> None:
    """Return what a job had used, if it ended without costing anything."""
    if not job.allowances:
        return
    # It may have been submitted since this instance was read.
    job.refresh_from_db(fields=["allowances", "cost", "outputs", "status", "submitted_at"])
    used: list[list[str]] = job.allowances
    if not used or not cost_nothing(job):
        return
    if TryOnJob.objects.filter(pk=job.pk).exclude(allowances=[]).update(allowances=[]):
        job.allowances = []
        for key, amount in used:
            Tally.give_back(key, Decimal(amount))


def left_today(shopper: Shopper | None) -> int:
    """Return how many try-ons this shopper (None: a new one) may still launch today."""
    if shopper is None:
        return max(0, conf.SHOPPER_DAILY)
    used = Tally.used_of(f"launch:{shopper.pk}:{timezone.localdate()}")
    return max(0, conf.SHOPPER_DAILY - int(used))


def is_open(price: Decimal) -> bool:
    """Tell whether the shop's own budgets allow one more storefront try-on."""
    today = timezone.localdate()
    bounds = (
        (f"budget:{today}", conf.STOREFRONT_DAILY_BUDGET),
        (f"budget:{today:%Y-%m}", conf.STOREFRONT_MONTHLY_BUDGET),
    )
    keys = {key: Decimal(limit) for key, limit in bounds if limit is not None}
    if not keys:
        return True
    used: dict[str, Any] = dict(Tally.objects.filter(key__in=keys).values_list("key", "used"))
    return all(used.get(key, Decimal(0)) + price <= limit for key, limit in keys.items())


def digest(*parts: Any) -> str:
    """Return a hash of these parts, in order."""
    return hashlib.sha256("\x1f".join(str(part) for part in parts).encode()).hexdigest()
