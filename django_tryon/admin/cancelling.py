"""Cancel: what it does not save is asked before, and said after."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from django_tryon.admin.asking import ask, has_agreed
from django_tryon.admin.base import TryOnModelAdmin
from django_tryon.admin.drawing import measures
from django_tryon.models import Status, TryOnJob
from django_tryon.models.transitions import sources
from django_tryon.services import cancel

RUNNING = frozenset(sources(Status.CANCELLED)) - {Status.QUEUED}
"""Can be cancelled, and is paid for."""


def cancel_and_look(job: TryOnJob) -> None:
    """Cancel a job, and read from the row whether it, or a step of it, had been sent by then."""
    cancel(job)
    job.refresh_from_db(fields=["submitted_at"])
    vars(job).pop("steps", None)


def told_cancelled(jobs: Sequence[TryOnJob]) -> str:
    """Say how many jobs are cancelled, and how many of them cost money all the same."""
    paid = sum(map(measures.is_paid_for, jobs))
    if len(jobs) == 1:
        names = {"name": jobs[0]}
        if paid:
            return _("“%(name)s” is cancelled. It was running already, so it is paid for.") % names
        return _("“%(name)s” is cancelled.") % names
    return said_cancelled(len(jobs), paid)


def said_cancelled(count: int, paid: int) -> str:
    """Say of several that they are cancelled, and how many of them cost money all the same."""
    said = ngettext("%(count)d cancelled.", "%(count)d cancelled.", count)
    if paid and paid == count:
        said += " " + _("They were running already, so they are paid for.")
    elif paid:
        said += " " + ngettext(
            "%(paid)d of them was running already, so it is paid for.",
            "%(paid)d of them were running already, so they are paid for.",
            paid,
        )
    return said % {"count": count, "paid": paid}


def ask_first(
    request: HttpRequest, page: TryOnModelAdmin[Any], jobs: QuerySet[TryOnJob]
) -> TemplateResponse | None:
    """Return a page that asks, if some of these jobs are running and nobody has agreed yet.

    It says, too, what becomes of those that are just being sent.
    """
    if has_agreed(request):
        return None
    sent = {*RUNNING, Status.SUBMITTING}
    # What runs of an outfit is one of its steps; a second drawing is not cancelled with the first.
    steps = TryOnJob.objects.filter(
        outfit__in=jobs.order_by().values("pk"), second_of=None, status__in=sent
    )
    found = [*jobs.filter(status__in=sent), *steps]
    running = [job for job in found if job.status in RUNNING]
    if not running:
        return None
    sending = len(found) - len(running)
    return ask(
        request,
        page,
        title=_("Cancel what is running?"),
        question=" ".join(filter(None, (_question(running), _about_sending(sending)))),
        agree=_("Cancel all the same"),
    )


def _question(running: list[TryOnJob]) -> str:
    """Say what is running, and what it costs."""
    costs = (job.estimated_cost if job.cost is None else job.cost for job in running)
    total = sum((cost for cost in costs if cost is not None), Decimal(0))
    about = _("about %(amount)s") % {"amount": measures.dollars(total)}
    names = {
        "name": running[0],
        "count": len(running),
        "price": about if total else _("the full price"),
    }
    if len(running) == 1:
        return (
            _(
                "“%(name)s” is running already, and Segmind cannot stop it: it costs %(price)s all "
                "the same, and its result is thrown away."
            )
            % names
        )
    return (
        _(
            "%(count)d try-ons are running already, and Segmind cannot stop them: they cost "
            "%(price)s all the same, and their results are thrown away."
        )
        % names
    )


def _about_sending(count: int) -> str:
    """Say what becomes of those that cannot be cancelled at this moment."""
    if not count:
        return ""
    said = ngettext(
        "%(count)d more is being sent at this moment: if it runs when you agree, it is cancelled "
        "and costs its price all the same, else it goes on and its result comes.",
        "%(count)d more are being sent at this moment: those that run when you agree are "
        "cancelled and cost their price all the same, the others go on and their results come.",
        count,
    )
    return said % {"count": count}
