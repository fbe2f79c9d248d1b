"""Which results wait for a decision, and which of them is next for whom."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from django.db import models
from django.db.models import Q
from django.http import HttpRequest, QueryDict
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from django_tryon import products
from django_tryon.admin.access import of_house_models
from django_tryon.models import Batch, Garment, TryOnJob, TryOnResult

Review = TryOnResult.Review

TITLES: Mapping[str, Any] = {
    "review": _("To review"),
    "publish": _("To publish"),
    "offered": _("Offered by shoppers"),
    "shoppers": _("Shoppers' own"),
}
"""The queues by their word in the address."""

PRIVATE = ("offered", "shoppers")
"""Those that only they see who may see shoppers' pictures."""

HOUSE, OFFERED = Q(job__person__is_house_model=True), Q(offered_at__isnull=False)
WAITS = Q(review=Review.PENDING, published_at__isnull=True)
OF: Mapping[str, Q] = {
    "review": of_house_models() & Q(review=Review.PENDING),
    # What is scheduled waits for nobody, unless that failed.
    "publish": Q(review=Review.APPROVED, published_at__isnull=True)
    & Q(appointment__due_at__isnull=True),
    "offered": ~HOUSE & OFFERED & WAITS,
    "shoppers": ~HOUSE & ~OFFERED & WAITS,
}
"""What waits in each."""

COUNTED = 1000
"""So many are counted, and no further: who has that many before them needs no more exact word."""

AHEAD = 24
"""How many of those that come next are shown."""


MOST_UNDONE = 25
"""How many decisions can be taken back at once: as many as can be ticked at once."""


def with_done(address: str, done: Iterable[TryOnResult]) -> str:
    """Return an address on the board at which these decisions can be taken back, and no others."""
    parts = urlsplit(address)
    query = QueryDict(parts.query, mutable=True)
    query.setlist("done", [str(result.pk) for result in done][:MOST_UNDONE])
    return parts._replace(query=query.urlencode()).geturl()


def key_of(text: str) -> uuid.UUID | None:
    """Return the key that a text names; None for anything else."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def sees_shoppers(user: Any) -> bool:
    """Tell whether this member of staff may see pictures of shoppers."""
    return bool(user.has_perm("django_tryon.view_shopper_pictures"))


def names_for(user: Any) -> list[str]:
    """Return the queues that are there for this member of staff."""
    seen = sees_shoppers(user)
    return [name for name in TITLES if seen or name not in PRIVATE]


@dataclass(frozen=True)
class Queue:
    """One queue as one person works it, of everything, or of one batch or product."""

    name: str
    batch: Batch | None
    user: Any
    product: models.Model | None = None

    @classmethod
    def of(cls, request: HttpRequest) -> Queue:
        """Return the queue that an address names; the first one if it names none."""
        name = request.GET.get("queue", "")
        if name not in names_for(request.user):
            name = "review"
        key = key_of(request.GET.get("batch", ""))
        batch = Batch.objects.filter(pk=key).first() if key else None
        named = request.GET.get("product", "")
        product = next(iter(products.find_all([named])), None) if named else None
        return cls(name, batch, request.user, product)

    @property
    def product_title(self) -> str:
        """What its product is called; empty where it is of all."""
        return products.title_of(self.product) if self.product is not None else ""

    @property
    def stands(self) -> str:
        """Which review everything in it has."""
        return Review.APPROVED if self.name == "publish" else Review.PENDING

    def results(self) -> models.QuerySet[TryOnResult]:
        """Return what waits: what the checks flagged before all else, the oldest first."""
        which = OF[self.name]
        if self.name == "publish":
            which &= self._may_be_published()
        return self._within(which).order_by("-is_flagged", "created_at", "pk")

    def _may_be_published(self) -> Q:
        return HOUSE | OFFERED if sees_shoppers(self.user) else HOUSE

    def seen(self) -> models.QuerySet[TryOnResult]:
        """Return all that may be shown here, whatever was said of it."""
        if self.name == "offered":
            return self._within(~HOUSE & OFFERED)
        if self.name == "shoppers":
            return self._within(~HOUSE & Q(published_at__isnull=True))
        if self.name == "publish":
            return self._within(of_house_models() | self._may_be_published())
        return self._within(of_house_models())

    def _within(self, which: Q) -> models.QuerySet[TryOnResult]:
        if self.batch is not None:
            which &= Q(job__batch=self.batch)
        if self.product is not None:
            worn = Garment.objects.for_product(self.product).values("pk")
            which &= Q(job__in=TryOnJob.objects.filter(garments__in=worn).values("pk"))
        return (
            TryOnResult.objects.asked_for()
            .filter(which)
            .select_related("job__person", "reviewed_by", "published_by", "held_by", "appointment")
            .prefetch_related("job__garments")
        )

    def counts(self) -> dict[str, str]:
        """Return how many wait in each queue that they see, in words; one query for each."""
        counted = {
            name: replace(self, name=name).results().order_by()[:COUNTED].count()
            for name in names_for(self.user)
        }
        return {
            name: f"{count}+" if count == COUNTED else str(count) for name, count in counted.items()
        }

    def ahead(self, key: uuid.UUID | None) -> list[TryOnResult]:
        """Return what comes after the result with this key, round to the first at the end."""
        waiting = self.results()
        same = TryOnResult.objects.filter(pk=key) if key else TryOnResult.objects.none()
        at = same.values_list("created_at", "pk", "is_flagged").first()
        if at is None:
            return list(waiting[:AHEAD])
        later = Q(created_at__gt=at[0]) | Q(created_at=at[0], pk__gt=at[1])
        later = Q(is_flagged=False) | later if at[2] else Q(is_flagged=False) & later
        found = list(waiting.filter(later)[:AHEAD])
        if len(found) < AHEAD:
            found += waiting.exclude(later).exclude(pk=at[1])[: AHEAD - len(found)]
        return found

    def link(self, **more: Any) -> str:
        """Return the query of an address on this board."""
        query = {"queue": self.name} if self.name != "review" else {}
        if self.batch is not None:
            query["batch"] = str(self.batch.pk)
        if self.product is not None:
            query["product"] = products.reference_to(self.product)
        return "?" + urlencode(query | more, doseq=True)
