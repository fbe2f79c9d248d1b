"""Launch a clip: its first frame is dressed now, the clip itself waits for an approval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django_tryon.models import Batch, Garment, Person, WaitingClip
from django_tryon.models.deadlock import in_transaction
from django_tryon.services.clips.check import check_clip
from django_tryon.services.clips.price import CLIP_ENGINE
from django_tryon.services.clips.wait import wait_for
from django_tryon.services.launch import launch
from django_tryon.services.shoppers.allowance import Used


def launch_clip(
    *,
    garments: Sequence[Garment],
    person: Person,
    image_engine: str,
    engine: str = CLIP_ENGINE,
    params: Mapping[str, Any] | None = None,
    image_params: Mapping[str, Any] | None = None,
    requested_by: Any = None,
    batch: Batch | None = None,
    reserved: Sequence[Used] | None = None,
) -> WaitingClip:
    """Have the first frame of a person's clip dressed, and return the clip that waits for it.

    ``image_engine`` dresses the frame, with ``image_params``; ``engine`` and ``params`` are those
    of the clip, for which nothing is taken from the budgets before ``approve_frame``. Asked twice,
    it is one frame and one waiting clip. ``reserved`` is the frame's share of what was taken from
    the budgets already. Raises LaunchRefused, saying what is wrong and naming the
    argument; all that is known of the clip is checked now.
    """
    wanted = check_clip(garments, person, image_engine, engine, params)

    def start() -> WaitingClip:
        frame = launch(
            garments=garments,
            person=person,
            engine=image_engine,
            params=image_params,
            requested_by=requested_by,
            batch=batch,
            reserved=reserved,
            reuse=True,
            of_clip=True,
        )
        return wait_for(
            frame, garments, person, engine=engine, params=wanted, requested_by=requested_by
        )

    return in_transaction(start)
