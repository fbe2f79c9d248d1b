"""What the page of one job shows above its facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from django_tryon.admin.access import is_of_shopper, may_see, note_look
from django_tryon.admin.bakeoff.pins import pin_words
from django_tryon.admin.base import TryOnModelAdmin, told
from django_tryon.admin.drawing import measures
from django_tryon.admin.drawing.figures import Figure, input_figures, result_figure
from django_tryon.admin.going_on import go_on_words
from django_tryon.models import Status, TryOnJob
from django_tryon.models.transitions import FINISHED, sources

RETRIABLE = FINISHED.intersection(sources(Status.QUEUED))
"""Ended without a result: from there a move leads back to the start."""

TRIED_AGAIN = told(
    gettext_lazy("%(name)s will be tried again."),
    ngettext_lazy("%(count)d will be tried again.", "%(count)d will be tried again.", "count"),
)


@dataclass(frozen=True)
class Button:
    """Something that can be done to the object that is shown."""

    label: str
    url: str
    style: str = ""


def retriable(job: TryOnJob) -> bool:
    """Tell whether a job has ended without a result, so that it can be tried again."""
    return job.status in RETRIABLE


def cancellable(job: TryOnJob) -> bool:
    """Tell whether a job can still be stopped."""
    return job.status in sources(Status.CANCELLED)


def job_context(request: HttpRequest, page: TryOnModelAdmin[TryOnJob], job: TryOnJob) -> Any:
    """Return the figures and buttons of a job, and note who looked at a shopper."""
    site = page.admin_site.name
    figures = input_figures(request, job, site)
    figures += [result_figure(request, result, site) for result in job.results.all()]
    if not job.results.all():
        figures.append(Figure(_("Result"), instead=awaited(job)))
    if is_of_shopper(job.person) and may_see(request, job):
        note_look(request, job)
    return {"figures": figures, "job_buttons": _buttons(request, page, job)}


def awaited(job: TryOnJob) -> str:
    """Say why there is no result."""
    if job.status == Status.SUCCEEDED:
        return _("The result was deleted.")
    if measures.is_paid_for(job):
        return _("It was cancelled when it ran already, so it is paid for.")
    return job.error_message or job.get_status_display()


def _buttons(request: HttpRequest, page: TryOnModelAdmin[TryOnJob], job: TryOnJob) -> list[Button]:
    offered = page.get_actions(request)
    buttons: list[Button] = []
    if job.outfit_id is not None:  # what is done to a step is done to the outfit, and from there
        return buttons
    if "retry_jobs" in offered and retriable(job):
        again = _("Fetch again") if job.outputs and job.status == Status.FAILED else _("Try again")
        buttons.append(Button(again, page.do_link(job, "retry_jobs"), "default"))
    if "go_on_jobs" in offered and (words := go_on_words(job)):
        buttons.append(Button(words, page.do_link(job, "go_on_jobs")))
    if "cancel_jobs" in offered and cancellable(job):
        buttons.append(Button(_("Cancel"), page.do_link(job, "cancel_jobs")))
    if "pin_engine" in offered and job.status == Status.SUCCEEDED and (words := pin_words(job)):
        buttons.append(Button(words, page.do_link(job, "pin_engine")))
    return buttons
