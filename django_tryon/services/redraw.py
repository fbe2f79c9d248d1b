"""Redraw: the same try-on once more with another seed, in place of a result that is no good."""

from __future__ import annotations

import secrets
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from django_tryon.engines import find_engine
from django_tryon.exceptions import WrongState
from django_tryon.models import TryOnJob, TryOnResult
from django_tryon.services.clips.frame import dresses_frame, take_frame
from django_tryon.services.clips.wait import wait_instead
from django_tryon.services.launch import launch
from django_tryon.services.review import reject

SEEDS = 2**31 - 1
"""Every engine takes a seed below this."""


def redraw(result: TryOnResult, *, by: Any = None, seen: str | None = None) -> TryOnJob:
    """Reject a result, launch its try-on with another seed, and return the new job.

    It joins the same batch, and costs again. A clip that waits for it as its first frame waits for
    the new one instead. Both happen or neither: of two who ask at once, one
    launches. Raises WrongState as ``reject`` does, for an engine without a seed and for a shopper's
    own result; LaunchRefused, where the try-on can no longer be launched.
    """
    job = result.job
    engine = find_engine(job.engine)
    if "seed" not in engine.params.model_fields:
        raise WrongState(
            _("%(engine)s has no seed: it would draw the same again.") % {"engine": engine.title},
            code="no_seed",
        )
    person = job.person
    if person is None or not person.is_house_model:
        raise WrongState(
            _("Only a try-on on a house model can be launched again by the shop."),
            code="not_a_house_model",
        )
    of_clip = dresses_frame(engine, person)
    if of_clip:
        take_frame(person)
    with transaction.atomic():
        # What it takes of the tallies comes first: see ``in_order``.
        again = launch(
            garments=list(job.garments.all()),
            person=person,
            engine=job.engine,
            params=job.params | {"seed": 1 + secrets.randbelow(SEEDS)},
            requested_by=by,
            previous=began_from(job),
            reference=job.reference or None,
            batch=job.batch,
            of_clip=of_clip,
        )
        reject(result, by=by, reason=TryOnResult.Reason.SEED, seen=seen)
        wait_instead(again, job, by=by)
        return again


def began_from(job: TryOnJob) -> TryOnJob | None:
    """Return from whose picture a try-on began, if it was launched so."""
    first = (*job.steps, job)[0]
    if first.puts_on is None or first.garments.count() == len(first.puts_on):
        return first.previous
    return None  # it went on with an outfit that had been begun: now it is drawn anew
