"""Keep and delete: all that is stored of a shopper, until when, and how to be rid of it."""

from __future__ import annotations

from itertools import groupby
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from django_tryon.exceptions import WrongState
from django_tryon.models import ClipUpload, Consent, Person, Shopper, TryOnJob, TryOnResult
from django_tryon.models.transitions import STEPS
from django_tryon.services.shoppers import consent
from django_tryon.services.shoppers.clips.standing import Standing, clips_of, standing_of
from django_tryon.services.shoppers.erase import erase
from django_tryon.services.shoppers.forget import forget_photo, forget_result
from django_tryon.services.shoppers.share import there
from django_tryon.widget import visitor
from django_tryon.widget.looks import Worn, names, offer_of
from django_tryon.widget.pages import confirm, erased, not_found, notice, page, say
from django_tryon.widget.watching import find_result

MOST = 200
"""Results and photos on one page; nobody has as many within a week."""


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Show a shopper what is stored, until when, and what was agreed to."""
    shopper = visitor.known(request)
    context: dict[str, Any] = {"shopper": shopper}
    if shopper is not None:
        photos = _photos(shopper)
        context |= {
            "products": _by_product(shopper),
            "waiting": list(_jobs(shopper).filter(status__in=STEPS)),
            "asks": [
                each for each in clips_of(shopper) if standing_of(each) == Standing.WAITS_FOR_YOU
            ],
            "preparing": ClipUpload.objects.filter(
                shopper=shopper, state=ClipUpload.State.WAITING
            ).exists(),
            "photos": photos,
            "clips": any(each.kind == Person.Kind.VIDEO for each in photos),
            "consents": _consents(shopper),
        }
    return page(request, "mine", context)


def _jobs(shopper: Shopper) -> Any:
    jobs = TryOnJob.objects.filter(shopper=shopper, outfit=None)
    return jobs.prefetch_related("garments__product")


def _consents(shopper: Shopper) -> list[tuple[Consent, str | None]]:
    """Return what was agreed to, with its words where they are still the same."""
    return [(given, consent.text_of(given)) for given in shopper.consents.all()[:MOST]]


def _photos(shopper: Shopper) -> list[Person]:
    return list(Person.objects.there().filter(shopper=shopper).order_by("-created_at")[:MOST])


def _by_product(shopper: Shopper) -> list[tuple[Any, list[Worn]]]:
    """Return the results by product, each with its name and page."""
    results = (
        there()
        .filter(job__shopper=shopper)
        .select_related("job__person", "job__shopper")
        .prefetch_related("job__garments__product", "job__shopper__consents")
        .order_by("-created_at")[:MOST]
    )
    pairs = [
        (offer_of(result.job), Worn(result, None, names(list(result.job.garments.all()))))
        for result in results
    ]
    newest = {offer: at for at, (offer, _worn) in reversed(list(enumerate(pairs)))}
    pairs.sort(key=lambda pair: newest[pair[0]])
    return [
        (offer, [worn for _offer, worn in group])
        for offer, group in groupby(pairs, key=lambda pair: pair[0])
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def delete_result(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Delete one result, once the shopper has confirmed."""
    result = find_result(request, pk)
    if result is None:
        return not_found(request)
    if request.method != "POST":
        more = _("It will be gone at once, and for good.")
        if result.offered_at is not None and result.published_at is not None:
            more = f"{more} {_('The shop no longer shows it, either.')}"
        return confirm(request, _("Delete this try-on?"), picture=result.poster_url, more=more)
    try:
        forget_result(result)
    except WrongState as error:
        return notice(
            request,
            _("This picture stays"),
            error.message,
            status=409,
            link=reverse("django_tryon:mine"),
            words=_("My try-ons"),
        )
    say(request, _("Your try-on was deleted."))
    return redirect("django_tryon:mine")


@require_http_methods(["GET", "HEAD", "POST"])
def delete_photo(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete one photo, once the shopper has confirmed."""
    shopper = visitor.known(request)
    photo = Person.objects.filter(shopper=shopper, pk=pk).first() if shopper else None
    if photo is None:
        return not_found(request)
    if request.method != "POST":
        more = _("Try-ons that are still waiting for it end, and cost nothing.")
        if TryOnResult.objects.offered().filter(job__person=photo).exists():
            more = f"{more} {_('What was made of it, and you offer to the shop, is taken back.')}"
        return confirm(request, _("Delete this photo?"), picture=photo.still_url, more=more)
    forget_photo(photo)
    say(request, _("Your photo was deleted."))
    return redirect("django_tryon:mine")


@require_http_methods(["GET", "HEAD", "POST"])
def delete_all(request: HttpRequest) -> HttpResponse:
    """Delete everything of a shopper's, once they have confirmed."""
    shopper = visitor.known(request)
    if shopper is None:
        return redirect("django_tryon:mine")
    if request.method != "POST":
        kept = Person.objects.there().filter(shopper=shopper)
        photos = kept.count()
        clips = kept.filter(kind=Person.Kind.VIDEO).count()
        results = there().filter(job__shopper=shopper).count()
        counted = _("%(photos)s and %(results)s will be deleted at once, and for good.") % {
            "photos": _photos_and_clips(photos, clips),
            "results": ngettext("%(count)d try-on", "%(count)d try-ons", results)
            % {"count": results},
        }
        return confirm(request, _("Delete everything?"), more=counted)
    gone = str(shopper.pk)
    erase(shopper)
    visitor.forget(request)
    return erased(request, status=200, forget=gone)


def _photos_and_clips(count: int, clips: int) -> str:
    """Return how many there are, in words; ``clips`` of all of them are clips."""
    if not clips:
        said = ngettext("%(count)d photo", "%(count)d photos", count)
    elif clips == count:
        said = ngettext("%(count)d clip", "%(count)d clips", count)
    else:
        said = _("%(count)d photos and clips")
    return said % {"count": count}
