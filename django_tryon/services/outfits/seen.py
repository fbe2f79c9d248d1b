"""What an outfit looks like to whoever asked for it: one job, whatever step it is at."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Case, Exists, F, OuterRef, Q, Value, When

from django_tryon.models import Status, TryOnJob
from django_tryon.models.transitions import FINISHED
from django_tryon.services.budget import price_of


def status_of(job: TryOnJob) -> Status:
    """Return how the whole of it stands: while the job waits for its steps, what they do."""
    of_steps = {step.status for step in waits_for(job)}
    if Status.UNCERTAIN in of_steps:
        return Status.UNCERTAIN
    has_begun = of_steps and any(step.status != Status.QUEUED for step in job.steps)
    return Status.RUNNING if has_begun else Status(job.status)


def as_seen() -> Case:
    """Return ``status_of`` as the database reckons it, for many jobs at once."""
    steps = TryOnJob.objects.filter(outfit=OuterRef("pk")).order_by()
    waits = Q(status=Status.QUEUED, previous__isnull=False, outfit=None)
    # Some are still to come, and not all of them are as they were written.
    unfinished = Exists(steps.exclude(status__in=FINISHED))
    has_begun = Exists(steps.exclude(status=Status.QUEUED))
    return Case(
        When(waits & Q(Exists(steps.filter(status=Status.UNCERTAIN))), Value(Status.UNCERTAIN)),
        When(waits & Q(unfinished) & Q(has_begun), Value(Status.RUNNING)),
        default=F("status"),
    )


def waits_for(job: TryOnJob) -> list[TryOnJob]:
    """Return the steps that a waiting job still waits for, in their order."""
    if job.status != Status.QUEUED:
        return []
    return [step for step in job.steps if step.status not in FINISHED]


def price_of_all(job: TryOnJob) -> Decimal:
    """Return what a try-on is to cost with all its steps, US$."""
    return sum((price_of(each) for each in (*job.steps, job)), Decimal(0))
