"""Plan: which jobs a try-on takes, what each puts on, and what was paid for already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils import timezone

from django_tryon.engines import Engine
from django_tryon.models import Garment, Person, Shopper, Status, TryOnJob, TryOnResult
from django_tryon.services.outfits.again import Rest
from django_tryon.services.outfits.order import in_turns
from django_tryon.services.reuse import wish_of

SPARE = timedelta(hours=1)
"""A picture that goes within this time is not begun with: the purge may come first."""


@dataclass(frozen=True)
class Link:
    """One job of a plan."""

    puts_on: tuple[Garment, ...]
    worn: tuple[Garment, ...]
    """All that its picture is to show."""
    price: Decimal
    wish: str
    """By what a later outfit that begins the same way knows it."""


@dataclass(frozen=True)
class Plan:
    """The jobs that a try-on takes, in their order; the last is whoever asked for it's."""

    links: tuple[Link, ...]
    previous: TryOnJob | None
    """The job whose picture the first starts from."""

    @property
    def price(self) -> Decimal:
        """What all of it is to cost, US$."""
        return sum(self.prices, Decimal(0))

    @property
    def prices(self) -> list[Decimal]:
        """What each job is to cost, US$."""
        return [link.price for link in self.links]


def plan_of(
    engine: type[Engine],
    garments: Sequence[Garment],
    person: Person,
    params: Mapping[str, Any],
    *,
    previous: TryOnJob | None = None,
    frame: Any = None,
    worn: Sequence[Garment] = (),
    shopper: Shopper | None = None,
    reuse: bool = False,
) -> Plan:
    """Return how these garments are put on. ``params`` are complete, and the wish was checked.

    ``worn`` is what the picture of ``previous`` shows and the outfit counts as its own. With
    ``reuse`` it begins with what the shopper (None: staff) has of the same outfit already.
    """
    links: list[Link] = []
    for turn in in_turns(engine, garments):
        seen = (*(links[-1].worn if links else worn), *turn)
        wish = wish_of(seen, person, engine.slug, params, previous=previous, frame=frame)
        links.append(Link(tuple(turn), seen, engine.estimate(len(turn)), wish))
    if reuse and len(links) > 1:
        begun = _begun([link.wish for link in links[:-1]], shopper)
        for number in range(len(links) - 1, 0, -1):
            if (before := begun.get(links[number - 1].wish)) is not None:
                return Plan(tuple(links[number:]), before)
    return Plan(tuple(links), previous)


def plan_for(
    engine: type[Engine],
    garments: Sequence[Garment],
    person: Person,
    params: Mapping[str, Any],
    *,
    shopper: Shopper | None,
    goes_on: Rest | None = None,
) -> Plan:
    """Return how an outfit is put on that may have been begun, ``goes_on`` what is left of it."""
    if goes_on is None or goes_on.done is None:
        return plan_of(engine, garments, person, params, shopper=shopper, reuse=True)
    left = goes_on.garments
    worn = [garment for garment in garments if garment not in left]
    return plan_of(engine, left, person, params, previous=goes_on.done, worn=worn)


def _begun(wishes: Sequence[str], shopper: Shopper | None) -> dict[str, TryOnJob]:
    """Return, by its wish, a job of this shopper's, or staff's, whose picture is there."""
    day = Q(delete_at=None) | Q(delete_at__gt=timezone.now() + SPARE)
    pictures = TryOnResult.objects.filter(day, kind=TryOnResult.Kind.IMAGE).exclude(
        review=TryOnResult.Review.REJECTED
    )
    jobs = TryOnJob.objects.filter(
        wish__in=wishes, shopper=shopper, status=Status.SUCCEEDED, pk__in=pictures.values("job")
    )
    return {job.wish: job for job in jobs.order_by("created_at")}
