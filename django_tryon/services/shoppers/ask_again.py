"""Ask again: a shopper's retry. What is paid again counts again."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from django_tryon.exceptions import LaunchRefused, WrongState
from django_tryon.models import Shopper, Status, TryOnJob
from django_tryon.services.cancel import cancel
from django_tryon.services.outfits.again import Rest, is_paid, rest_of
from django_tryon.services.outfits.seen import status_of
from django_tryon.services.retry import check_ended, retry
from django_tryon.services.shoppers import allowance
from django_tryon.services.shoppers.ask import ask, check_may_see
from django_tryon.services.shoppers.hold import hold


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
    check_may_see(shopper, garments, job.person, engine or job.engine)
    wish: dict[str, Any] = {"garments": garments, "person": job.person, "address": address}
    if status_of(job) == Status.UNCERTAIN:
        new, _is_new = ask(shopper, **wish, engine=engine or job.engine, params=job.params)
        if job.status == Status.QUEUED and new.pk != job.pk:
            with suppress(WrongState):  # of an outfit no more is to be paid for but that step
                cancel(job, Status.QUEUED)
        return new
    check_ended(job)
    try:
        rest = rest_of(job, fetches=not is_other)
    except WrongState:  # what it would go on from is gone: all of it anew
        params = None if is_other else job.params
        return ask(shopper, **wish, engine=engine or job.engine, params=params)[0]
    if is_other:
        return ask(shopper, **wish, engine=engine, goes_on=rest)[0]
    price = (rest or Rest(None, (), job)).price
    try:
        with transaction.atomic():
            hold(shopper)
            used = allowance.take(allowance.launches(shopper, address, price))
            retry(job, taken=used)
            job.open_wish = f"{shopper.pk}:{job.wish}"
            job.save(update_fields=["open_wish"])
    except IntegrityError as error:
        raise WrongState(_("The same try-on is on its way already."), code="on_its_way") from error
    return job
