"""Reject a first frame: its clip is never made, and never paid for."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.utils.translation import gettext as _

from django_tryon.exceptions import WrongState
from django_tryon.models import TryOnResult, WaitingClip
from django_tryon.services.approve_frame import approved_before
from django_tryon.services.clips.decide import decide
from django_tryon.services.review import reject

Review = TryOnResult.Review


def reject_frame(waiting: WaitingClip, *, by: Any = None) -> None:
    """Say that no clip is to be made of this first frame.

    The frame itself is paid for. Its picture is rejected, too, if nobody has said anything of it
    yet, so that whoever launches the same clip again gets another one. Raises WrongState where the
    frame was approved or rejected before.
    """
    if approved_before(waiting) is not None or not decide(
        waiting, WaitingClip.State.REJECTED, by=by
    ):
        raise WrongState(
            _("This first frame was decided on already: its page says how."),
            code="already_decided",
        )
    for result in waiting.frame.results.filter(review=Review.PENDING, published_at=None):
        with suppress(WrongState):  # somebody has decided on it in this very moment
            reject(result, by=by, seen=Review.PENDING)
