"""Decide: a shopper looks at the first frame of their clip, and has the clip made, or not."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from django_tryon.exceptions import LaunchRefused, NothingLeft, TokenRefused, WrongState
from django_tryon.models import TryOnJob, WaitingClip
from django_tryon.services.driving.pace import minutes_of, typical_seconds
from django_tryon.services.shoppers.address import address_of
from django_tryon.services.shoppers.clips.approve import approve_clip
from django_tryon.services.shoppers.clips.decline import decline_clip
from django_tryon.services.shoppers.clips.standing import Standing, clips_of, standing_of
from django_tryon.services.shoppers.share import there
from django_tryon.widget import visitor
from django_tryon.widget.looks import Worn, names, offer_of
from django_tryon.widget.pages import erased, not_now, notice, page
from django_tryon.widget.rates import too_often
from django_tryon.widget.refusing import LATER, is_for_the_shopper, logged


@require_safe
def clip(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the first frame that waits for a yes; of any other, the page of its job."""
    found = find_clip(request, pk)
    if found is None:
        return _unknown(request)
    standing = standing_of(found)
    if standing == Standing.LAPSED:
        return notice(
            request,
            _("This clip was given up"),
            _("Nobody said yes in time, or it was deleted. You can send your clip again."),
            status=410,
        )
    if standing != Standing.WAITS_FOR_YOU:
        return redirect("django_tryon:job", (found.clip or found.frame).pk)
    return _ask(request, found)


@require_POST
def approve(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Have the clip made."""
    found = find_clip(request, pk)
    if found is None or found.shopper is None:
        return _unknown(request)
    refused = too_often(request, found.shopper)
    if refused is not None:
        return refused
    notify = request.POST.get("notify", "").strip()
    try:
        if notify:
            validate_email(notify)
        job = approve_clip(found.shopper, found, address=address_of(request.META), notify=notify)
    except ValidationError as error:
        return _ask(request, found, problem=error.messages[0], status=422)
    except NothingLeft as error:
        return not_now(request, error.message, link=_page(found), words=_("Back to your look"))
    except LaunchRefused as error:
        if not is_for_the_shopper(error):
            return not_now(request, logged(error), status=503, retry_after=LATER)
        return _refused(request, found, error.message)
    except WrongState as error:
        return _refused(request, found, error.message)
    except TokenRefused:
        return erased(request)
    return redirect("django_tryon:job", job.pk)


@require_POST
def reject(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Have none made; the picture stays."""
    found = find_clip(request, pk)
    if found is None or found.shopper is None:
        return _unknown(request)
    try:
        decline_clip(found.shopper, found)
    except WrongState as error:
        return _refused(request, found, error.message)
    return redirect("django_tryon:job", found.frame_id)


def find_clip(request: HttpRequest, pk: UUID) -> WaitingClip | None:
    """Return this clip, if it is of the shopper who asks."""
    shopper = visitor.known(request)
    return clips_of(shopper).filter(pk=pk).first() if shopper is not None else None


def clip_that_waits(frame: TryOnJob) -> WaitingClip | None:
    """Return the clip that waits for a yes to this frame; None for any other job."""
    mine = WaitingClip.objects.filter(frame=frame, shopper__isnull=False)
    for found in mine.select_related("frame", "clip"):
        if standing_of(found) == Standing.WAITS_FOR_YOU:
            return found
    return None


def _ask(
    request: HttpRequest, found: WaitingClip, *, problem: str = "", status: int = 200
) -> HttpResponse:
    frame = found.frame
    worn = names(list(frame.garments.all()))
    result = there().filter(job=frame).order_by("position").first()
    if result is None:
        return notice(
            request,
            _("This picture was deleted"),
            _("So no clip can be made of it. You can send your clip again."),
            status=410,
        )
    result.job = frame
    context: dict[str, Any] = {
        "waiting": found,
        "look": Worn(result, found.person, worn, found.shopper),
        "offer": offer_of(frame),
        "worn": worn,
        "minutes": minutes_of(typical_seconds(found.engine)),
        "problem": problem,
    }
    return page(request, "approve", context, status=status)


def _page(found: WaitingClip) -> str:
    return reverse("django_tryon:clip", args=[found.pk])


def _refused(request: HttpRequest, found: WaitingClip, says: str) -> HttpResponse:
    return notice(
        request,
        _("Something has changed"),
        says,
        status=409,
        link=_page(found),
        words=_("Back to your look"),
    )


def _unknown(request: HttpRequest) -> HttpResponse:
    """Return the page for a clip that is not here: the button's visitor is let in by its script."""
    return notice(
        request,
        _("This is not here"),
        _(
            "It may have been deleted, or it is kept in another browser: open this page in the "
            "one in which you began, or log in."
        ),
        status=404,
        enter=reverse("django_tryon:enter"),
    )
