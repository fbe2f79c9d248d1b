"""What a batch has not launched yet, or left out, and why."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import ngettext

from django_tryon.models import Batch, BatchWish

State = BatchWish.State


@dataclass(frozen=True)
class Unlaunched:
    """The wishes of a batch for which there is no job."""

    waiting: int
    why_waiting: str
    """What they wait for; empty if the workers just have not come to them."""
    left_out: int
    reasons: list[tuple[str, int]]
    """Why some were left out and how many, the most frequent reason first."""

    @property
    def words(self) -> str:
        """How many are still to be launched, and what they wait for; nothing if none is."""
        if not self.waiting:
            return ""
        said = ngettext(
            "%(count)d is still to be launched.",
            "%(count)d are still to be launched.",
            self.waiting,
        ) % {"count": self.waiting}
        return f"{said} {self.why_waiting}".strip()


def unlaunched_of(batch: Batch) -> Unlaunched:
    """Count, in one query."""
    rows = (
        BatchWish.objects.filter(batch=batch)
        .exclude(state=State.LAUNCHED)
        .order_by()
        .values_list("state", "why")
        .annotate(count=Count("pk"))
        .order_by("-count", "why")
    )
    found = list(rows)
    waiting = [(why, count) for state, why, count in found if state == State.WAITING]
    reasons = [(why, count) for state, why, count in found if state == State.LEFT_OUT]
    return Unlaunched(
        waiting=sum(count for _why, count in waiting),
        why_waiting=next((why for why, _count in waiting if why), ""),
        left_out=sum(count for _why, count in reasons),
        reasons=reasons,
    )
