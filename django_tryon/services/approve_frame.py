"""Approve a first frame: only now the clip itself is launched, and paid for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from django_tryon.engines import get_engine
from django_tryon.exceptions import WrongState
from django_tryon.models import Status, TryOnJob, TryOnResult, WaitingClip
from django_tryon.models.deadlock import in_transaction
from django_tryon.models.transitions import FINISHED
from django_tryon.services.clips.check import read_clip_params
from django_tryon.services.clips.decide import decide
from django_tryon.services.launch import launch

State = WaitingClip.State


def approve_frame(
    waiting: WaitingClip, *, by: Any = None, params: Mapping[str, Any] | None = None
) -> TryOnJob:
    """Launch the clip that waits for this first frame, and return its job.

    ``params`` change single ones of the clip's parameters, the prompt, say. Approved twice, it is
    one clip. Raises WrongState, with a sentence, for a frame that is not there yet, failed, was
    rejected or has lapsed; and LaunchRefused as ``launch`` does, for a used-up budget too: then it
    waits as before.
    """

    def start(wish: dict[str, Any]) -> TryOnJob:
        return launch(
            **wish,
            requested_by=by or waiting.requested_by,
            batch=waiting.frame.batch,
            reuse=True,
        )

    return approve_by(waiting, start, by=by, params=params)


def approve_by(
    waiting: WaitingClip,
    start: Callable[[dict[str, Any]], TryOnJob],
    *,
    by: Any = None,
    params: Mapping[str, Any] | None = None,
) -> TryOnJob:
    """Do the same with a ``start`` that launches the wish, inside the transaction that decides."""
    if (clip := approved_before(waiting)) is not None:
        return clip
    check_frame(waiting)
    wanted = read_clip_params(get_engine(waiting.engine), {**waiting.params, **(params or {})})
    wish = {
        "garments": list(waiting.frame.garments.prefetch_related("product")),
        "person": waiting.person,
        "engine": waiting.engine,
        "params": wanted,
        "previous": waiting.frame,
    }

    def approve() -> TryOnJob | None:
        clip = start(wish)
        if decide(waiting, State.APPROVED, by=by, clip=clip, params=wanted):
            return clip
        # Somebody else was first: what was just written and taken is taken back.
        transaction.set_rollback(True)
        return None

    return in_transaction(approve) or approve_by(waiting, start, by=by, params=params)


def approved_before(waiting: WaitingClip) -> TryOnJob | None:
    """Return the clip of a frame that was approved; None for one that was not.

    Raises WrongState for one that cannot be approved any more.
    """
    try:
        waiting.refresh_from_db()
    except WaitingClip.DoesNotExist as error:
        raise WrongState(
            _("This first frame is not there any more. Launch the clip anew."), code="gone"
        ) from error
    if waiting.state == State.REJECTED:
        raise rejected()
    if waiting.state == State.APPROVED and waiting.clip is None:
        raise WrongState(
            _("This clip was made, and deleted since. Launch it anew."), code="already_decided"
        )
    return waiting.clip


def rejected() -> WrongState:
    """Return how it is told that a frame was rejected."""
    return WrongState(
        _("This first frame was rejected, and nothing was paid for its clip. Launch it anew."),
        code="already_decided",
    )


def _is_refused(frame: TryOnJob) -> bool:
    """Tell whether the shop has rejected what came out; a shopper decides for themselves."""
    said = [result.review for result in frame.results.all()]
    return bool(said) and all(review == TryOnResult.Review.REJECTED for review in said)


def check_frame(waiting: WaitingClip) -> None:
    """Refuse a frame from which no clip can be made; raises WrongState with a sentence."""
    frame = waiting.frame
    if waiting.has_lapsed and waiting.shopper_id is not None:
        raise WrongState(
            _("Your clip has been deleted meanwhile, as promised. Send it again to go on."),
            code="frame_lapsed",
        )
    if waiting.has_lapsed:
        said = _(
            "Nobody approved this first frame within %(days)d days, so the clip was given up. "
            "Nothing was paid for it. Launch it anew."
        )
        days = (waiting.lapses_at - waiting.created_at).days
        raise WrongState(said % {"days": days}, code="frame_lapsed")
    if frame.status not in FINISHED:
        raise WrongState(
            _("The first frame is not ready yet: look at it before you approve it."),
            code="frame_not_ready",
        )
    if frame.status != Status.SUCCEEDED:
        said = _("The first frame could not be dressed: %(why)s Try it again, or launch anew.")
        why = frame.error_message or f"{frame.get_status_display()}."
        raise WrongState(said % {"why": why}, code="frame_failed")
    if waiting.shopper_id is None and _is_refused(frame):
        raise rejected()
    if waiting.person.video.name != waiting.video:
        raise WrongState(
            _("The person's clip was replaced since this frame was taken. Launch it anew."),
            code="clip_replaced",
        )
    if {garment.pk for garment in frame.garments.all()} != set(waiting.garments):
        raise WrongState(
            _("A garment of this clip was deleted meanwhile. Launch it anew with the others."),
            code="garment_gone",
        )
