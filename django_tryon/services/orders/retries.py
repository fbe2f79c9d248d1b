"""Retries: jobs that staff want tried again, a row for each until that is done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import models, transaction

from django_tryon.engines import find_engine
from django_tryon.exceptions import WrongState
from django_tryon.models import Batch, PendingRetry
from django_tryon.models.transitions import rows as jobs
from django_tryon.services.chunks import chunks
from django_tryon.services.driving.gates import refuse_retired
from django_tryon.services.orders.orders import IN_ONE_INSERT, Orders
from django_tryon.services.outcome import tell
from django_tryon.services.outfits.again import is_paid
from django_tryon.services.retry import ENDED, retry

State = PendingRetry.State


class Retries(Orders[PendingRetry]):
    """All pending retries. The row goes in the transaction that sends its job on its way."""

    def read(self, taken: models.QuerySet[PendingRetry]) -> list[PendingRetry]:
        """Return these rows, with their jobs."""
        return list(taken.select_related("job"))

    def do(self, row: PendingRetry) -> None:
        """Try a job again, if nobody else has; raises LaunchRefused, or NothingLeft."""
        job = row.job
        if job is None or job.token != row.token or job.status not in ENDED:
            self.mine(row).delete()  # it was deleted, or somebody tried it again by itself
            return
        if not is_paid(job):  # else it is only fetched
            refuse_retired(find_engine(job.engine))
        if job.next_step_at is not None:  # here, as this may send a mail: no transaction waits
            tell(job)
        try:
            with transaction.atomic():
                if self.mine(row).delete()[0]:  # else it was stopped, or another worker has it
                    retry(job, run=row.token)
        except WrongState as error:
            if error.code != WrongState.code:
                raise  # it can never be done: staff are told why
            self.mine(row).delete()


retries = Retries(PendingRetry)


def write_down(keys: Iterable[Any]) -> int:
    """Have the workers try those of these jobs again that ended without a result.

    Return how many that are, those included that were ordered before: each is done once.
    """
    return retries.write_down(_rows(keys), anew_only=True)


def _rows(keys: Iterable[Any]) -> Iterator[PendingRetry]:
    for some in chunks(keys, IN_ONE_INSERT):
        # A step of an outfit stands for the outfit.
        both = jobs().filter(pk__in=some).order_by().values_list("pk", "outfit")
        meant = {outfit or key for key, outfit in both}
        ended = jobs().filter(pk__in=meant, status__in=ENDED).order_by("created_at", "pk")
        found = list(ended.values_list("pk", "token", "batch"))
        # What was left out, or means an earlier run, would stand in the way of the new row.
        same_run = [token for _key, token, _batch in found]
        before = retries.rows().filter(job__in=meant)
        before.exclude(state=State.WAITING, token__in=same_run).delete()
        for key, token, batch in found:
            yield PendingRetry(job_id=key, token=token, batch_id=batch)


def drop(batches: Iterable[Batch] | None = None) -> int:
    """Forget what is still to be tried again, of these batches or at all; return how many."""
    waiting = retries.waiting()
    if batches is not None:
        waiting = waiting.filter(batch__in=list(batches))
    return waiting.delete()[0]


def still_to_be() -> models.Exists:
    """Return the condition on jobs that one is still to be tried again."""
    return models.Exists(
        PendingRetry.objects.filter(job=models.OuterRef("pk"), state=State.WAITING).order_by()
    )
