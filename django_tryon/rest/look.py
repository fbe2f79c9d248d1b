"""A look at one job: all that its body shows, read for as little as possible. It is asked often."""

from __future__ import annotations

from uuid import UUID

from django.db import models

from django_tryon.models import Person, Status, TryOnJob, TryOnResult
from django_tryon.models.question import Blank, Question
from django_tryon.rest.serializers.garments import WORN, WornRow


def _in_order(model: type[models.Model], *names: str) -> tuple[str, ...]:
    """Return names of columns in the order in which ``from_db`` takes their values."""
    return tuple(f.attname for f in model._meta.concrete_fields if f.attname in names)


JOB = _in_order(
    TryOnJob,
    "id",
    "status",
    "engine",
    "person_id",
    "previous_id",
    "outfit_id",
    "shopper_id",
    "error_code",
    "cost",
    "outputs",
    "created_at",
    "updated_at",
    "submitted_at",
    "finished_at",
    "claim",
    "next_step_at",
)
PERSON = _in_order(Person, "id", "kind", "photo", "video", "frame", "delete_at")
OWN = TryOnJob.objects.filter(
    pk=Blank("pk", models.UUIDField()), shopper=Blank("owner", models.UUIDField()), outfit=None
)
SHOWN = [*JOB, *(f"person__{name}" for name in PERSON), *(f"garments__{name}" for name in WORN)]
OF_USER = Question(OWN.order_by().values_list(*SHOWN))
OF_VISITOR = Question(OWN.filter(shopper__user=None).order_by().values_list(*SHOWN))
RESULTS = Question(
    TryOnResult.objects.filter(job=Blank("job", models.UUIDField()))
    .order_by("-created_at")
    .only(
        "job",
        "kind",
        "file",
        "poster",
        "published_file",
        "published_poster",
        "width",
        "height",
        "liked",
        "published_at",
        "offered_at",
        "delete_at",
        "judge_at",
        "findings",
        "needs_look",
        "created_at",
    )
)


def look_at(
    pk: UUID, owner: UUID | None, *, is_visitor: bool
) -> tuple[TryOnJob, list[WornRow]] | None:
    """Return a job with its person, and its garments in their usual order; None if not found.

    None either for the id of a visitor (``is_visitor``) who has become a user since.
    """
    if owner is None:
        return None
    found = (OF_VISITOR if is_visitor else OF_USER).rows(pk=pk, owner=owner)
    if not found:
        return None
    using = OWN.db
    worn, person = len(JOB) + len(PERSON), found[0][len(JOB) : len(JOB) + len(PERSON)]
    job = TryOnJob.from_db(using, JOB, found[0][: len(JOB)])
    job.person = Person.from_db(using, PERSON, person) if job.person_id else None
    garments = (WornRow(*row[worn:]) for row in found if row[worn] is not None)
    return job, sorted(garments)


def results_of(job: TryOnJob) -> list[TryOnResult]:
    """Return the results of a job, the newest first; nothing is looked for before its end."""
    if job.status != Status.SUCCEEDED:
        return []
    found = [result for result in RESULTS.objects(job=job.pk) if result.is_there]
    for result in found:
        result.job = job
    return found
