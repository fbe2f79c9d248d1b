"""The dashboard's figures, each a query that the database sums up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db import connections
from django.db.models import (
    Case,
    Count,
    DateTimeField,
    DecimalField,
    ExpressionWrapper,
    F,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
    Window,
)
from django.db.models.functions import Coalesce, RowNumber, TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _

from django_tryon import products
from django_tryon.admin.drawing.cells import engine_title
from django_tryon.models import Consent, Shopper, Status, TryOnJob, TryOnResult
from django_tryon.models.transitions import FINISHED
from django_tryon.services.days import today

MOST = 12
"""How many products and requesters are listed, the dearest first."""
NOTHING = Decimal(0)
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
    by_day, by_engine, total = _by_day_and_engine(jobs, begin.date(), days)
    for engine, (median, slowest) in _seconds(jobs).items():
        by_engine[engine].median, by_engine[engine].slowest = median, slowest
    return Figures(
        days=list(by_day.values()),
        engines=sorted(by_engine.values(), key=lambda line: (-line.jobs, line.name)),
        products=_by_product(begin),
        requesters=_by_requester(jobs),
        total=total,
    )


def _by_day_and_engine(
    jobs: QuerySet[TryOnJob], first: date, days: int
) -> tuple[dict[date, Line], dict[str, Line], Line]:
    by_day = {
        day: Line(day.isoformat()) for day in (first + timedelta(days=n) for n in range(days))
    }
    by_engine: dict[str, Line] = {}
    total = Line("")
    launched_on = _day(connections[jobs.db].features.has_zoneinfo_database)
    rows = jobs.values_list(launched_on, "engine", "status").annotate(
        count=Count("pk"), money=spent()
    )
    for day, engine, status, count, money in rows:
        lines = [total, by_engine.setdefault(engine, Line(engine_title(engine)))]
        if day in by_day:  # not of a clock that runs ahead
            lines.append(by_day[day])
        for line in lines:
            line.add(status, count, money)
    return by_day, by_engine, total


def _day(knows_zones: bool) -> TruncDate:
    """Return the day of a launch by the shop's time zone, as far as the database knows it.

    A MariaDB whose table of zones was never filled knows none. By today's offset, a day of the
    other half of the year begins an hour off.
    """
    zone = timezone.get_default_timezone()
    if knows_zones:
        return TruncDate("created_at", tzinfo=zone)
    offset = timezone.localtime(timezone=zone).utcoffset() or timedelta(0)
    shifted = ExpressionWrapper(F("created_at") + offset, output_field=DateTimeField())
    return TruncDate(shifted, tzinfo=UTC)


def _seconds(jobs: QuerySet[TryOnJob]) -> dict[str, tuple[float | None, float | None]]:
    """Return the median and the 95th percentile of each engine, which are times of real jobs."""
    took = F("finished_at") - F("created_at")
    ranked = (
        jobs.filter(status=Status.SUCCEEDED, finished_at__isnull=False)
        .annotate(
            place=Window(RowNumber(), partition_by=F("engine"), order_by=took.asc()),
            of=Window(Count("pk"), partition_by=F("engine")),
        )
        .annotate(half=F("place") * 2, twentieth=F("place") * 20)
    )
    middle = Q(half__gte=F("of"), half__lt=F("of") + 2)
    late = Q(twentieth__gte=F("of") * 19, twentieth__lt=F("of") * 19 + 20)
    found: dict[str, list[float]] = defaultdict(list)
    rows: Any = ranked.filter(middle | late)
    rows = rows.values_list("engine", "created_at", "finished_at")
    for engine, begun, ended in rows:
        found[engine].append((ended - begun).total_seconds())
    return {engine: (min(times), max(times)) for engine, times in found.items()}


def _by_product(begin: datetime) -> list[Line]:
    """Return the dearest products; a job of several garments counts for each of them."""
    through: Any = TryOnJob.garments.through
    rows = list(
        through.objects.filter(tryonjob__created_at__gte=begin)
        .values_list("garment__content_type", "garment__product_id")
        .annotate(
            count=Count("pk"),
            done=Count("pk", filter=Q(tryonjob__status=Status.SUCCEEDED)),
            ended=Count("pk", filter=Q(tryonjob__status__in=FINISHED - {Status.CANCELLED})),
            money=spent("tryonjob__"),
        )
        .order_by("-money", "-count", "garment__product_id")[:MOST]
    )
    titles = _titles((kind, key) for kind, key, *_rest in rows)
    return [
        Line(titles.get((kind, key), _("A product that was deleted")), count, done, ended, money)
        for kind, key, count, done, ended, money in rows
    ]


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
    rows = list(
        jobs.values_list("requested_by", of_shoppers())
        .annotate(
            count=Count("pk"),
            done=Count("pk", filter=Q(status=Status.SUCCEEDED)),
            ended=Count("pk", filter=Q(status__in=FINISHED - {Status.CANCELLED})),
            money=spent(),
        )
        .order_by("-money", "-count")
    )
    lines: dict[Any, Line] = {}
    staff = [key for key, is_shoppers, *_rest in rows if key and not is_shoppers][:MOST]
    names = get_user_model()._default_manager.in_bulk(staff)
    for key, is_shoppers, count, done, ended, money in rows:
        who = _("Shoppers") if is_shoppers else str(names.get(key, _("Nobody who is still here")))
        line = lines.setdefault(who, Line(who))
        line.jobs, line.succeeded = line.jobs + count, line.succeeded + done
        line.ended, line.spent = line.ended + ended, line.spent + money
    return list(lines.values())[: MOST + 2]


def of_shoppers() -> Case:
    """Return whether a job was asked for in the storefront, also where its shopper is erased."""
    asked = Q(shopper__isnull=False) | Q(erased_at__isnull=False)
    return Case(When(asked, then=Value(1)), default=Value(0))


def funnel_of(days: int) -> list[tuple[str, int]]:
    """Return how many shoppers came how far, as far as rows tell; in three queries."""
    begin = since(days)
    asked = TryOnJob.objects.filter(created_at__gte=begin, shopper__isnull=False).aggregate(
        asked=Count("shopper", distinct=True),
        got=Count("shopper", distinct=True, filter=Q(status=Status.SUCCEEDED)),
        liked=Count("shopper", distinct=True, filter=Q(results__liked=True)),
    )
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
        (_("Liked it"), asked["liked"]),
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
    waiting = results.filter(review=TryOnResult.Review.PENDING, job__person__is_house_model=True)
    published = results.filter(published_at__gte=week)
    return stored | {"waiting": waiting.count(), "published": published.count()}
