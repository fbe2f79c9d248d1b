"""What is done on the board: to the result that is shown, or to all that are ticked."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import PurePath
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from django_tryon.admin.base import TryOnModelAdmin, told
from django_tryon.admin.board.queue import Queue, key_of
from django_tryon.admin.launch.links import has_launch_permission
from django_tryon.admin.looking import one_by_one
from django_tryon.admin.result_page import APPROVED, REJECTED, REOPENED, told_published
from django_tryon.exceptions import WrongState
from django_tryon.models import TryOnResult
from django_tryon.services import approve, publish, redraw, reject, reopen, unpublish, unschedule
from django_tryon.services.review import decided

REDRAWN = told(
    gettext_lazy("%(name)s is rejected, and drawn again with another seed."),
    ngettext_lazy(
        "%(count)d is rejected, and drawn again with another seed.",
        "%(count)d are rejected, and drawn again with another seed.",
        "count",
    ),
)


def may_do(request: HttpRequest, page: Any) -> set[str]:
    """Return what this person may do here."""
    may = {"undo"}
    if page.has_review_permission(request):
        may |= {"approve", "reject"}
        if has_launch_permission(request):
            may.add("redraw")
    if page.has_publish_permission(request):
        may.add("publish")
    return may


def act(
    request: HttpRequest, page: TryOnModelAdmin[TryOnResult], queue: Queue
) -> tuple[str, list[TryOnResult]]:
    """Do what was asked for; return its word and the results with which it went well.

    A decision counts only if nobody else has decided since the page was shown. Raises
    PermissionDenied.
    """
    what = "reject" if "reject" in request.POST else request.POST.get("do", "")
    if what not in may_do(request, page):
        raise PermissionDenied
    chosen, seen = _chosen(request, queue)
    if what == "undo":
        return what, _perform(
            request, page, chosen, partial(_undo, request, page, queue), REOPENED, _("Taken back.")
        )
    many = len(chosen) + ("ticked" in request.POST)  # one that is ticked was seen in small only
    common: dict[str, Any] = {"by": request.user, "seen": seen}
    reason = request.POST.get("reject", "")
    does: dict[str, tuple[Callable[..., object], Any, str]] = {
        "approve": (one_by_one(partial(approve, **common), many), APPROVED, _("Approved.")),
        "reject": (
            partial(
                reject,
                reason=reason if reason in TryOnResult.Reason.values else "",
                note=request.POST.get("note", "").strip(),
                **common,
            ),
            REJECTED,
            _("Rejected."),
        ),
        "redraw": (partial(redraw, **common), REDRAWN, _("Drawn again with another seed.")),
        "publish": (one_by_one(partial(_publish, **common), many), told_published, _("Published.")),
    }
    do, said, history = does[what]
    return what, _perform(request, page, chosen, _as_shown(request, do), said, history)


def _perform(
    request: HttpRequest,
    page: TryOnModelAdmin[TryOnResult],
    chosen: list[TryOnResult],
    do: Callable[[TryOnResult], object],
    said: Any,
    history: str,
) -> list[TryOnResult]:
    went_well = []

    def note(result: TryOnResult) -> None:
        do(result)
        went_well.append(result)

    if not chosen:
        page.message_user(request, _("That result is not there any more."))
    page.perform(request, chosen, note, told=said, history=history)
    return went_well


def picture_of(result: TryOnResult) -> str:
    """Return what stands for the picture that is shown: a second drawing may take its place."""
    return PurePath(str(result.file.name)).stem


def _as_shown(request: HttpRequest, do: Callable[[TryOnResult], object]) -> Any:
    """Return what does the same, unless another picture has taken the place of what was shown."""
    shown = "" if "ticked" in request.POST else request.POST.get("picture", "")

    def looked(result: TryOnResult) -> object:
        if shown and picture_of(result) != shown:
            raise WrongState(_("It was changed meanwhile. Look at it again."), code="changed")
        return do(result)

    return looked


def _chosen(request: HttpRequest, queue: Queue) -> tuple[list[TryOnResult], str]:
    """Return the results that are meant, and which review stood there when they were shown."""
    for name, stood in (
        ("undone" if request.POST.get("do") == "undo" else "ticked", queue.stands),
        ("current", request.POST.get("seen", "")),
    ):
        keys = [key for text in request.POST.getlist(name) if (key := key_of(text))]
        if keys:
            return list(queue.seen().filter(pk__in=keys).order_by("created_at", "pk")), stood
    return [], ""


def _publish(result: TryOnResult, *, by: Any, seen: str) -> None:
    if result.published_at is not None or result.review != seen:
        raise WrongState(decided(result), code="already_decided")
    publish(result, by=by, seen=seen)


def _undo(request: HttpRequest, page: Any, queue: Queue, result: TryOnResult) -> None:
    """Bring a result back to where it was in this queue, if it was this person who took it out."""
    if not is_mine(result, request.user):
        raise WrongState(decided(result), code="already_decided")
    if result.published_at is not None:
        if not page.has_publish_permission(request):
            raise PermissionDenied
        unpublish(result, by=request.user)
    elif hasattr(result, "appointment"):
        unschedule(result, by=request.user)
    if result.review != queue.stands:
        reopen(result, seen=result.review)


def is_mine(result: TryOnResult, user: Any) -> bool:
    """Tell whether this person said last what became of a result."""
    if result.published_at is not None:
        return bool(user.pk == result.published_by_id)
    if hasattr(result, "appointment"):  # to publish it was said after the review
        return bool(user.pk == result.appointment.by_id)
    return bool(user.pk == result.reviewed_by_id)
