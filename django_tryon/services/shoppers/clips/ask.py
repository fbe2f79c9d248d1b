"""Ask for a clip: its first frame is dressed now; the clip waits for the shopper's yes."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from django_tryon.conf import conf
from django_tryon.exceptions import LaunchRefused
from django_tryon.models import (
    Garment,
    Person,
    Shopper,
    Status,
    TryOnJob,
    TryOnResult,
    WaitingClip,
)
from django_tryon.models.transitions import FINISHED
from django_tryon.services import budget
from django_tryon.services.clips.check import check_clip
from django_tryon.services.clips.price import estimate_clip
from django_tryon.services.clips.wait import wait_for
from django_tryon.services.outfits.seen import status_of
from django_tryon.services.shoppers import allowance
from django_tryon.services.shoppers.allowance import taking_a_break
from django_tryon.services.shoppers.ask import ask, asked_with
from django_tryon.services.shoppers.clips.opening import refuse_if_off
from django_tryon.services.shoppers.hold import hold
from django_tryon.services.shoppers.notify import write_to
from django_tryon.services.shoppers.repeats import remember

State = WaitingClip.State


def ask_clip(
    shopper: Shopper,
    *,
    garments: Sequence[Garment],
    person: Person,
    image_engine: str,
    key: str = "",
    body: str | None = None,
    address: str = "",
    notify: str = "",
) -> tuple[WaitingClip, bool]:
    """Have the first frame of a shopper's clip dressed; return the clip that waits for it, and
    whether its first frame is a new try-on.

    The frame counts as a try-on, and is paid for now; that quotas and budgets allow the clip, too,
    is only looked at. ``key``, ``body`` and ``notify`` are what ``ask`` takes. Raises what ``ask``
    raises, LaunchRefused also in a shop that makes no clips.
    """
    refuse_if_off()
    engine = conf.STOREFRONT_CLIP_ENGINE
    if person.kind != Person.Kind.VIDEO or person.shopper_id != shopper.pk:
        raise LaunchRefused(
            _("Choose a clip of yourself."), code="wrong_person_kind", field="person"
        )
    wanted = check_clip(garments, person, image_engine, engine, None)
    before = _asked_before(shopper, garments, person, image_engine, key, body)
    if before is not None:
        if notify:
            write_to(before.clip or before.frame, notify)
        return before, False
    price = estimate_clip(garments, image_engine=image_engine, engine=engine).price
    allowance.refuse_if_used(
        (*allowance.clips(shopper, address, price), *budget.bounds(price, says=taking_a_break()))
    )
    with transaction.atomic():
        hold(shopper)
        frame, is_new = ask(
            shopper,
            garments=garments,
            person=person,
            engine=image_engine,
            key=key,
            body=body,
            address=address,
            notify=notify,
            of_clip=True,
        )
        waiting = wait_for(
            frame,
            garments,
            person,
            engine=engine,
            params=wanted,
            requested_by=shopper.user,
            shopper=shopper,
        )
    return waiting, is_new


def _asked_before(
    shopper: Shopper,
    garments: Sequence[Garment],
    person: Person,
    image_engine: str,
    key: str,
    body: str | None,
) -> WaitingClip | None:
    """Return the clip that was asked for with the same wish, and still can come to something."""
    if key and body and (frame := asked_with(shopper, key, body)) is not None:
        return of_frame(frame)
    wanted = sorted({garment.pk for garment in garments})
    mine = WaitingClip.objects.filter(
        shopper=shopper, person=person, engine=conf.STOREFRONT_CLIP_ENGINE
    ).exclude(state=State.REJECTED)
    for waiting in mine.select_related("frame", "clip", "person"):
        same = waiting.garments == wanted and waiting.frame.engine == image_engine
        if same and not waiting.has_lapsed and _is_of_use(waiting):
            remember(shopper, key, body or waiting.frame.wish, waiting.frame)
            return waiting
    return None


def _is_of_use(waiting: WaitingClip) -> bool:
    """Tell whether the job at which it stands goes on, or has a result that is there.

    A frame of which nobody knows what became of it is made anew; a clip never is.
    """
    job = waiting.frame if waiting.state == State.WAITING else waiting.clip
    if job is None:
        return False
    if job.status not in FINISHED:
        return job is waiting.clip or status_of(job) != Status.UNCERTAIN
    there = TryOnResult.objects.there().filter(job=job)
    return job.status == Status.SUCCEEDED and there.exists()


def of_frame(frame: TryOnJob) -> WaitingClip | None:
    """Return the shopper's clip that this job dresses the first frame of, the newest."""
    mine = WaitingClip.objects.filter(frame=frame, shopper__isnull=False)
    return mine.select_related("frame", "clip", "person").first()
