"""Show: a shopper lets the shop show a result of theirs, and takes that back."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from django_tryon.conf import conf
from django_tryon.exceptions import LaunchRefused, TokenRefused, WrongState
from django_tryon.models import Consent
from django_tryon.models.person import is_before
from django_tryon.services.shoppers import consent
from django_tryon.services.shoppers.address import address_of
from django_tryon.services.shoppers.offer import offer as services_offer
from django_tryon.services.shoppers.offer import why_not
from django_tryon.services.shoppers.withdraw import withdraw as services_withdraw
from django_tryon.widget.looks import Worn, names, offer_of
from django_tryon.widget.pages import confirm, erased, not_found, notice, page, say
from django_tryon.widget.watching import find_result


@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Offer one result to the shop, with the consent to that."""
    result = find_result(request, pk)
    if result is None:
        return not_found(request)
    if result.offered_at is not None:
        return redirect("django_tryon:mine")
    problem, status = "", 200
    if request.method == "POST":
        try:
            services_offer(
                result,
                version=request.POST.get("consent", ""),
                text_hash=request.POST.get("text_hash", ""),
                address=address_of(request.META),
            )
        except LaunchRefused as error:  # no tick, or the words have changed
            problem, status = error.message, 422
        except TokenRefused:
            return erased(request)
        except WrongState as error:
            return _refused(request, error)
        else:
            say(request, _("Thank you. The shop looks at your picture before it shows it."))
            return redirect("django_tryon:mine")
    reason = why_not(result)
    if reason is not None:
        return _refused(request, reason)
    garment = names(list(result.job.garments.all()))
    context = {
        "look": Worn(result, None, garment),
        "offer": offer_of(result.job),
        "problem": problem,
        "privacy_url": conf.PRIVACY_URL,
        "consent": {
            "version": conf.OFFER_VERSION,
            "text": consent.text(Consent.Kind.OFFER),
            "hash": consent.digest(Consent.Kind.OFFER),
        },
    }
    return page(request, "offer", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take an offer back, once the shopper has confirmed."""
    result = find_result(request, pk)
    if result is None:
        return not_found(request)
    if result.offered_at is None:
        return redirect("django_tryon:mine")
    if request.method == "POST":
        try:
            services_withdraw(result)
        except WrongState as error:  # the shop's own adapter stands in the way
            return _refused(request, error, _("This picture stays"))
        say(request, _("Taken back. The shop no longer shows this picture."))
        return redirect("django_tryon:mine")
    more = _("From this moment on the shop no longer shows this picture.")
    if not is_before(result.delete_at):
        more = f"{more} {_('Its day has passed, so it is deleted here, too.')}"
    return confirm(
        request,
        _("Take this picture back?"),
        picture=result.poster_url,
        more=more,
        agree=_("Take it back"),
        spare=_("Leave it there"),
    )


def _refused(request: HttpRequest, error: WrongState, title: str = "") -> HttpResponse:
    return notice(
        request,
        title or _("This picture cannot be offered"),
        error.message,
        status=409,
        link=reverse("django_tryon:mine"),
        words=_("My try-ons"),
    )
