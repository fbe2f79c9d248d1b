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
from django_tryon.models.transitions import move, rows
from django_tryon.services import budget
from django_tryon.services.driving.wake import wake
from django_tryon.services.outcome import settle_followers, tell
from django_tryon.services.outfits.again import Rest, is_paid, rest_of
from django_tryon.services.shoppers.allowance import Used

ENDED = (Status.FAILED, Status.CANCELLED, Status.EXPIRED)


def retry(job: TryOnJob, *, taken: Sequence[Used] = (), run: str = "") -> TryOnJob:
    """Do a failed, cancelled or expired job again.

    Where a result was already paid for and only its download failed, only the fetch is repeated;
    otherwise the job is submitted anew, and costs again. ``taken`` is what its shopper used for
    that, ``run`` the token of the run that is to be repeated, if it must be that one. An outfit
    goes on from the garment at which it failed, and the whole of the rest is taken from the
    budgets at once; a step of one stands for its outfit, which is returned. Raises WrongState for
    any other job or run, and NothingLeft if no budget is left for it; of several retries at once,
    one wins.
    """
    if job.outfit_id is not None:
        job = rows().get(pk=job.outfit_id)
    job.refresh_from_db()  # whether it was paid for is the row's to say, not the caller's copy
    check_ended(job)
    if run and job.token != run:
        raise WrongState(_("This job was tried again meanwhile."))
    if job.next_step_at is not None:  # whoever brought it to its end died before all were told
        tell(job)
    rest = rest_of(job, fetches=True) or Rest(job.previous, (), job)
    with transaction.atomic():
        shares = budget.take_all_anew(rest.unpaid, taken=taken) if rest.unpaid else []
        anew = dict(zip([each.pk for each in rest.unpaid], shares, strict=True))
        won = all(_again(each, rest, anew.get(each.pk)) for each in rest.ended)
        if not won:  # somebody else was first, and took what it costs
            transaction.set_rollback(True)
    if not won:
        job.refresh_from_db()
        check_ended(job)
    going_on = [step.pk for step in rest.steps]
    transaction.on_commit(lambda: settle_followers(rows().filter(pk__in=going_on)))
    wake()
    return job


def _again(job: TryOnJob, rest: Rest, allowances: list[Used] | None) -> bool:
    """Send one job on its way again, for what was taken; False if somebody else was first."""
    begins = not rest.steps or job.pk == rest.steps[0].pk
    common: dict[str, Any] = {
        "attempts": 0,
        "error_code": "",
        "error_message": "",
        "finished_at": None,
        "notified_at": None,
        "next_step_at": timezone.now() if begins or is_paid(job) else None,
    }
    if allowances is None:
        return move(job, Status.FETCHING, Status.FAILED, **common)
    return move(
        job,
        Status.QUEUED,
        *ENDED,
        token=new_token(),
        allowances=allowances,
        provider_request_id=None,
        submitted_at=None,
        provider_seconds=None,
        cost=None,
        outputs=[],
        **common,
    )


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
