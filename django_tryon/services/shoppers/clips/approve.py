"""A shopper's yes to a first frame: only now their clip is launched, counted and paid for."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError
from django.utils.translation import get_language

from django_tryon.engines import get_engine
from django_tryon.exceptions import WrongState
from django_tryon.models import Shopper, TryOnJob, WaitingClip
from django_tryon.services.approve_frame import approve_by
from django_tryon.services.launch import launch
from django_tryon.services.reuse import wish_of
from django_tryon.services.shoppers import allowance
from django_tryon.services.shoppers.ask import check_may_see, launched_before
from django_tryon.services.shoppers.clips.opening import refuse_if_off
from django_tryon.services.shoppers.clips.wording import in_their_words
from django_tryon.services.shoppers.hold import hold_to_launch
from django_tryon.services.shoppers.notify import write_to


def approve_clip(
    shopper: Shopper, waiting: WaitingClip, *, address: str = "", notify: str = ""
) -> TryOnJob:
    """Launch the clip that waits for this first frame, and return its job.

    Approved twice, it is one clip; so it is where the very same goes on already, or is there.
    Raises WrongState, with a sentence, for a frame that is not there yet, failed, was rejected or
    has lapsed; LaunchRefused also for a used-up quota or budget: then it waits as before;
    TokenRefused if everything was erased meanwhile.
    """
    refuse_if_off()

    def start(wish: dict[str, Any]) -> TryOnJob:
        check_may_see(
            shopper, wish["garments"], wish["person"], waiting.frame.engine
        )  # the clip's own engine is the shop's choice
        engine = get_engine(waiting.engine)
        hold_to_launch(shopper, engine)
        known_as = wish_of(
            wish["garments"],
            wish["person"],
            waiting.engine,
            wish["params"],
            previous=waiting.frame,
        )
        # One that came to nothing may have been tried again since this frame was asked for anew.
        if (same := launched_before(shopper, known_as)) is not None:
            return same
        price = engine.estimate(len(wish["garments"]))
        used = allowance.take(allowance.clips(shopper, address, price))
        return launch(
            **wish,
            requested_by=shopper.user,
            on_behalf={
                "shopper": shopper,
                "wish": known_as,
                "open_wish": f"{shopper.pk}:{known_as}",
                "allowances": used,
                "notify": notify,
                "notify_language": (get_language() or "") if notify else "",
            },
        )

    try:
        try:
            clip = approve_by(waiting, start, by=shopper.user)
        except IntegrityError:  # the same was approved in the same moment, and came first
            clip = approve_by(waiting, start, by=shopper.user)
    except WrongState as error:
        raise in_their_words(error, waiting) from error
    if notify and clip.notify != notify:
        write_to(clip, notify)
    return clip
