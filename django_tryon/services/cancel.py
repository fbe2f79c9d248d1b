"""Cancel: nothing more is done for a job."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from django_tryon.exceptions import WrongState
from django_tryon.models import Status, TryOnJob
from django_tryon.models.transitions import cancel_many, move, rows, sources
from django_tryon.services.chunks import chunks
from django_tryon.services.driving.wake import wake
from django_tryon.services.outcome import tell

IN_ONE_STATEMENT = 250
TOLD_EACH = timedelta(seconds=1)
"""So much later the workers tell of the next so many: what arrives meanwhile need not wait."""


def cancel(job: TryOnJob, *source: Status) -> TryOnJob:
    """Cancel a job that has not ended; with ``source`` only one that is in one of these statuses.

    A waiting job costs nothing. One that runs already is paid for: the provider has no way to
    cancel, so its result is only dropped. Raises WrongState otherwise.
    """
    if not move(job, Status.CANCELLED, *source, error_code="cancelled", error_message=""):
        job.refresh_from_db()
        raise WrongState(
            _("This job is “%(status)s” and cannot be cancelled now.")
            % {"status": job.get_status_display()}
        )
    tell(job)
    return job


@dataclass
class Cancelled:
    """What became of many."""

    unpaid: int = 0
    """Were waiting, so that they cost nothing."""
    paid: int = 0
    """Were running already."""


def cancel_all(keys: Sequence[Any]) -> Cancelled:
    """Cancel those of these jobs that can be; the workers tell of them, bit by bit.

    A few statements, so that none of thousands is sent, and paid for, while the first are told of.
    """
    done, at = Cancelled(), timezone.now()
    running = set(sources(Status.CANCELLED)) - {Status.QUEUED}
    for some in chunks(keys, IN_ONE_STATEMENT):
        done.unpaid += cancel_many(some, Status.QUEUED, told_at=at)
        done.paid += cancel_many(some, *running, told_at=at)
        # The steps of outfits, too: told of, an outfit would cancel them only later.
        of_outfits = rows().filter(outfit__in=some, second_of=None).order_by()
        steps = list(of_outfits.values_list("pk", flat=True))
        cancel_many(steps, Status.QUEUED, told_at=at)
        paid = cancel_many(steps, *running, told_at=at)  # of an outfit one at a time
        done.paid, done.unpaid = done.paid + paid, done.unpaid - paid
        at += TOLD_EACH
    wake()
    return done
