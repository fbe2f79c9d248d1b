"""The page that compares: a row for each garment and person, a column for each engine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from django_tryon.admin.bakeoff.pins import params_words, pin_words
from django_tryon.admin.base import TryOnModelAdmin
from django_tryon.admin.batch.page import Card, card_of
from django_tryon.admin.drawing.figures import Figure, garment_figure, person_figure
from django_tryon.admin.launch.links import has_launch_permission
from django_tryon.engines import all_engines
from django_tryon.models import Batch, TryOnJob

MOST_JOBS = 120
"""How many jobs are compared on one page."""


@dataclass(frozen=True)
class Way:
    """One way in which the wishes were done: a column."""

    engine: str
    params: str


@dataclass(frozen=True)
class Cell:
    """What one way made of one wish."""

    card: Card
    pin_label: str
    pin_url: str


@dataclass(frozen=True)
class Row:
    """One wish, and what each way made of it."""

    title: str
    inputs: list[Figure]
    cells: list[list[Cell]]
    """For each way what it made: several where there were variations."""


def compare_page(
    request: HttpRequest, site: admin.AdminSite, jobs_admin: TryOnModelAdmin[TryOnJob], batch: Batch
) -> TemplateResponse:
    """Show the batch's jobs side by side."""
    found = batch.jobs.select_related("person").prefetch_related(
        "results", "links", "garments__product"
    )
    jobs = list(found.order_by("created_at", "pk")[: MOST_JOBS + 1])
    ways, rows = _table(request, jobs[:MOST_JOBS], jobs_admin)
    context = site.each_context(request) | {
        "title": _("Compare: %(batch)s") % {"batch": batch},
        "batch": batch,
        "opts": Batch._meta,
        "ways": ways,
        "rows": rows,
        "is_cut": len(jobs) > MOST_JOBS,
    }
    return TemplateResponse(request, "admin/django_tryon/batch/compare.html", context)


def _table(
    request: HttpRequest, jobs: Iterable[TryOnJob], jobs_admin: TryOnModelAdmin[TryOnJob]
) -> tuple[list[Way], list[Row]]:
    ways: dict[Way, int] = {}
    wishes: dict[Any, list[tuple[int, TryOnJob]]] = {}
    for job in jobs:
        number = ways.setdefault(_way_of(job), len(ways))
        worn = tuple(sorted(garment.pk for garment in job.garments.all()))
        wishes.setdefault((worn, job.person_id), []).append((number, job))
    rows = [_row(request, done, len(ways), jobs_admin) for done in wishes.values()]
    return list(ways), rows


def _way_of(job: TryOnJob) -> Way:
    engine = all_engines().get(job.engine)
    return Way(engine.title if engine else job.engine, params_words(job.engine, job.params))


def _row(
    request: HttpRequest,
    done: list[tuple[int, TryOnJob]],
    width: int,
    jobs_admin: TryOnModelAdmin[TryOnJob],
) -> Row:
    site, first = jobs_admin.admin_site.name, done[0][1]
    cells: list[list[Cell]] = [[] for _way in range(width)]
    may_pin = has_launch_permission(request)
    for number, job in done:
        label = pin_words(job) if may_pin else ""
        link = jobs_admin.do_link(job, "pin_engine")
        cells[number].append(Cell(card_of(request, job, site), label, link))
    inputs = [garment_figure(garment, site) for garment in first.garments.all()]
    return Row(str(first), [*inputs, person_figure(request, first.person, site)], cells)
