"""Decide: what staff can do about a job of which nobody knows whether it was paid for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from django_tryon.admin.asking import ask, has_agreed
from django_tryon.admin.base import TryOnModelAdmin, told
from django_tryon.admin.drawing import measures
from django_tryon.admin.job_page import Button
from django_tryon.models import EarlierRun, Status, TryOnJob
from django_tryon.services.outfits.seen import status_of

SUBMITTED_AGAIN = told(
    gettext_lazy("%(name)s is submitted again."),
    ngettext_lazy("%(count)d is submitted again.", "%(count)d are submitted again.", "count"),
)
GIVEN_UP = told(
    gettext_lazy("%(name)s was given up."),
    ngettext_lazy("%(count)d was given up.", "%(count)d were given up.", "count"),
)
ADOPTED = told(
    gettext_lazy("%(name)s goes on with that request."),
    ngettext_lazy("%(count)d goes on.", "%(count)d go on.", "count"),
)


ACTIONS = ("submit_again", "give_up", "adopt_request")
"""What staff may do with an uncertain job."""


def ask_before_submit(
    request: HttpRequest, page: TryOnModelAdmin[Any], jobs: Sequence[TryOnJob]
) -> TemplateResponse | None:
    """Return a page that says what a second submit may cost, unless that was agreed to."""
    if has_agreed(request):
        return None
    total = sum((job.estimated_cost or Decimal(0) for job in jobs), Decimal(0))
    question = ngettext(
        "Segmind may have accepted this try-on already. Submitted again, it costs about %(cost)s, "
        "and if the first was accepted after all, both are paid for.",
        "Segmind may have accepted these %(count)d try-ons already. Submitted again, they cost "
        "about %(cost)s, and those that were accepted after all are paid for twice.",
        len(jobs),
    ) % {"count": len(jobs), "cost": measures.dollars(total)}
    return ask(
        request,
        page,
        title=_("Submit again?"),
        question=question,
        agree=_("Submit again all the same"),
        jobs=jobs,
    )


def ask_before_giving_up(
    request: HttpRequest, page: TryOnModelAdmin[Any], jobs: Sequence[TryOnJob]
) -> TemplateResponse | None:
    """Return a page that says what giving up means, unless that was agreed to."""
    if has_agreed(request):
        return None
    question = ngettext(
        "This try-on ends as failed. If Segmind accepted it, it is paid for all the same, and "
        "nobody looks for its result any more; so what it was to cost counts as spent.",
        "These %(count)d try-ons end as failed. Those that Segmind accepted are paid for all the "
        "same, and nobody looks for their results any more; so what they were to cost counts as "
        "spent.",
        len(jobs),
    ) % {"count": len(jobs)}
    return ask(request, page, title=_("Give up?"), question=question, agree=_("Give up"), jobs=jobs)


def ask_for_id(
    request: HttpRequest, page: TryOnModelAdmin[Any], jobs: Sequence[TryOnJob]
) -> TemplateResponse | None:
    """Return a page that asks for the id under which the provider has it, unless that was given."""
    if has_agreed(request):
        return None
    question = _(
        "Did you find this try-on among your requests in Segmind's console? Then give its id: "
        "its result is fetched, and nothing is paid again."
    )
    job = jobs[0]
    if job.submitted_at is not None:
        sent = _("It was sent to %(engine)s on %(time)s UTC.")
        sent_at = f"{job.submitted_at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
        question = f"{question} {sent % {'engine': job.engine, 'time': sent_at}}"
    return ask(
        request,
        page,
        title=_("Adopt a request"),
        question=question,
        agree=_("Adopt"),
        wants_id=True,
    )


def decide_buttons(page: TryOnModelAdmin[Any], job: TryOnJob, offered: Any) -> list[Button]:
    """Return the buttons of an uncertain job, or of an outfit with an uncertain step."""
    if status_of(job) != Status.UNCERTAIN:
        return []
    return [
        Button(label, page.do_link(job, action), style)
        for action, label, style in (
            ("adopt_request", _("Adopt a request…"), "default"),
            ("submit_again", _("Submit again…"), ""),
            ("give_up", _("Give up…"), ""),
        )
        if action in offered
    ]


def what_is_known(job: TryOnJob, *, money: bool) -> list[str]:
    """Return sentences about what may have been paid for besides the job's own result."""
    said = []
    every = [*job.steps, job]
    said += [_about_history(each) for each in every if each.status == Status.UNCERTAIN]
    runs = EarlierRun.objects.filter(job__in=every).exclude(provider_request_id="")
    for run in runs:
        about = run.provider_request_id
        if money:
            about = f"{about}, {measures.dollars(run.cost)}"
        said.append(
            _("An earlier run of this job was paid for as well: request %(about)s.")
            % {"about": about}
        )
    return said


def _about_history(job: TryOnJob) -> str:
    if job.next_step_at is None:
        return _("Segmind's request history did not tell of it. Please decide what to do.")
    asked = _("Segmind's request history is asked again (%(time)s).")
    return asked % {"time": measures.moment(job.next_step_at)}
