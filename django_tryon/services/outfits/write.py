"""Write down: the rows of a plan, its steps first and then the job that was asked for."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from django_tryon.models import Status, TryOnJob
from django_tryon.services.outfits.plan import Link, Plan
from django_tryon.services.shoppers.allowance import Used


def write_down(
    plan: Plan,
    shares: Sequence[list[Used]],
    *,
    of_each: Mapping[str, Any],
    of_last: Mapping[str, Any],
    frame: Any = None,
) -> TryOnJob:
    """Write the jobs of a plan and return the last; each waits for the one before.

    ``of_each`` are fields of all of them, ``of_last`` of the one that is returned. Call it inside
    the transaction that launches.
    """
    *steps, last = zip(plan.links, shares, strict=True)
    before, key = plan.previous, uuid.uuid4()
    for link, share in steps:
        before = _write(link, share, before, {**of_each, "wish": link.wish, "outfit_id": key})
    link, share = last
    fields = {**of_each, "pk": key, **of_last}
    return _write(link, share, before, fields, frame=frame)


def _write(
    link: Link,
    share: list[Used],
    previous: TryOnJob | None,
    fields: Mapping[str, Any],
    *,
    frame: Any = None,
) -> TryOnJob:
    waits = previous is not None and previous.status != Status.SUCCEEDED
    is_whole = link.puts_on == link.worn and "outfit_id" not in fields
    job = TryOnJob(
        title=f"{', '.join(map(str, link.worn))} · {fields['person']}"[:300],
        previous=previous,
        estimated_cost=link.price,
        next_step_at=None if waits else timezone.now(),
        allowances=share,
        on_house_model=fields["person"].is_house_model,
        puts_on=None if is_whole else [garment.pk for garment in link.puts_on],
        **fields,
    )
    if frame is not None:
        job.reference = frame
    job.save(force_insert=True)
    job.garments.add(*link.worn)
    return job
