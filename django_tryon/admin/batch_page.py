"""How far a batch is: a bar, counts, a card for each job, errors by their reason."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _

from django_tryon.admin import labels, measures
from django_tryon.admin.base import TryOnModelAdmin
from django_tryon.admin.figures import Figure, page_of, person_figure, result_figure
from django_tryon.admin.job_page import Button, cancellable, retriable
from django_tryon.models import Batch, Status, TryOnJob, TryOnResult
from django_tryon.models.transitions import FINISHED

TROUBLED = {Status.FAILED, Status.EXPIRED, Status.UNCERTAIN}
"""Ended in a way that nobody asked for."""

SHOWN = 200
"""How many cards the page draws; the rest is reached through the list of jobs."""


@dataclass(frozen=True)
class Card:
    """One job as the grid shows it."""

    key: str
    version: str
    title: str
    status: str
    figure: Figure
    why: str
    facts: str
    is_done: bool
    """Whether the figure is the result; otherwise it is the person who waits for it."""


@dataclass(frozen=True)
class Progress:
    """The state of a batch."""

    total: int
    ended: int
    succeeded: int
    counts: list[tuple[str, str, int]]
    """Tone, word and number for each status that occurs."""
    reasons: list[tuple[str, int]]
    """What went wrong and how often, the most frequent first."""
    retriable: int
    cancellable: int

    @property
    def is_over(self) -> bool:
        """Tell whether nothing more happens by itself."""
        return self.ended == self.total


def jobs_of(batch: Batch) -> list[TryOnJob]:
    """Return the jobs in the order in which they were launched, with what the cards need."""
    jobs = batch.jobs.select_related("person").prefetch_related("results")
    return list(jobs.order_by("created_at", "pk"))


def progress_of(jobs: list[TryOnJob]) -> Progress:
    """Count."""
    counts = Counter(job.status for job in jobs)
    reasons = Counter(
        job.error_message or job.get_status_display() for job in jobs if job.status in TROUBLED
    )
    return Progress(
        total=len(jobs),
        ended=sum(job.status in FINISHED or job.status == Status.UNCERTAIN for job in jobs),
        succeeded=counts[Status.SUCCEEDED],
        counts=[
            (labels.TONES[status], str(status.label), counts[status])
            for status in Status
            if counts[status]
        ],
        reasons=reasons.most_common(),
        retriable=sum(map(retriable, jobs)),
        cancellable=sum(map(cancellable, jobs)),
    )


def card_of(request: HttpRequest, job: TryOnJob, site: str) -> Card:
    """Return what the grid shows of a job: its result, or else the person it is about."""
    results = list(job.results.all())
    if results:
        figure = result_figure(request, results[0], site)
    else:
        figure = person_figure(request, job.person, site)
    return Card(
        key=str(job.pk),
        version=version_of(job),
        title=str(job),
        status=labels.status_label(job),
        figure=Figure(**vars(figure) | {"href": page_of(job, site)}),
        is_done=bool(results),
        why=job.error_message if job.status in FINISHED else "",
        facts=" · ".join(
            fact
            for fact in (measures.seconds(job.seconds), measures.cost_of(job))
            if fact != measures.NOTHING
        ),
    )


def version_of(job: TryOnJob) -> str:
    """Return a text that changes whenever the card does."""
    reviews = ",".join(f"{result.review}{result.published_at}" for result in job.results.all())
    return hashlib.sha256(f"{job.status}{job.updated_at}{reviews}".encode()).hexdigest()[:16]


def batch_context(request: HttpRequest, page: TryOnModelAdmin[Batch], batch: Batch) -> Any:
    """Return everything that the page of a batch shows."""
    jobs = jobs_of(batch)
    progress = progress_of(jobs)
    offered = page.get_actions(request)
    buttons = []
    if progress.retriable and "retry_failed" in offered:
        again = _("Try %(count)d again") % {"count": progress.retriable}
        buttons.append(Button(again, page.do_link(batch, "retry_failed")))
    if progress.cancellable and "cancel_rest" in offered:
        rest = _("Cancel the remaining %(count)d") % {"count": progress.cancellable}
        buttons.append(Button(rest, page.do_link(batch, "cancel_rest")))
    site = page.admin_site.name
    return {
        "progress": progress,
        "cards": [card_of(request, job, site) for job in jobs[:SHOWN]],
        "not_shown": max(0, len(jobs) - SHOWN),
        "batch_buttons": buttons,
        "progress_url": page.link(batch, "progress"),
        "review_url": _review_url(request, jobs, site),
    }


def _review_url(request: HttpRequest, jobs: list[TryOnJob], site: str) -> str:
    """Return the page of the first result that waits for a review, for those who may review."""
    if request.user.has_perm("django_tryon.review_tryonresult"):
        for job in jobs:
            for result in job.results.all():
                if result.review == TryOnResult.Review.PENDING:
                    return page_of(result, site)
    return ""


def progress_response(
    request: HttpRequest, page: TryOnModelAdmin[Batch], batch: Batch
) -> HttpResponseBase:
    """Answer with the parts of the page that change, or 304 if none of them has."""
    jobs = jobs_of(batch)
    language = getattr(request, "LANGUAGE_CODE", "")
    state = language + "".join(version_of(job) for job in jobs)
    etag = quote_etag(hashlib.sha256(state.encode()).hexdigest()[:32])
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        return unchanged
    context = batch_context(request, page, batch)
    folder = "admin/django_tryon/batch"
    response = JsonResponse(
        {
            "over": context["progress"].is_over,
            "summary": render_to_string(f"{folder}/summary.html", context, request),
            "cards": [
                {
                    "key": card.key,
                    "version": card.version,
                    "html": render_to_string(f"{folder}/card.html", {"card": card}, request),
                }
                for card in context["cards"]
            ],
        }
    )
    response["ETag"] = etag
    return response
