"""Store: name in rows what was put into the storage, and only then call the job done."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.db import models, router, transaction
from django.db.models import Q
from django.utils import timezone

from django_tryon import logs
from django_tryon.conf import conf
from django_tryon.models import Status, TryOnJob, TryOnResult
from django_tryon.models.files import private_storage
from django_tryon.models.putting import remove
from django_tryon.models.transitions import Move, Overtaken, move, move_all, this_run
from django_tryon.services.judging.due import due_at
from django_tryon.services.outcome import end, tell
from django_tryon.signals import result_stored


def store(job: TryOnJob, results: Sequence[TryOnResult], **fields: Any) -> Sequence[TryOnResult]:
    """Keep these results as the job's, and return them; none if they are not wanted any more.

    A job that was moved meanwhile (cancelled, stored by another worker) keeps no file of ours. A
    database that fails changes nothing: the same may be asked for again.
    """
    day = day_to_go(job)
    if day is None or day > timezone.now():
        # The day holds for whom the job was for when it was read, and only for them.
        same = Q(person=job.person_id, shopper=job.shopper_id)
        said = {"error_code": "", "error_message": ""} | fields
        with transaction.atomic(using=router.db_for_write(TryOnJob)):
            if move(job, Status.SUCCEEDED, Status.FETCHING, only=same, **said):
                for result in results:
                    result.delete_at, result.judge_at = day, due_at(job)
                TryOnResult.objects.bulk_create(results)
                return results
        if this_run(job).filter(status=Status.FETCHING).exists():
            job.refresh_from_db()
            return store(job, results, **fields)
    else:
        # Whoever it was for was erased, or deleted: nobody is to follow the links either.
        end(job, Status.CANCELLED, code="erased", message="", **fields | {"outputs": []})
    discard(results)
    return []


Stored = tuple[TryOnJob, Sequence[TryOnResult], Mapping[str, Any]]
"""A job, its results, and what else is known of it by now."""


def store_all(several: Sequence[Stored]) -> None:
    """Do the same for several jobs in one transaction.

    Raises Overtaken, and changes nothing, if the results of one of them are not wanted any more.
    """
    models.prefetch_related_objects([job for job, *_ in several], "person")  # ``day_to_go`` asks
    moves: list[Move] = []
    rows: list[TryOnResult] = []
    for job, results, told in several:
        day = day_to_go(job)
        if day is not None and day <= timezone.now():
            raise Overtaken
        for result in results:
            result.delete_at, result.judge_at = day, due_at(job)
        rows += results
        same = {"person": job.person_id, "shopper": job.shopper_id}
        moves.append(Move(job, {"error_code": "", "error_message": "", **told}, only=same))
    along = partial(TryOnResult.objects.bulk_create, rows)
    move_all(moves, Status.SUCCEEDED, Status.FETCHING, along=along)


def announce(job: TryOnJob, results: Sequence[TryOnResult]) -> None:
    """Tell of what was stored, if anything was."""
    if results:
        logs.info("job.succeeded", "succeeded", job=job)
        for result in results if job.outfit_id is None else ():
            result_stored.send_robust(sender=TryOnResult, result=result)
        tell(job)


def discard(results: Collection[TryOnResult]) -> None:
    """Delete the files of results that are not wanted, but none that a row names.

    Another worker may have stored the same job, and so given its files the same names.
    """
    names = {name for result in results for name in (result.file.name, result.poster.name) if name}
    named = TryOnResult.objects.filter(Q(file__in=names) | Q(poster__in=names))
    for pair in named.values_list("file", "poster"):
        names -= set(pair)
    remove(private_storage(), names)


def day_to_go(job: TryOnJob) -> datetime | None:
    """Return when the results of this job are to be deleted; None for a house model's."""
    now = timezone.now()
    is_second = job.second_of_id is not None
    if is_second and not TryOnResult.objects.filter(job=job.second_of_id).exists():
        return now  # what it is to better was deleted meanwhile
    is_step = job.outfit_id is not None and not is_second
    if is_step and job.person is not None and job.erased_at is None:
        return now + conf.OUTFIT_STEP_LIFETIME
    if job.shopper_id is not None:
        return now + conf.RESULT_LIFETIME
    if job.person is None or job.erased_at is not None:
        return now
    return None if job.person.is_house_model else now + conf.RESULT_LIFETIME
