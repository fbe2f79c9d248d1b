"""Reuse: what was tried on before need not be paid for again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django_tryon.models import Garment, Person, Status, TryOnJob, TryOnResult
from django_tryon.products import picture_of
from django_tryon.services.shoppers.allowance import digest

GOING_ON = (Status.QUEUED, Status.SUBMITTING, Status.RUNNING, Status.FETCHING)


def wish_of(
    garments: Sequence[Garment],
    person: Person,
    engine: str,
    params: Mapping[str, Any],
    *,
    previous: TryOnJob | None = None,
    frame: Any = None,
) -> str:
    """Return a hash of what is wished: the same pictures, engine and (complete) parameters."""
    pictures = sorted(
        f"{garment.pk}:{getattr(picture_of(garment), 'name', '')}" for garment in garments
    )
    parts = [*pictures, f"{person.pk}:{person.file.name}", engine]
    parts.append(json.dumps(params, sort_keys=True))
    if previous is not None:
        parts.append(f"previous:{previous.pk}")
    if frame is not None:
        parts.append(f"frame:{hashlib.sha256(frame.read()).hexdigest()}")
        frame.seek(0)
    return digest(*parts)


def launched_before(wishes: Iterable[str]) -> dict[str, TryOnJob]:
    """Return, by its hash, staff's job for each wish: one that goes on, else one with its result.

    A result that staff have rejected does not count; nor does a shopper's job, which is theirs,
    and whose result goes after some days. Two queries, for however many wishes.
    """
    same = TryOnJob.objects.filter(wish__in=set(wishes), shopper=None, outfit=None)
    same = same.order_by("created_at")
    kept = TryOnResult.objects.exclude(review=TryOnResult.Review.REJECTED)
    done = same.filter(status=Status.SUCCEEDED, pk__in=kept.values("job"))
    going_on = same.filter(status__in=GOING_ON)
    return {job.wish: job for jobs in (done, going_on) for job in jobs}  # the newest is the last
