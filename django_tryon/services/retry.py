"""Retry: do an ended job once more."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from django_tryon.exceptions import WrongState
from django_tryon.models import Status, TryOnJob
from django_tryon.models.job import new_token
from django_tryon.models.transitions import move
from django_tryon.services.wake import wake


def retry(job: TryOnJob) -> TryOnJob:
    """Do a failed, cancelled or expired job again.

    Where a result was already paid for and only its download failed, only the fetch is repeated;
    otherwise the job is submitted anew, and costs again. Raises WrongState for any other job; of
    several retries at once, one wins.
    """
    job.refresh_from_db()  # whether it was paid for is the row's to say, not the caller's copy
    now = timezone.now()
    common: dict[str, Any] = {
        "attempts": 0,
        "error_code": "",
        "error_message": "",
        "finished_at": None,
        "next_step_at": now,
    }
    paid = job.status == Status.FAILED and bool(job.outputs)
    if paid:
        won = move(job, Status.FETCHING, Status.FAILED, **common)
    else:
        anew: dict[str, Any] = {
            "token": new_token(),
            "provider_request_id": None,
            "submitted_at": None,
            "provider_seconds": None,
            "cost": None,
            "outputs": [],
        }
        ended = (Status.FAILED, Status.CANCELLED, Status.EXPIRED)
        won = move(job, Status.QUEUED, *ended, **common, **anew)
    if not won:
        job.refresh_from_db()
        raise WrongState(
            _(
                "This job is “%(status)s”; only a failed, cancelled or expired one can be tried "
                "again."
            )
            % {"status": job.get_status_display()}
        )
    wake()
    return job
