"""Go on: dress the rest of an outfit that failed with another engine."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from django_tryon.engines import get_engine
from django_tryon.exceptions import LaunchRefused, WrongState
from django_tryon.models import Tally, TryOnJob
from django_tryon.services.clips.frame import dresses_frame
from django_tryon.services.clips.wait import wait_instead
from django_tryon.services.launch import launch
from django_tryon.services.outfits.again import rest_of
from django_tryon.services.outfits.plan import plan_for
from django_tryon.services.retry import check_ended

MANY = Decimal(10**6)
"""More often than anybody asks."""


def go_on(
    job: TryOnJob,
    *,
    engine: str,
    params: Mapping[str, Any] | None = None,
    requested_by: Any = None,
) -> TryOnJob:
    """Launch what is left of an outfit with another engine, and return the new job.

    It starts from the last picture that came out, and costs what is left. A clip that waits for it
    as its first frame waits for the new one instead. Asked twice, it is
    launched once. Raises WrongState for what is no outfit of the shop's own or has not failed, and
    LaunchRefused as ``launch`` does.
    """
    job.refresh_from_db()
    check_ended(job)
    rest = rest_of(job)
    if rest is None or job.shopper_id is not None:
        raise WrongState(
            _("Only an outfit that the shop launched itself can go on with another engine."),
            code="no_outfit",
        )
    if job.person is None:
        raise LaunchRefused(
            _("The photo was deleted. Choose another one."), code="person_gone", field="person"
        )
    garments, chosen = list(job.garments.all()), get_engine(engine)
    wanted = chosen.read_params(params)
    with transaction.atomic():
        # First of all: two who ask at once wait here for one another, and so the second sees what
        # the first has launched.
        Tally.take(f"go-on:{job.pk}", Decimal(1), limit=MANY)
        new = launch(
            garments=garments,
            person=job.person,
            engine=engine,
            params=wanted,
            requested_by=requested_by,
            batch=job.batch,
            reuse=True,
            plan=plan_for(chosen, garments, job.person, wanted, shopper=None, goes_on=rest),
            of_clip=dresses_frame(chosen, job.person),
        )
        wait_instead(new, job, by=requested_by)
        return new
