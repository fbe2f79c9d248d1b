"""Which results wait for a decision, and which of them is next for whom."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from django_tryon.admin.access import may_see_shoppers, of_house_models
from django_tryon.models import Batch, TryOnResult

Review = TryOnResult.Review

TITLES: Mapping[str, Any] = {
    "review": _("To review"),
    "publish": _("To publish"),
    "shoppers": _("Shoppers' own"),
}
"""The queues by their word in the address."""

OF: Mapping[str, Q] = {
    "review": of_house_models() & Q(review=Review.PENDING),
    "publish": Q(job__person__is_house_model=True)
    & Q(review=Review.APPROVED, published_at__isnull=True),
    "shoppers": ~Q(job__person__is_house_model=True)
    & Q(review=Review.PENDING, published_at__isnull=True),
}
"""What waits in each."""

COUNTED = 1000
"""So many are counted, and no further: who has that many before them needs no more exact word."""

AHEAD = 24
"""How many of those that come next are shown."""


def key_of(text: str) -> uuid.UUID | None:
    """Return the key that a text names; None for anything else."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


@dataclass(frozen=True)
class Queue:
    """One queue as one person works it, of all batches or of one."""

    name: str
    batch: Batch | None
    user: Any

    @classmethod
    def of(cls, request: HttpRequest) -> Queue:
        """Return the queue that an address names; the first one if it names none."""
        name = request.GET.get("queue", "")
        if name not in TITLES or (name == "shoppers" and not may_see_shoppers(request)):
            name = "review"
        key = key_of(request.GET.get("batch", ""))
        batch = Batch.objects.filter(pk=key).first() if key else None
        return cls(name, batch, request.user)

    @property
    def stands(self) -> str:
        """Which review everything in it has."""
        return Review.APPROVED if self.name == "publish" else Review.PENDING

    def results(self) -> models.QuerySet[TryOnResult]:
        """Return what waits, the oldest first."""
        return self._within(OF[self.name]).order_by("created_at", "pk")

    def seen(self) -> models.QuerySet[TryOnResult]:
        """Return all that may be shown here, whatever was said of it."""
        is_shoppers = ~Q(job__person__is_house_model=True) & Q(published_at__isnull=True)
        return self._within(is_shoppers if self.name == "shoppers" else of_house_models())

    def _within(self, which: Q) -> models.QuerySet[TryOnResult]:
        if self.batch is not None:
            which &= Q(job__batch=self.batch)
        return (
            TryOnResult.objects.asked_for()
            .filter(which)
            .select_related("job__person", "reviewed_by", "published_by", "held_by")
        )

    def counts(self) -> dict[str, str]:
        """Return how many wait in each queue, in words; one query for each."""
        counted = {
            name: Queue(name, self.batch, self.user).results().order_by()[:COUNTED].count()
            for name in TITLES
        }
        return {
            name: f"{count}+" if count == COUNTED else str(count) for name, count in counted.items()
        }

    def ahead(self, key: uuid.UUID | None) -> list[TryOnResult]:
        """Return what comes after the result with this key, round to the first at the end."""
        waiting = self.results()
        same = TryOnResult.objects.filter(pk=key) if key else TryOnResult.objects.none()
        at = same.values_list("created_at", "pk").first()
        if at is None:
            return list(waiting[:AHEAD])
        later = Q(created_at__gt=at[0]) | Q(created_at=at[0], pk__gt=at[1])
        found = list(waiting.filter(later)[:AHEAD])
        if len(found) < AHEAD:
            found += waiting.exclude(later).exclude(pk=at[1])[: AHEAD - len(found)]
        return found

    def link(self, **more: Any) -> str:
        """Return the query of an address on this board."""
        query = {"queue": self.name} if self.name != "review" else {}
        if self.batch is not None:
            query["batch"] = str(self.batch.pk)
        return "?" + urlencode(query | more, doseq=True)
