"""Budgets: what all try-ons together may cost, taken before the money is spent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from django_tryon.conf import conf
from django_tryon.engines import find_engine
from django_tryon.exceptions import NothingLeft
from django_tryon.models import Tally, TryOnJob
from django_tryon.models.tally import BUDGET
from django_tryon.services.days import today
from django_tryon.services.outfits.shares import share_out
from django_tryon.services.shoppers.allowance import (
    Allowance,
    Used,
    give_back,
    storefront,
    take,
    taking_a_break,
)

ALL = f"{BUDGET}all:"


@dataclass(frozen=True)
class Left:
    """What one budget still allows."""

    name: str
    """Whose budget it is, in words."""
    limit: Decimal
    left: Decimal
    """US$; below 0 where actual costs came out above the estimates."""
    setting: str
    """The key of ``TRYON`` that bounds it."""
    is_counted: bool = True
    """Whether anything was taken from it yet; what was launched while it was not set never is."""

    @property
    def is_monthly(self) -> bool:
        """Whether it is a month's, and not a day's."""
        return "MONTHLY" in self.setting


def bounds(price: Decimal, *, says: str = "") -> Iterator[Allowance]:
    """Yield the bounds on what all try-ons together may cost, if the shop has set any.

    ``says`` is what to tell a shopper instead.
    """
    for key, limit, said in _limits():
        yield Allowance(key, price, limit, "budget_spent", says or said)


def _limits() -> Iterator[tuple[str, Decimal, str]]:
    day = today()
    if conf.DAILY_BUDGET is not None:
        said = _("The try-on budget of this day is spent.")
        yield f"{ALL}{day}", Decimal(conf.DAILY_BUDGET), said
    if conf.MONTHLY_BUDGET is not None:
        said = _("The try-on budget of this month is spent.")
        yield f"{ALL}{day:%Y-%m}", Decimal(conf.MONTHLY_BUDGET), said


def left() -> list[Left]:
    """Return what each budget still allows; nothing for a shop that has set none."""
    return _left_of([(key, limit) for key, limit, _says in _limits()], "")


def left_to_shoppers() -> list[Left]:
    """Return what each of the storefront's budgets still allows; nothing where there is none."""
    return _left_of([(each.key, each.limit) for each in storefront(Decimal(0))], "STOREFRONT_")


def _left_of(limits: Sequence[tuple[str, Decimal]], prefix: str) -> list[Left]:
    if not limits:
        return []
    used = dict(Tally.objects.filter(key__in=dict(limits)).values_list("key", "used"))
    found = []
    for key, limit in limits:
        is_monthly = key.count("-") == 1
        name, setting = (_("this month"), "MONTHLY") if is_monthly else (_("today"), "DAILY")
        left = limit - used.get(key, Decimal(0))
        found.append(Left(name, limit, left, f"{prefix}{setting}_BUDGET", key in used))
    return found


def is_open(price: Decimal) -> bool:
    """Tell whether the shop's budgets allow one more storefront try-on."""
    keys = {each.key: each.limit for each in (*storefront(price), *bounds(price))}
    if not keys:
        return True
    used: dict[str, Decimal] = dict(Tally.objects.filter(key__in=keys).values_list("key", "used"))
    return all(used.get(key, Decimal(0)) + price <= limit for key, limit in keys.items())


def price_of(job: TryOnJob) -> Decimal:
    """Return what a job is to cost, US$."""
    if job.estimated_cost is not None:
        return job.estimated_cost
    count = job.garments.count() if job.puts_on is None else len(job.puts_on)
    return find_engine(job.engine).estimate(count)


def take_anew(job: TryOnJob, *, taken: Sequence[Used] = ()) -> list[Used]:
    """Take what a job costs that is sent once more, and return what it then stands for.

    ``taken`` is what its shopper used already for this; else a shopper's job takes from the
    storefront's budgets here. What an earlier run of it may have cost stays spent. Raises
    NothingLeft. Call it inside the transaction that sends the job on its way.
    """
    return take_all_anew([job], taken=taken)[0]


def take_all_anew(jobs: Sequence[TryOnJob], *, taken: Sequence[Used] = ()) -> list[list[Used]]:
    """Do the same for the jobs of one outfit: all of it, or nothing."""
    prices = [price_of(job) for job in jobs]
    price, is_shoppers = sum(prices, Decimal(0)), any(job.shopper_id for job in jobs)
    if taken:
        return share_out([*taken, *take(bounds(price, says=taking_a_break()))], prices)
    shops = storefront(price) if is_shoppers else iter(())
    shares = share_out(take(_both(shops, bounds(price))), prices)
    for job, share in zip(jobs, shares, strict=True):
        share[:0] = [used for used in job.allowances if not used[0].startswith(BUDGET)]
    return shares


def _both(*several: Iterable[Allowance]) -> Iterator[Allowance]:
    for each in several:
        yield from each


def reserve(prices: Sequence[Decimal]) -> list[list[Used]]:
    """Take what several jobs cost, all or nothing; return each one's share, for ``launch``.

    Raises NothingLeft, which names how many would fit.
    """
    total = sum(prices, Decimal(0))
    try:
        used = take(bounds(total))
    except NothingLeft as error:
        raise NothingLeft(said_of(prices), code=error.code) from error
    return [[[key, str(price)] for key, _amount in used] for price in prices]


def give_back_rest(used: Sequence[Used], price: Decimal) -> None:
    """Return what was taken for a try-on that costs less after all."""
    more = [[key, str(Decimal(amount) - price)] for key, amount in used if Decimal(amount) > price]
    give_back(more)


def how_many_fit(prices: Sequence[Decimal]) -> int:
    """Return how many of these jobs, in their order, the budgets still allow."""
    least = min((each.left for each in left()), default=None)
    if least is None:
        return len(prices)
    total, number = Decimal(0), 0
    for price in prices:
        total += price
        if total > least:
            break
        number += 1
    return number


def said_of(prices: Sequence[Decimal]) -> str:
    """Return a sentence that names what these jobs cost, what is left, and how many fit."""
    tightest = min(left(), key=lambda each: each.left)
    return _(
        "These %(count)d try-ons cost about $%(cost).2f, but of the budget of $%(limit).2f only "
        "$%(left).2f is left %(when)s: enough for %(fit)d of them. Nothing was launched."
    ) % {
        "count": len(prices),
        "cost": sum(prices, Decimal(0)),
        "limit": tightest.limit,
        "left": max(Decimal(0), tightest.left),
        "when": tightest.name,
        "fit": how_many_fit(prices),
    }
