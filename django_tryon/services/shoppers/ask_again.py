"""Ask again: a shopper's retry. What is paid again counts again."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, cast

from django.utils.translation import gettext as _

from django_tryon.engines import get_engine
from django_tryon.exceptions import LaunchRefused, WrongState
from django_tryon.models import Garment, Person, Shopper, Status, TryOnJob
from django_tryon.services.cancel import cancel
from django_tryon.services.outfits.again import Rest, is_paid, rest_of
from django_tryon.services.outfits.seen import status_of
from django_tryon.services.retry import check_ended, retry
from django_tryon.services.shoppers import allowance
from django_tryon.services.shoppers.ask import ask, check_may_see
from django_tryon.services.shoppers.clips.again import clip_again
from django_tryon.services.shoppers.clips.ask import ask_clip
from django_tryon.services.shoppers.retry_for import retry_for


def ask_again(shopper: Shopper, job: TryOnJob, *, address: str = "", engine: str = "") -> TryOnJob:
    """Do a shopper's failed, cancelled or expired job once more; return it.

    An uncertain one stays as it is, as it may still come to a result: a new job is returned. So it
    is where another ``engine`` is to go on with an outfit. Where a result was paid for and only
    its download failed, nothing is used up. Raises WrongState, also while the same try-on is on
    its way already, LaunchRefused, or TokenRefused.
    """
    is_other = bool(engine) and engine != job.engine
    if is_paid(job) and not is_other:
        return retry(job)
    garments = list(job.garments.prefetch_related("product"))
    if job.person is None:
        raise LaunchRefused(
            _("The photo was deleted. Choose another one."), code="person_gone", field="person"
        )
    if get_engine(job.engine).needs_reference:
        if is_paid(job):  # only one engine makes clips: none was meant instead
            return retry(job)
        return clip_again(shopper, job, garments, address=address)
    check_may_see(shopper, garments, job.person, engine or job.engine)
    is_frame = job.person.kind == Person.Kind.VIDEO
    if is_frame and (is_other or status_of(job) == Status.UNCERTAIN):
        return _frame_anew(shopper, job, garments, address=address, engine=engine)
    wish: dict[str, Any] = {"garments": garments, "person": job.person, "address": address}
    params = None if is_other else job.params  # each engine has its own
    if status_of(job) == Status.UNCERTAIN:
        new, _is_new = ask(shopper, **wish, engine=engine or job.engine, params=params)
        if job.status == Status.QUEUED and new.pk != job.pk:
            with suppress(WrongState):  # of an outfit no more is to be paid for but that step
                cancel(job, Status.QUEUED)
        return new
    check_ended(job)
    try:
        rest = rest_of(job, fetches=not is_other)
    except WrongState:  # what it would go on from is gone: all of it anew
        if is_frame:
            return _frame_anew(shopper, job, garments, address=address)
        return ask(shopper, **wish, engine=engine or job.engine, params=params)[0]
    if is_other:
        return ask(shopper, **wish, engine=engine, goes_on=rest)[0]
    price = (rest or Rest(None, (), job)).price
    return retry_for(shopper, job, allowance.launches(shopper, address, price))


def _frame_anew(
    shopper: Shopper, job: TryOnJob, garments: list[Garment], *, address: str, engine: str = ""
) -> TryOnJob:
    """Have the first frame of a clip dressed by another job, for which the clip then waits."""
    waiting, _is_new = ask_clip(
        shopper,
        garments=garments,
        person=cast(Person, job.person),
        image_engine=engine or job.engine,
        address=address,
    )
    return waiting.frame
