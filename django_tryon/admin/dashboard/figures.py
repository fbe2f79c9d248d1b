"""The dashboard's figures, each a query that the database sums up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import accumulate
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db import connections
from django.db.models import (
    Case,
    Count,
    DecimalField,
    F,
    Max,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from django_tryon import products
from django_tryon.admin.dashboard.sql import Tenths, day_of
from django_tryon.admin.drawing.cells import engine_title
from django_tryon.models import Consent, Garment, Shopper, Status, TryOnJob, TryOnResult
from django_tryon.models.transitions import FINISHED
from django_tryon.services.chunks import chunks
from django_tryon.services.days import today

MOST = 12
"""How many products and requesters are listed, the dearest first."""
AT_ONCE = 5000
"""Garments whose products are looked up together."""
NOTHING = Decimal(0)
ASKED, ASKED_FOR = Q(outfit=None), Q(tryonjob__outfit=None)
"""What was asked for: an outfit counts once, and its steps only for what they cost."""
PAID = DecimalField(max_digits=14, decimal_places=6)


def spent(prefix: str = "") -> Sum:
    """Return what jobs cost: what the provider told, else the estimate of those that were paid."""
    estimate = F(f"{prefix}estimated_cost")

    def being(**conditions: Any) -> Q:
        return Q(**{f"{prefix}{name}": value for name, value in conditions.items()})

    ran = being(submitted_at__isnull=False)
    return Sum(
        Case(
            When(being(cost__isnull=False), then=F(f"{prefix}cost")),
            When(being(status=Status.SUCCEEDED), then=estimate),
            When(being(status__in=[Status.CANCELLED, Status.EXPIRED]) & ran, then=estimate),
            When(being(error_code="given_up"), then=estimate),
            default=Value(NOTHING),
            output_field=PAID,
        ),
        default=Value(NOTHING),
        output_field=PAID,
    )


@dataclass
class Line:
    """One line of a table: of a day, an engine, a product or a requester."""

    name: str
    jobs: int = 0
    succeeded: int = 0
    ended: int = 0
    """With or without a result; what was cancelled does not count."""
    spent: Decimal = NOTHING
    median: float | None = None
    """Seconds from launch to result; only of engines."""
    slowest: float | None = None
    """Within this many seconds nineteen of twenty had their result; only of engines."""

    def add(self, status: str, jobs: int, money: Decimal) -> None:
        """Count more jobs in."""
        self.jobs += jobs
        self.spent += money
        if status in FINISHED - {Status.CANCELLED}:
            self.ended += jobs
            self.succeeded += jobs if status == Status.SUCCEEDED else 0

    def join(self, other: Line) -> None:
        """Count another line in."""
        self.jobs += other.jobs
        self.succeeded += other.succeeded
        self.ended += other.ended
        self.spent += other.spent

    @property
    def rate(self) -> float | None:
        """The part of what ended that has a result; None where nothing ended."""
        return self.succeeded / self.ended if self.ended else None


@dataclass
class Figures:
    """What happened in the last so many days, of the shop's own time zone."""

    days: list[Line] = field(default_factory=list)
    engines: list[Line] = field(default_factory=list)
    products: list[Line] = field(default_factory=list)
    requesters: list[Line] = field(default_factory=list)
    total: Line = field(default_factory=lambda: Line(""))


def since(days: int) -> datetime:
    """Return the moment at which the first of so many days began, today included."""
    first = today() - timedelta(days=days - 1)
    return datetime.combine(first, time.min, tzinfo=timezone.get_default_timezone())


def figures_of(days: int) -> Figures:
    """Sum up, in as many queries for a hundred jobs as for a hundred thousand."""
    begin = since(days)
    jobs = TryOnJob.objects.filter(created_at__gte=begin).order_by()
    found = _counted(jobs, begin, days)
    for engine, (median, slowest) in _seconds(jobs).items():
        found.by_engine[engine].median = median
        found.by_engine[engine].slowest = slowest
    return Figures(
        days=list(found.by_day.values()),
        engines=sorted(found.by_engine.values(), key=lambda line: (-line.jobs, line.name)),
        products=_by_product(begin),
        requesters=_by_requester(jobs),
        total=found.total,
    )


@dataclass
class Counted:
    """What one pass over the jobs gives."""

    by_day: dict[date, Line]
    by_engine: dict[str, Line] = field(default_factory=dict)
    total: Line = field(default_factory=lambda: Line(""))


def _counted(jobs: QuerySet[TryOnJob], begin: datetime, days: int) -> Counted:
    first = begin.date()
    each = (first + timedelta(days=number) for number in range(days))
    found = Counted({day: Line(day.isoformat()) for day in each})
    rows = jobs.values_list(
        day_of("created_at", begin, connections[jobs.db]),
        "engine",
        "status",
    ).annotate(count=Count("pk", filter=ASKED), money=spent())
    for day, engine, status, count, money in rows:
        lines = [found.total, found.by_engine.setdefault(engine, Line(engine_title(engine)))]
        if day in found.by_day:  # not of a clock that runs ahead
            lines.append(found.by_day[day])
        for line in lines:
            line.add(status, count, money)
    return found


def _seconds(jobs: QuerySet[TryOnJob]) -> dict[str, tuple[float, float]]:
    """Return the median and the 95th percentile of each engine, to a tenth of a second."""
    counted: dict[str, list[tuple[int, int]]] = defaultdict(list)
    rows = (
        jobs.filter(ASKED, status=Status.SUCCEEDED, finished_at__isnull=False)
        .values_list("engine", Tenths("created_at", "finished_at"))
        .annotate(count=Count("pk"))
    )
    for engine, tenths, count in rows:
        counted[engine].append((tenths, count))
    return {engine: (_place(times, 10), _place(times, 19)) for engine, times in counted.items()}


