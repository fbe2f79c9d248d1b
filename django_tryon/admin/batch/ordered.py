"""What staff ordered and the workers have not done yet, or left out, and why."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.utils.translation import ngettext

from django_tryon.models import Batch, BatchWish, Gate, PendingRetry, Status, TryOnJob
from django_tryon.models.ordered import Ordered


@dataclass(frozen=True)
class Undone:
    """The rows of one kind of order that are not done."""

    waiting: int
    why_waiting: str
    """What they wait for; empty if the workers just have not come to them."""
    left_out: int
    reasons: list[tuple[str, int]]
    """Why some were left out and how many, the most frequent reason first."""


class Unlaunched(Undone):
    """The wishes of a batch for which there is no job."""

    @property
    def words(self) -> str:
        """How many are still to be launched, and what they wait for; nothing if none is."""
        said = ngettext(
            "%(count)d is still to be launched.",
            "%(count)d are still to be launched.",
            self.waiting,
        )
        return _said(said, self)


class Untried(Undone):
    """The jobs that are to be tried again and were not yet."""

    @property
    def words(self) -> str:
        """How many are still to be tried again, and what they wait for; nothing if none is."""
        said = ngettext(
            "%(count)d is still to be tried again.",
            "%(count)d are still to be tried again.",
            self.waiting,
        )
        return _said(said, self)


def _said(said: str, undone: Undone) -> str:
    if not undone.waiting:
        return ""
    return f"{said % {'count': undone.waiting}} {undone.why_waiting}".strip()


def unlaunched_of(batch: Batch) -> Unlaunched:
    """Count a batch's wishes, in one query."""
    wishes = BatchWish.objects.filter(batch=batch).exclude(state=BatchWish.State.LAUNCHED)
    return Unlaunched(**_counted(wishes))


def untried_of(batch: Batch | None = None) -> Untried:
    """Count the pending retries of a batch, or all, in one query."""
    pending = PendingRetry.objects.all()
    return Untried(**_counted(pending if batch is None else pending.filter(batch=batch)))


def unserved_garments(batches: QuerySet[Batch]) -> list[str]:
    """Return the keys of the garments that only another engine can put on, or none could so far."""
    left_out = BatchWish.objects.filter(
        batch__in=batches.values("pk"), state=BatchWish.State.LEFT_OUT
    )
    found = {key for keys in left_out.values_list("garments", flat=True) for key in keys}
    jobs = TryOnJob.objects.filter(
        batch__in=batches.values("pk"),
        status=Status.FAILED,
        error_code=Gate.Reason.ENGINE_RETIRED,
    )
    found.update(jobs.exclude(garments=None).values_list("garments", flat=True))
    return [str(key) for key in sorted(found)]


def _counted(rows: QuerySet) -> dict:  # type: ignore[type-arg]
    counted = rows.order_by().values_list("state", "why").annotate(count=Count("pk"))
    found = list(counted.order_by("-count", "why"))
    waiting = [(why, count) for state, why, count in found if state == Ordered.WAITING]
    reasons = [(why, count) for state, why, count in found if state == Ordered.LEFT_OUT]
    return {
        "waiting": sum(count for _why, count in waiting),
        "why_waiting": next((why for why, _count in waiting if why), ""),
        "left_out": sum(count for _why, count in reasons),
        "reasons": reasons,
    }
