"""The dashboard's page, and its tables as CSV."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.defaultfilters import filesizeformat
from django.template.response import TemplateResponse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from django_tryon.admin.dashboard.charts import Chart, level, stacked
from django_tryon.admin.dashboard.figures import (
    Figures,
    Line,
    figures_of,
    funnel_of,
    results_now,
)
from django_tryon.admin.dashboard.storefront import (
    Storefront,
    by_product,
    comparison_table,
    context_of,
    steps_of,
    storefront_of,
)
from django_tryon.admin.dashboard.table import Table, as_csv
from django_tryon.admin.drawing import measures
from django_tryon.admin.launch.money import budget_words
from django_tryon.admin.notes.gates import closed_gates
from django_tryon.admin.notes.publishing import publishing_notes
from django_tryon.admin.notes.workers import workers_missing
from django_tryon.conf import conf
from django_tryon.exceptions import ProviderError
from django_tryon.models import Credits
from django_tryon.services.ask_credits import ask_credits
from django_tryon.services.days import today

PERIODS = (7, 30, 90)
"""Days that can be looked back on."""
FRESH = 60
"""Seconds for which figures that were looked up are shown again."""
LookedUp = tuple[Figures, list[tuple[str, int]], dict[str, int], Storefront]
TABLES = ("days", "engines", "products", "requesters")


@dataclass(frozen=True)
class Number:
    """One of the large numbers at the top."""

    title: str
    value: str
    more: str = ""


def dashboard(request: HttpRequest, page: Any) -> HttpResponse:
    """Show the dashboard, one of its tables as CSV, or ask for the credits that are left."""
    sees_money = request.user.has_perm("django_tryon.view_money")
    if not (sees_money or page.has_view_permission(request)):
        raise PermissionDenied
    days = _days(request)
    if request.method == "POST":
        if not sees_money:
            raise PermissionDenied
        _ask(request)
        return HttpResponseRedirect(f"?days={days}")
    figures, funnel, now, storefront = _looked_up(days)
    tables = [_table(key, figures, sees_money) for key in TABLES]
    files = [*tables, by_product(storefront, sees_money)]
    if sees_money:
        files.append(comparison_table(storefront.comparisons))
    for table in files:
        if table.key == request.GET.get("csv"):
            return as_csv(table, days)
    context = page.admin_site.each_context(request) | _context(figures, funnel, now, sees_money)
    context |= context_of(storefront, sees_money) | {
        "tables": tables,
        "steps": _funnel(steps_of(storefront)),
        "opts": page.opts,
        "closed_gates": closed_gates(site=page.admin_site.name),
        "workers_missing": workers_missing(),
        "publishing_notes": publishing_notes(site=page.admin_site.name),
    }
    return TemplateResponse(request, "admin/django_tryon/dashboard.html", context)


def _days(request: HttpRequest) -> int:
    given = request.GET.get("days", "")
    return int(given) if given in map(str, PERIODS) else 30


def _ask(request: HttpRequest) -> None:
    try:
        said = ask_credits()
    except ProviderError as error:
        messages.warning(request, error.message)
    else:
        left = measures.dollars(said.amount)
        messages.success(request, _("%(amount)s of credits are left.") % {"amount": left})


def _looked_up(days: int) -> LookedUp:
    """Return the figures of at most a minute ago: over many jobs they take a while."""
    key = f"django_tryon.dashboard.{days}.{today()}.{get_language()}"
    found: LookedUp | None = cache.get(key)
    if found is None:
        found = figures_of(days), funnel_of(days), results_now(), storefront_of(days)
        cache.set(key, found, FRESH)
    return found


def _context(
    figures: Figures, funnel: Sequence[tuple[str, int]], now: dict[str, int], sees_money: bool
) -> dict[str, Any]:
    return {
        "title": _("Dashboard"),
        "days": len(figures.days),
        "periods": PERIODS,
        "sees_money": sees_money,
        "numbers": _numbers(figures, now, sees_money),
        "charts": _charts(figures, sees_money),
        "credits": Credits.latest() if sees_money else None,
        "funnel": _funnel(funnel),
        "stored": _stored(now),
    }


def _numbers(figures: Figures, now: dict[str, int], sees_money: bool) -> list[Number]:
    numbers = [
        Number(_("Published this week"), str(now["published"])),
        Number(_("Waiting for review"), str(now["waiting"])),
    ]
    if sees_money:
        left = " · ".join(budget_words()) or _("no budget is set")
        numbers.append(Number(_("Spent"), measures.dollars(figures.total.spent), left))
    rate = figures.total.rate
    ended = ngettext("of %(count)d that ended", "of %(count)d that ended", figures.total.ended)
    said = ended % {"count": figures.total.ended}
    numbers.append(Number(_("Success rate"), _percent(rate), said))
    return numbers


def _percent(part: float | None) -> str:
    return measures.NOTHING if part is None else f"{part * 100:.1f} %"


def _charts(figures: Figures, sees_money: bool) -> list[Chart]:
    first, last = figures.days[0].name, figures.days[-1].name
    most = max((day.jobs for day in figures.days), default=0)
    columns = [
        [
            ("good", float(day.succeeded), f"{day.name}: {day.succeeded} ✓"),
            ("rest", float(day.jobs - day.succeeded), f"{day.name}: {day.jobs - day.succeeded}"),
        ]
        for day in figures.days
    ]
    title = _("Try-ons each day; the grey part has no result")
    charts = [Chart("jobs", title, stacked(columns, highest=most), str(most), first, last)]
    if sees_money:
        daily = Decimal(conf.DAILY_BUDGET or 0)
        dearest = max(day.spent for day in figures.days)
        highest = float(max(dearest, daily)) if dearest else 0.0
        spends = [
            [("money", float(day.spent), f"{day.name}: {measures.dollars(day.spent)}")]
            for day in figures.days
        ]
        charts.append(
            Chart(
                "money",
                _("Spent each day"),
                stacked(spends, highest=highest),
                measures.dollars(Decimal(str(highest))),
                first,
                last,
                level(float(daily), highest=highest),
                _("Budget of a day: %(limit)s") % {"limit": measures.dollars(daily)},
            )
        )
    return charts


def _table(key: str, figures: Figures, sees_money: bool) -> Table:
    titles = {
        "days": (_("By day"), _("Day")),
        "engines": (_("By engine"), _("Engine")),
        "products": (_("By product"), _("Product")),
        "requesters": (_("By requester"), _("Requester")),
    }
    title, first = titles[key]
    heads = [first, _("Try-ons"), _("With a result"), _("Success rate")]
    if key == "engines":
        heads += [_("Median, s"), _("95 %, s")]
    if sees_money:
        heads.append(_("Spent, US$"))
    lines: list[Line] = getattr(figures, key)
    return Table(key, title, heads, [_row(line, key, sees_money) for line in lines])


def _row(line: Line, key: str, sees_money: bool) -> list[str]:
    row = [line.name, str(line.jobs), str(line.succeeded), _percent(line.rate)]
    if key == "engines":
        row += [
            measures.NOTHING if seconds is None else f"{seconds:.1f}"
            for seconds in (line.median, line.slowest)
        ]
    return [*row, f"{line.spent:.2f}"] if sees_money else row


def _funnel(steps: Sequence[tuple[str, int]]) -> list[tuple[str, int, str]]:
    """Return step, number, and how wide its bar is out of 100."""
    most = max(count for _title, count in steps)
    return [(title, count, f"{count * 100 / most if most else 0:.1f}") for title, count in steps]


def _stored(now: dict[str, int]) -> str:
    said = ngettext("%(size)s in %(count)d result", "%(size)s in %(count)d results", now["files"])
    words = said % {"size": filesizeformat(now["size"]), "count": now["files"]}
    if now["unmeasured"]:
        older = ngettext(
            "%(count)d of them is older and was not measured",
            "%(count)d of them are older and were not measured",
            now["unmeasured"],
        )
        words = f"{words}; {older % {'count': now['unmeasured']}}"
    return words
