"""Standing: how far a shopper's clip is, in one word."""

from __future__ import annotations

from enum import StrEnum

from django.db.models import QuerySet

from django_tryon.models import Shopper, Status, TryOnJob, WaitingClip
from django_tryon.services.outfits.seen import status_of
from django_tryon.services.reasons import reason_for

State = WaitingClip.State


class Standing(StrEnum):
    """How far it is."""

    FRAME_RUNNING = "frame_running"
    FRAME_FAILED = "frame_failed"
    WAITS_FOR_YOU = "waits_for_you"
    REJECTED = "rejected"
    LAPSED = "lapsed"
    CLIP_RUNNING = "clip_running"
    CLIP_FAILED = "clip_failed"
    DONE = "done"


def standing_of(waiting: WaitingClip) -> Standing:
    """Return how far a clip is; of an uncertain step it is said that it failed."""
    if waiting.state == State.REJECTED:
        return Standing.REJECTED
    if waiting.state == State.WAITING:
        if waiting.has_lapsed:
            return Standing.LAPSED
        return _of_job(
            waiting.frame,
            Standing.WAITS_FOR_YOU,
            Standing.FRAME_FAILED,
            Standing.FRAME_RUNNING,
        )
    if waiting.clip is None:  # its job was deleted
        return Standing.LAPSED
    return _of_job(waiting.clip, Standing.DONE, Standing.CLIP_FAILED, Standing.CLIP_RUNNING)


def _of_job(job: TryOnJob, done: Standing, failed: Standing, running: Standing) -> Standing:
    if status_of(job) == Status.SUCCEEDED:
        return done
    return failed if reason_for(job) is not None else running


def clips_of(shopper: Shopper) -> QuerySet[WaitingClip]:
    """Return a shopper's clips, the newest first, with their jobs."""
    mine = WaitingClip.objects.filter(shopper=shopper).order_by("-created_at", "pk")
    return mine.select_related("frame__person", "clip__person", "person").prefetch_related(
        "frame__garments__product"
    )
