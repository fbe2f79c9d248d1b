"""Ask again: a shopper's retry. What is paid again counts again."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from django_tryon.engines import get_engine
from django_tryon.exceptions import LaunchRefused, WrongState
from django_tryon.models import Shopper, Status, TryOnJob
from django_tryon.services.retry import check_ended, retry
from django_tryon.services.shoppers import allowance
from django_tryon.services.shoppers.ask import ask, check_may_see
from django_tryon.services.shoppers.hold import hold


def ask_again(shopper: Shopper, job: TryOnJob, *, address: str = "") -> TryOnJob:
    """Do a shopper's failed, cancelled or expired job once more; return it.

    An uncertain one stays as it is, as it may still come to a result: a new job is returned. Where
    a result was paid for and only its download failed, nothing is used up. Raises WrongState, also
    while the same try-on is on its way already, LaunchRefused, or TokenRefused.
    """
    if job.status == Status.FAILED and job.outputs:
        return retry(job)
    garments = list(job.garments.prefetch_related("product"))
    if job.person is None:
        raise LaunchRefused(
            _("The photo was deleted. Choose another one."), code="person_gone", field="person"
        )
    check_may_see(shopper, garments, job.person, job.engine)
    if job.status == Status.UNCERTAIN:
        wish: dict[str, Any] = {"garments": garments, "person": job.person, "params": job.params}
        return ask(shopper, **wish, engine=job.engine, address=address)[0]
    check_ended(job)
    price = get_engine(job.engine).estimate(len(garments))
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
