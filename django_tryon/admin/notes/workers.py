"""Whether anybody is at work, as staff are told on the pages where they launch and wait."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import ngettext

from django_tryon.admin.drawing import measures
from django_tryon.models import TryOnJob
from django_tryon.models.transitions import STEPS
from django_tryon.services.doctor.diagnosis import AWAY, how_to, look


@dataclass(frozen=True)
class Missing:
    """That the workers are not running."""

    says: str
    start: str
    """The command that starts them; empty where nobody knows it."""


def workers_missing(jobs: Iterable[TryOnJob] | None = None) -> Missing | None:
    """Return what to say if try-ons wait in vain; None if somebody is at work.

    With some jobs given: if one of them does. Then nothing is asked of the database otherwise.
    """
    if jobs is not None and not any(_waits_in_vain(job) for job in jobs):
        return None
    facts = look()
    if not facts.is_left_alone or facts.overdue_since is None:
        return None
    number = sum(facts.overdue.values())
    says = ngettext(
        "The workers are not running: %(count)d try-on waits since %(time)s",
        "The workers are not running: %(count)d try-ons wait since %(time)s",
        number,
    ) % {"count": number, "time": measures.moment(facts.overdue_since)}
    return Missing(says, how_to().start)


def waits_in_vain() -> Q:
    """Return the condition for jobs that are due, and that nobody has come to for a while."""
    return Q(status__in=STEPS, next_step_at__lt=timezone.now() - AWAY)


def _waits_in_vain(job: TryOnJob) -> bool:
    due = job.next_step_at
    return job.status in STEPS and due is not None and timezone.now() - due > AWAY
