"""Have a shopper's clip made again that came to nothing. What is paid again counts again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from django.utils.translation import gettext as _

from django_tryon.exceptions import WrongState
from django_tryon.models import Garment, Person, Shopper, TryOnJob
from django_tryon.services import budget
from django_tryon.services.check_launch import check_previous
from django_tryon.services.reasons import reason_for
from django_tryon.services.retry import check_ended
from django_tryon.services.shoppers import allowance
from django_tryon.services.shoppers.ask import check_may_see
from django_tryon.services.shoppers.clips.opening import refuse_if_off
from django_tryon.services.shoppers.retry_for import retry_for


def clip_again(
    shopper: Shopper, clip: TryOnJob, garments: Sequence[Garment], *, address: str = ""
) -> TryOnJob:
    """Do a shopper's failed, cancelled or expired clip once more; return its job.

    Raises WrongState for any other, for an uncertain one too: it may have been paid for, and a
    clip is not paid for twice; LaunchRefused also for a used-up quota or budget.
    """
    refuse_if_off()
    reason = reason_for(clip)
    if reason is not None and reason.next == "wait":
        raise WrongState(reason.words, code="on_its_way")
    check_ended(clip)
    person, frame = cast(Person, clip.person), clip.previous
    if frame is None:
        raise WrongState(_("The first frame of this clip was deleted."), code="frame_gone")
    check_may_see(shopper, garments, person, frame.engine)
    check_previous(frame, person)
    price = budget.price_of(clip)
    return retry_for(shopper, clip, allowance.clips(shopper, address, price))
