"""A shopper's no to a first frame: no clip is made of it, and the picture stays theirs."""

from __future__ import annotations

from django.utils.translation import gettext as _

from django_tryon.exceptions import WrongState
from django_tryon.models import Shopper, WaitingClip
from django_tryon.services.approve_frame import approved_before
from django_tryon.services.clips.decide import decide
from django_tryon.services.shoppers.clips.wording import in_their_words


def decline_clip(shopper: Shopper, waiting: WaitingClip) -> None:
    """Say that no clip is to be made. Said twice, it is the same.

    Raises WrongState where it is being made already.
    """
    waiting.refresh_from_db()
    if waiting.state == WaitingClip.State.REJECTED:
        return
    try:
        is_made = approved_before(waiting) is not None
    except WrongState as error:
        raise in_their_words(error, waiting) from error
    if is_made or not decide(waiting, WaitingClip.State.REJECTED, by=shopper.user):
        raise WrongState(_("Your clip is being made already."), code="already_decided")
