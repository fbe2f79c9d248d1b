"""Watch: wait for a job, see its result, say what one thinks of it, pass it on."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from django_tryon.exceptions import LaunchRefused, NothingLeft, TokenRefused, WrongState
from django_tryon.models import Status, TryOnJob, TryOnResult
from django_tryon.products import product_of
from django_tryon.services import cancel as services_cancel
from django_tryon.services.eta import outlook
from django_tryon.services.reasons import reason_for
from django_tryon.services.shoppers.address import address_of
from django_tryon.services.shoppers.ask_again import ask_again
from django_tryon.services.shoppers.like import like as services_like
from django_tryon.services.shoppers.other_ways import other_ways
from django_tryon.services.shoppers.share import share as services_share
from django_tryon.services.shoppers.share import there
from django_tryon.widget import visitor
from django_tryon.widget.deciding import clip_that_waits
from django_tryon.widget.looks import Worn, cards_of, names, offer_of, picture_url
from django_tryon.widget.pages import erased, not_found, not_now, notice, page
from django_tryon.widget.rates import too_often
from django_tryon.widget.refusing import LATER, is_for_the_shopper, logged

LIKES = {"up": True, "down": False, "none": None}


@require_safe
def job(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show how a job stands: on its way, done, or why not."""
    found = find_job(request, pk)
    if found is None:
        return not_found(request)
    garments = list(found.garments.all())
    context: dict[str, Any] = {
        "job": found,
        "offer": offer_of(found),
        "worn": names(garments),
        "garment_pictures": [url for url in map(picture_url, garments) if url],
        "person": found.person,
    }
    others = other_ways(found)
    reason = reason_for(found, has_others=bool(others))
    if reason is not None:
        return page(request, "failed", context | {"reason": reason, "others": others})
    if found.status != Status.SUCCEEDED:
        ahead = outlook(found, timezone.now())
        context |= {"outlook": ahead, "percent": round(ahead.progress * 100)}
        return page(request, "waiting", context, retry_after=ahead.ask_again_after)
    if (waiting := clip_that_waits(found)) is not None:
        return redirect("django_tryon:clip", waiting.pk)
    results = list(there().filter(job=found).order_by("position"))
    if not results:
        return notice(
            request,
            _("This try-on was deleted"),
            _("Its picture is gone for good. You can try it on again."),
            status=410,
            link=_try_again(context["offer"].reference),
            words=_("Try it on again"),
        )
    for result in results:
        result.job = found
    context["looks"] = [
        Worn(result, found.person, context["worn"], found.shopper) for result in results
    ]
    of = filter(None, map(product_of, garments))
    context["more"] = cards_of(list(dict.fromkeys(of)), None, garments)
    return page(request, "result", context)


@require_POST
def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Cancel a job; where it is too late, its page says what became of it."""
    found = find_job(request, pk)
    if found is None:
        return not_found(request)
    try:
        services_cancel(found)
    except WrongState:
        if found.status == Status.SUBMITTING:  # for a moment: it is just being sent
            return notice(
                request,
                _("It is being sent right now"),
                _("It cannot be stopped in this very moment. Please try again in a few seconds."),
                status=409,
                retry_after=5,
                link=reverse("django_tryon:job", args=[pk]),
                words=_("Back to your try-on"),
            )
    return redirect("django_tryon:job", pk)


@require_POST
def again(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Do a job that gave no result once more, by another engine if one is named."""
    found = find_job(request, pk)
    if found is None or found.shopper is None:
        return not_found(request)
    try:
        refused = too_often(request, found.shopper)
        if refused is not None:
            return refused
        engine = request.POST.get("engine", "")
        found = ask_again(found.shopper, found, address=address_of(request.META), engine=engine)
    except WrongState:
        pass  # it is on its way already, or done: its page says so
    except TokenRefused:
        return erased(request)
    except NothingLeft as error:
        return not_now(request, error.message)
    except LaunchRefused as error:
        if not is_for_the_shopper(error):
            return not_now(request, logged(error), status=503, retry_after=LATER)
        return notice(
            request,
            _("Something has changed"),
            error.message,
            status=422,
            link=_try_again(offer_of(found).reference),
            words=_("Choose again"),
        )
    return redirect("django_tryon:job", found.pk)


@require_POST
def like(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keep thumbs up or down."""
    result = find_result(request, pk)
    if result is None:
        return not_found(request)
    said = request.POST.get("like", "")
    if said in LIKES:
        services_like(result, LIKES[said])
    return redirect("django_tryon:job", result.job_id)


@require_safe
def share_link(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a link that anybody may open for a while."""
    result = find_result(request, pk)
    if result is None:
        return not_found(request)
    path, expires_at = services_share(result)
    context = {
        "result": result,
        "link": request.build_absolute_uri(path),
        "expires_at": expires_at,
        "worn": names(list(result.job.garments.all())),
    }
    return page(request, "share_link", context)


def find_job(request: HttpRequest, pk: UUID) -> TryOnJob | None:
    """Return this job, if it is of the shopper who asks."""
    shopper = visitor.known(request)
    if shopper is None:
        return None
    mine = TryOnJob.objects.filter(shopper=shopper, outfit=None)
    mine = mine.select_related("person", "shopper")
    return mine.prefetch_related("garments__product").filter(pk=pk).first()


def find_result(request: HttpRequest, pk: UUID) -> TryOnResult | None:
    """Return this result, if it is of the shopper who asks, and still there."""
    shopper = visitor.known(request)
    if shopper is None:
        return None
    return there().filter(job__shopper=shopper, pk=pk).select_related("job").first()


def _try_again(reference: str) -> str:
    return reverse("django_tryon:try", args=[reference]) if reference else ""
