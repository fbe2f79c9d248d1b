"""Retry: do an ended job once more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from django_tryon.exceptions import WrongState
from django_tryon.models import Status, TryOnJob
from django_tryon.models.job import new_token
from django_tryon.models.transitions import move
from django_tryon.services import budget
from django_tryon.services.driving.wake import wake
from django_tryon.services.outcome import tell
from django_tryon.services.shoppers.allowance import Used

ENDED = (Status.FAILED, Status.CANCELLED, Status.EXPIRED)


def retry(job: TryOnJob, *, taken: Sequence[Used] = (), run: str = "") -> TryOnJob:
    """Do a failed, cancelled or expired job again.

    Where a result was already paid for and only its download failed, only the fetch is repeated;
    otherwise the job is submitted anew, and costs again. ``taken`` is what its shopper used for
    that, ``run`` the token of the run that is to be repeated, if it must be that one. Raises
    WrongState for any other job or run, and NothingLeft if no budget is left for it; of several
    retries at once, one wins.
    """
    job.refresh_from_db()  # whether it was paid for is the row's to say, not the caller's copy
    check_ended(job)
    if run and job.token != run:
        raise WrongState(_("This job was tried again meanwhile."))
    if job.next_step_at is not None:  # whoever brought it to its end died before all were told
        tell(job)
    common: dict[str, Any] = {
        "attempts": 0,
        "error_code": "",
        "error_message": "",
        "finished_at": None,
        "notified_at": None,
        "next_step_at": timezone.now(),
    }
    if job.status == Status.FAILED and job.outputs:
        won = move(job, Status.FETCHING, Status.FAILED, **common)
    else:
        with transaction.atomic():
            won = move(
                job,
                Status.QUEUED,
                *ENDED,
                token=new_token(),
                allowances=budget.take_anew(job, taken=taken),
                provider_request_id=None,
                submitted_at=None,
                provider_seconds=None,
                cost=None,
                outputs=[],
                **common,
            )
            if not won:  # somebody else was first, and took what it costs
                transaction.set_rollback(True)
    if not won:
        job.refresh_from_db()
        check_ended(job)
    wake()
    return job


def check_ended(job: TryOnJob) -> None:
    """Refuse a job that cannot be tried again; raises WrongState."""
    if job.status not in ENDED:
        raise WrongState(
            _(
                "This job is “%(status)s”; only a failed, cancelled or expired one can be tried "
                "again."
            )
            % {"status": job.get_status_display()}
        )
