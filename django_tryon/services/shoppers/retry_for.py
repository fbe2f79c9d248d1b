"""Retry for: a shopper's own job once more, with what it takes of quotas and budgets."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from django_tryon.exceptions import WrongState
from django_tryon.models import Shopper, TryOnJob
from django_tryon.services.retry import retry
from django_tryon.services.shoppers import allowance
from django_tryon.services.shoppers.allowance import Allowance
from django_tryon.services.shoppers.hold import hold


def retry_for(shopper: Shopper, job: TryOnJob, takes: Iterable[Allowance]) -> TryOnJob:
    """Do a job once more, and take these for it; return it.

    Raises NothingLeft, TokenRefused if the shopper was erased, and WrongState while the same
    try-on is on its way; then nothing was taken.
    """
    try:
        with transaction.atomic():
            hold(shopper)
            retry(job, taken=allowance.take(takes))
            job.open_wish = f"{shopper.pk}:{job.wish}"
            job.save(update_fields=["open_wish"])
    except IntegrityError as error:
        raise WrongState(_("The same try-on is on its way already."), code="on_its_way") from error
    return job
