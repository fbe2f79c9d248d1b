"""Cancel: nothing more is done for a job."""

from __future__ import annotations

from django.utils.translation import gettext as _

from django_tryon.exceptions import WrongState
from django_tryon.models import Status, TryOnJob
from django_tryon.models.transitions import move
from django_tryon.services.outcome import tell


def cancel(job: TryOnJob) -> TryOnJob:
    """Cancel a job that has not ended.

    A waiting job costs nothing. One that runs already is paid for: the provider has no way to
    cancel, so its result is only dropped. Raises WrongState otherwise.
    """
    if not move(job, Status.CANCELLED, error_code="cancelled", error_message=""):
        job.refresh_from_db()
        raise WrongState(
            _("This job is “%(status)s” and cannot be cancelled now.")
            % {"status": job.get_status_display()}
        )
    tell(job)
    return job