def _place(times: list[tuple[int, int]], twentieths: int) -> float:
    """Return within how many seconds so many of twenty were done."""
    times = sorted(times)
    place = -(-sum(count for _tenths, count in times) * twentieths // 20)
    upto = accumulate(count for _tenths, count in times)
    return next(tenths for (tenths, _n), end in zip(times, upto, strict=True) if end >= place) / 10


def _by_product(begin: datetime) -> list[Line]:
    """Return the dearest products; a job of several garments counts for each of them."""
    through: Any = TryOnJob.garments.through
    ended = Q(tryonjob__status__in=FINISHED - {Status.CANCELLED})
    # By garment, whose product is looked up afterwards: once for each, and not for each job.
    counted = (
        through.objects.filter(tryonjob__created_at__gte=begin)
        .order_by()
        .values_list("garment")
        .annotate(
            count=Count("pk", filter=ASKED_FOR),
            done=Count("pk", filter=ASKED_FOR & Q(tryonjob__status=Status.SUCCEEDED)),
            ended=Count("pk", filter=ASKED_FOR & ended),
            money=spent("tryonjob__"),
        )
    )
    found = {garment: rest for garment, *rest in counted}
    lines: dict[tuple[int, str], Line] = {}
    for some in chunks(found, AT_ONCE):
        garments = Garment.objects.filter(pk__in=some).order_by()
        for garment, kind, key in garments.values_list("pk", "content_type", "product_id"):
            count, done, ended, money = found[garment]
            lines.setdefault((kind, key), Line(key)).join(Line("", count, done, ended, money))
    dearest = sorted(lines, key=lambda one: (-lines[one].spent, -lines[one].jobs, one[1]))[:MOST]
    titles = _titles(dearest)
    for one in dearest:
        lines[one].name = titles.get(one, _("A product that was deleted"))
    return [lines[one] for one in dearest]


def _titles(keys: Iterable[tuple[int, str]]) -> dict[tuple[int, str], str]:
    """Return the products' names: one query for each of the shop's product models."""
    wanted: dict[int, list[str]] = defaultdict(list)
    for kind, key in keys:
        wanted[kind].append(key)
    titles = {}
    for kind, ids in wanted.items():
        model = ContentType.objects.get_for_id(kind).model_class()
        if model is not None:
            for product in model._default_manager.filter(pk__in=ids):
                titles[kind, str(product.pk)] = products.title_of(product)
    return titles


def _by_requester(jobs: QuerySet[TryOnJob]) -> list[Line]:
    """Return the lines of requesters, the dearest first."""
    # Apart from the days: with both in one query there are as many groups as a tenth of the jobs.
    counted: dict[tuple[Any, bool], Line] = {}
    rows = jobs.values_list("requested_by", of_shoppers(), "status")
    counting = {"count": Count("pk", filter=ASKED), "money": spent()}
    for user, is_shoppers, *what in rows.annotate(**counting):
        who = (None if is_shoppers else user, bool(is_shoppers))
        counted.setdefault(who, Line("")).add(*what)
    found = sorted(counted.items(), key=lambda one: (-one[1].spent, -one[1].jobs))
    staff = [user for (user, _is_shoppers), _line in found if user][:MOST]
    names = get_user_model()._default_manager.in_bulk(staff)
    lines: dict[str, Line] = {}
    for (user, is_shoppers), line in found:
        name = _("Shoppers") if is_shoppers else str(names.get(user, _("Nobody who is still here")))
        lines.setdefault(name, Line(name)).join(line)
    return list(lines.values())[: MOST + 2]


def of_shoppers() -> Case:
    """Return whether a job was asked for in the storefront, also where its shopper is erased."""
    asked = Q(shopper__isnull=False) | Q(erased_at__isnull=False)
    return Case(When(asked, then=Value(1)), default=Value(0))


def funnel_of(days: int) -> list[tuple[str, int]]:
    """Return how many shoppers came how far, as far as rows tell; in four queries."""
    begin = since(days)
    of_shoppers = TryOnJob.objects.filter(
        ASKED, created_at__gte=begin, shopper__isnull=False
    ).order_by()
    succeeded = Case(When(status=Status.SUCCEEDED, then=1), default=0)
    each = of_shoppers.values("shopper").annotate(has=Max(succeeded))
    asked = each.aggregate(asked=Count("shopper"), got=Sum("has", default=0))
    liked = TryOnResult.objects.filter(
        liked=True, job__created_at__gte=begin, job__shopper__isnull=False
    ).aggregate(count=Count("job__shopper", distinct=True))
    return [
        (_("Opened the try-on"), Shopper.objects.filter(created_at__gte=begin).count()),
        (
            _("Agreed to give a photo"),
            Consent.objects.filter(given_at__gte=begin, kind=Consent.Kind.PHOTO).aggregate(
                count=Count("shopper", distinct=True)
            )["count"],
        ),
        (_("Asked for a try-on"), asked["asked"]),
        (_("Got a result"), asked["got"]),
        (_("Liked it"), liked["count"]),
    ]


def results_now() -> dict[str, int]:
    """Return what is stored, what waits and what was published this week, in three queries."""
    week = timezone.now() - timedelta(days=7)
    results = TryOnResult.objects.order_by()
    stored = results.aggregate(
        files=Count("pk"),
        size=Coalesce(Sum("bytes"), 0),
        unmeasured=Count("pk", filter=Q(bytes=None)),
    )
    # Each by an index of its own, which one query for all would not use.
    waiting = results.filter(
        review=TryOnResult.Review.PENDING, job__person__is_house_model=True, job__outfit=None
    )
    published = results.filter(published_at__gte=week)
    return stored | {"waiting": waiting.count(), "published": published.count()}
