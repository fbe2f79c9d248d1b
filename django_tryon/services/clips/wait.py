"""Wait: write down the clip that waits for its first frame, once for each wish."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from django_tryon.engines import get_engine
from django_tryon.models import Garment, Person, Shopper, TryOnJob, WaitingClip
from django_tryon.services.clips.decide import decide
from django_tryon.services.reuse import wish_of


def wait_for(
    frame: TryOnJob,
    garments: Sequence[Garment],
    person: Person,
    *,
    engine: str,
    params: Mapping[str, Any],
    requested_by: Any = None,
    shopper: Shopper | None = None,
) -> WaitingClip:
    """Return the clip that waits for this frame; ``params`` are complete, and were checked.

    One that has lapsed waits anew: the same is wished for again.
    """
    waiting, _created = WaitingClip.objects.get_or_create(
        open_wish=wish_of(garments, person, engine, params, previous=frame),
        defaults={
            "frame": frame,
            "person": person,
            "video": str(person.video.name),
            "garments": sorted(garment.pk for garment in garments),
            "engine": engine,
            "params": params,
            "estimated_cost": get_engine(engine).estimate(len(garments)),
            "requested_by": requested_by,
            "shopper": shopper,
        },
    )
    if waiting.has_lapsed:
        waiting.created_at = timezone.now()
        waiting.save(update_fields=["created_at"])
    return waiting


def wait_instead(frame: TryOnJob, before: TryOnJob, *, by: Any = None) -> None:
    """Have the shop's own clips that wait for the frame of one job wait for another one of it.

    Each as a clip of its own: whoever has the frame before in front of them approves no other. One
    whose person's clip was replaced stays, and says so.
    """
    waits = WaitingClip.objects.filter(
        frame=before, state=WaitingClip.State.WAITING, shopper=None
    ).select_related("person")
    for waiting in waits:
        is_same = waiting.video == waiting.person.video.name
        if is_same and frame.pk != before.pk and decide(waiting, WaitingClip.State.REJECTED, by=by):
            wait_for(
                frame,
                list(frame.garments.all()),
                waiting.person,
                engine=waiting.engine,
                params=waiting.params,
                requested_by=by or waiting.requested_by,
            )
