"""Draw again: a result that the checks flagged once more, by itself, with another seed.

Once at most: the second job names the first in a column that is unique. It is hidden as the steps
of an outfit are, so nobody hears of it; what it costs is taken from the budgets as for any other.
"""

from __future__ import annotations

import secrets
import uuid

from django.db import IntegrityError, transaction

from django_tryon import logs
from django_tryon.engines import find_engine
from django_tryon.exceptions import LaunchRefused, TokenRefused
from django_tryon.models import Garment, Person, TryOnJob, TryOnResult
from django_tryon.services import budget
from django_tryon.services.check_launch import check
from django_tryon.services.judging.take_better import is_decided
from django_tryon.services.redraw import SEEDS
from django_tryon.services.shoppers.hold import hold

Second = tuple[TryOnJob, list[Garment]]
"""A job that is not written yet, and what it puts on."""


def can_be_drawn_again(job: TryOnJob) -> bool:
    """Tell whether a job is of a kind that is drawn again by itself.

    Its engine has a seed; it is a picture, for a clip costs a hundred times as much; it is no
    outfit of several jobs; and it is no second one itself.
    """
    if job.second_of_id is not None or job.outfit_id is not None or job.puts_on is not None:
        return False
    if job.person is None or job.person.kind != Person.Kind.PHOTO or not job.person.is_there:
        return False
    engine = find_engine(job.engine)
    return engine.output == "image" and "seed" in engine.params.model_fields


def second_for(result: TryOnResult) -> Second | None:
    """Return the job that draws a result again; None where that cannot be. Nothing is written."""
    job = result.job
    if not can_be_drawn_again(job) or TryOnJob.objects.filter(second_of=job).exists():
        return None
    row = TryOnResult.objects.filter(pk=result.pk).first()
    if row is None or is_decided(row):  # nobody would be shown the second one
        return None
    person, garments, engine = job.person, list(job.garments.all()), find_engine(job.engine)
    assert person is not None  # noqa: S101  (see above)
    params = job.params | {"seed": 1 + secrets.randbelow(SEEDS)}
    try:
        check(engine, garments, person, params, previous=job.previous)
    except LaunchRefused as error:
        logs.info("job.no_second", "not drawn again: %s", error.code, job=job)
        return None
    second = TryOnJob(
        pk=uuid.uuid4(),
        title=job.title,
        engine=job.engine,
        params=params,
        person=person,
        previous=job.previous,
        second_of=job,
        outfit=job,
        on_house_model=job.on_house_model,
        requested_by=job.requested_by,
        shopper=job.shopper,
        estimated_cost=engine.estimate(len(garments)),
        next_step_at=job.finished_at,
    )
    return second, garments


def draw_again(second: Second) -> bool:
    """Write it down; False, and nothing is, if no budget is left for it, its shopper was erased,
    or somebody else was first. Call it inside a transaction."""
    job, garments = second
    try:
        with transaction.atomic():
            if job.shopper is not None:
                hold(job.shopper)
            job.allowances = budget.take_anew(job)
            job.save(force_insert=True)
            job.garments.add(*garments)
    except (LaunchRefused, TokenRefused, IntegrityError) as error:
        logs.info("job.no_second", "not drawn again", job=job.second_of_id, error=error)
        return False
    logs.info("job.second", "is drawn again with another seed", job=job)
    return True
