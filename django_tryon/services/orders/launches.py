"""Launches: what large batches ask for, a wish for each try-on."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from django_tryon.exceptions import LaunchRefused
from django_tryon.models import Batch, BatchWish, Garment
from django_tryon.services.launch import launch
from django_tryon.services.orders.orders import Orders

State = BatchWish.State


class Launches(Orders[BatchWish]):
    """The wishes of all batches. The wish and its job are written in one transaction."""

    def read(self, taken: models.QuerySet[BatchWish]) -> list[BatchWish]:
        """Return these wishes, with their garments."""
        wishes = list(taken.select_related("batch__created_by", "person", "previous"))
        worn = Garment.objects.in_bulk({key for wish in wishes for key in wish.garments})
        for wish in wishes:
            wish.worn = [worn.get(key) for key in wish.garments]
        return wishes

    def do(self, row: BatchWish) -> None:
        """Launch a wish, if nobody else has; raises LaunchRefused."""
        there = [garment for garment in row.worn if garment is not None]
        if len(there) < len(row.worn):
            raise LaunchRefused(_("A garment of it was deleted."))
        if row.person is None:
            raise LaunchRefused(_("The house model was deleted."))
        with transaction.atomic():
            if not self.mine(row).update(state=State.LAUNCHED, due_at=None, claim="", why=""):
                return  # it was cancelled meanwhile, or another worker took it on
            job = launch(
                garments=there,
                person=row.person,
                engine=row.engine,
                params=row.params,
                requested_by=row.batch.created_by,
                previous=row.previous,
                batch=row.batch,
                reuse=row.reuses,
            )
            self.rows().filter(pk=row.pk).update(job=job)


launches = Launches(BatchWish)


def write_down(batch: Batch, wishes: Iterable[BatchWish]) -> int:
    """Write down what a batch is to launch; return how many wishes that are.

    Call it inside the transaction that makes the batch.
    """

    def of_batch(wish: BatchWish) -> BatchWish:
        wish.batch = batch
        return wish

    return launches.write_down(map(of_batch, wishes))


def drop(batches: Iterable[Batch]) -> int:
    """Leave out what these batches have not launched yet; return how many wishes that were."""
    waiting = launches.waiting().filter(batch__in=list(batches))
    return waiting.update(state=State.LEFT_OUT, due_at=None, claim="", why=_("Cancelled."))


def wish_again(batches: Iterable[Batch]) -> int:
    """Launch after all what these batches left out; return how many wishes that are."""
    left_out = launches.rows().filter(batch__in=list(batches), state=State.LEFT_OUT)
    count = left_out.update(state=State.WAITING, due_at=timezone.now(), why="")
    launches.tell()
    return count
