"""How far a batch is: a bar, counts, a card for each job, errors by their reason."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.template.loader import get_template, render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from django_tryon.admin.access import may_see_money, of_house_models
from django_tryon.admin.bakeoff.pins import params_words
from django_tryon.admin.base import TryOnModelAdmin
from django_tryon.admin.batch.ordered import Unlaunched, Untried, unlaunched_of, untried_of
from django_tryon.admin.batch.progress import RETIRED, Progress, Trouble, progress_of, troubles_of
from django_tryon.admin.batch.waiting import Waiting, waiting_of
from django_tryon.admin.drawing import cells, labels, measures
from django_tryon.admin.drawing.figures import Figure, page_of, person_figure, result_figure
from django_tryon.admin.job_page import Button
from django_tryon.admin.looking import flag
from django_tryon.admin.notes.gates import Note, closed_gates
from django_tryon.admin.notes.workers import Missing, waits_in_vain, workers_missing
from django_tryon.models import Batch, Status, TryOnJob, TryOnResult
from django_tryon.models.transitions import FINISHED

SHOWN = 100
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
    flag: str
    """That the checks saw something to look at in the result, if they did."""
    is_done: bool
    """Whether the figure is the result; otherwise it is the person who waits for it."""


@dataclass(frozen=True)
class Snapshot:
    """A batch at one moment, as far as the page shows it."""

    batch: Batch
    progress: Progress
    unlaunched: Unlaunched
    untried: Untried
    troubles: list[Trouble]
    jobs: list[TryOnJob]
    """Those that have a card."""
    gates: list[Note]
    missing: Missing | None
    is_reviewable: bool
    """Whether a result waits for a review."""
    waiting: Waiting

    @property
    def unserved(self) -> int:
        """How many were left out, or failed as their engine was retired."""
        retired = (each.count for each in self.troubles if each.code == RETIRED)
        return self.unlaunched.left_out + sum(retired)

    @property
    def why_waiting(self) -> str:
        """What the workers wait for with what was ordered; empty if they go on."""
        return self.unlaunched.why_waiting or self.untried.why_waiting

    @property
    def etag(self) -> str:
        """A text that changes whenever what is shown does; the time left goes by unheeded."""
        counts = sorted(self.progress.counts.items())
        state = f"{get_language()}{counts}{self.progress.changed_at}{self.unlaunched}{self.untried}"
        state += f"{self.gates}{self.missing}{self.is_reviewable}{self.waiting}"
        state += "".join(version_of(job) for job in self.jobs)
        return quote_etag(hashlib.sha256(state.encode()).hexdigest()[:32])


def snapshot_of(batch: Batch, site: str) -> Snapshot:
    """Look at a batch, with the same few queries for any number of jobs."""
    unlaunched = unlaunched_of(batch)
    untried = untried_of(batch)
    progress = progress_of(batch, unlaunched, untried)
    jobs = batch.jobs.order_by("created_at", "pk")
    in_vain = jobs.filter(waits_in_vain())[:1] if not progress.is_over else ()
    pending = TryOnResult.objects.filter(of_house_models(), job__batch=batch)
    return Snapshot(
        batch=batch,
        progress=progress,
        unlaunched=unlaunched,
        untried=untried,
        troubles=troubles_of(batch, progress.unsure_steps),
        jobs=list(jobs.select_related("person").prefetch_related("results", "links")[:SHOWN]),
        gates=_gates_before(batch, progress, site),
        missing=workers_missing(in_vain),
        is_reviewable=pending.filter(review=TryOnResult.Review.PENDING).exists(),
        waiting=waiting_of(batch),
    )


def _gates_before(batch: Batch, progress: Progress, site: str) -> list[Note]:
    """Return which closed gates some of its jobs wait at, or will."""
    if progress.is_over:
        return []
    waiting = batch.jobs.filter(status=Status.QUEUED).order_by().values_list("engine", flat=True)
    return closed_gates(set(waiting.distinct()), site=site)


def card_of(request: HttpRequest, job: TryOnJob, site: str) -> Card:
    """Return what the grid shows of a job: its result, or else the person it is about."""
    results = list(job.results.all())
    if results:
        figure = result_figure(request, results[0], site)
    else:
        figure = person_figure(request, job.person, site)
    cost = measures.cost_of(job) if may_see_money(request) else measures.NOTHING
    return Card(
        key=str(job.pk),
        version=version_of(job),
        title=str(job),
        status=labels.status_label(job),
        figure=Figure(**vars(figure) | {"href": page_of(job, site)}),
        flag=flag(results[0]) if results else "",
        is_done=bool(results),
        why=job.error_message if job.status in FINISHED else "",
        facts=" · ".join(
            fact
            for fact in (cells.made_by(job), measures.seconds(job.seconds), cost)
            if fact != measures.NOTHING
        ),
    )


def version_of(job: TryOnJob) -> str:
    """Return a text that changes whenever the card does."""
    reviews = ",".join(f"{result.review}{result.published_at}" for result in job.results.all())
    return hashlib.sha256(f"{job.status}{job.updated_at}{reviews}".encode()).hexdigest()[:16]


def batch_context(
    request: HttpRequest, page: TryOnModelAdmin[Batch], snapshot: Snapshot
) -> dict[str, Any]:
    """Return everything that the page of a batch shows."""
    batch, progress, site = snapshot.batch, snapshot.progress, page.admin_site.name
    offered = page.get_actions(request)
    # A clip is compared with other clips, and not with the frame that it starts from.
    begun = {job.previous_id for job in snapshot.jobs}
    ends = [job for job in snapshot.jobs if job.pk not in begun]
    ways = {(job.engine, params_words(job.engine, job.params)) for job in ends}
    jobs_url = reverse("admin:django_tryon_tryonjob_changelist", current_app=site)
    return {
        "progress": progress,
        "time_left": _time_left(snapshot),
        "money": progress.money_words(request),
        "unlaunched": snapshot.unlaunched,
        "untried": snapshot.untried,
        "workers_missing": snapshot.missing,
        "closed_gates": snapshot.gates,
        "troubles": snapshot.troubles,
        "retry_url": page.do_link(batch, "retry_failed") if "retry_failed" in offered else "",
        "uncertain_url": f"{jobs_url}?batch={batch.pk}&status__exact={Status.UNCERTAIN}",
        "cards": [card_of(request, job, site) for job in snapshot.jobs],
        "not_shown": sum(progress.counts.values()) - len(snapshot.jobs),
        "batch_buttons": _buttons(page, snapshot, offered),
        "progress_url": page.link(batch, "progress"),
        "waiting": snapshot.waiting,
        "waiting_url": snapshot.waiting.url(request, batch, site),
        "review_url": _review_url(request, snapshot, site),
        "compare_url": page.link(batch, "compare") if len(ways) > 1 else "",
    }


def _buttons(page: TryOnModelAdmin[Batch], snapshot: Snapshot, offered: Any) -> list[Button]:
    batch, progress, unlaunched = snapshot.batch, snapshot.progress, snapshot.unlaunched
    wanted = [
        ("retry_failed", _("Try %(count)d again"), progress.retriable),
        ("stop_retries", _("Stop trying again (%(count)d)"), progress.untried),
        (
            "cancel_rest",
            _("Cancel the remaining %(count)d"),
            progress.cancellable + unlaunched.waiting + progress.untried,
        ),
        (
            "launch_left_out",
            _("Launch after all what was left out (%(count)d)"),
            unlaunched.left_out,
        ),
        ("launch_otherwise", _("Launch with another engine… (%(count)d)"), snapshot.unserved),
    ]
    return [
        Button(label % {"count": count}, page.do_link(batch, action))
        for action, label, count in wanted
        if count and action in offered
    ]


def _time_left(snapshot: Snapshot) -> str:
    """Say how long it will take; nothing where it is over, or nobody can tell."""
    progress = snapshot.progress
    if progress.is_over or snapshot.gates or snapshot.missing or snapshot.why_waiting:
        return ""
    engines = {job.engine for job in snapshot.jobs}
    span = progress.time_left(engines, timezone.now())
    said = _("at most %(time)s left") if span.is_most else _("about %(time)s left")
    return said % {"time": measures.seconds(span.seconds)}


def _review_url(request: HttpRequest, snapshot: Snapshot, site: str) -> str:
    """Return the review board of this batch for those who may review, if anything waits there."""
    if not snapshot.is_reviewable or not request.user.has_perm("django_tryon.review_tryonresult"):
        return ""
    board = reverse("admin:django_tryon_tryonresult_review", current_app=site)
    return f"{board}?batch={snapshot.batch.pk}"


def progress_response(
    request: HttpRequest, page: TryOnModelAdmin[Batch], batch: Batch
) -> HttpResponseBase:
    """Answer with the parts of the page that change, or 304 if none of them has."""
    snapshot = snapshot_of(batch, page.admin_site.name)
    unchanged = get_conditional_response(request, etag=snapshot.etag)
    if unchanged is not None:
        return unchanged
    context = batch_context(request, page, snapshot)
    folder = "admin/django_tryon/batch"
    card = get_template(f"{folder}/card.html")
    response = JsonResponse(
        {
            "over": context["progress"].is_over,
            "summary": render_to_string(f"{folder}/summary.html", context, request),
            "cards": [
                {"key": each.key, "version": each.version, "html": card.render({"card": each})}
                for each in context["cards"]
            ],
        }
    )
    response["ETag"] = snapshot.etag
    return response
