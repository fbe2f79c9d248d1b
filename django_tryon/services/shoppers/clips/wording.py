"""Wording: what a shopper is told where a clip cannot go on."""

from __future__ import annotations

from django.utils.translation import gettext as _

from django_tryon.exceptions import WrongState
from django_tryon.models import WaitingClip
from django_tryon.services.reasons import reason_for, words_for


def in_their_words(error: WrongState, waiting: WaitingClip) -> WrongState:
    """Return the same for the shopper: staff are told of prices, launches and the provider."""
    said = error.message
    if error.code == "frame_failed":
        reason = reason_for(waiting.frame)
        said = reason.words if reason else words_for("error")
    elif error.code == "garment_gone":
        said = words_for(error.code)
    elif waiting.state == WaitingClip.State.REJECTED:
        said = _("You said no to this clip. You can ask for it again.")
    elif error.code in {"gone", "already_decided", "clip_replaced"}:
        said = _("This clip was deleted. You can send your clip again.")
    return WrongState(said, code=error.code)
