"""Film: send a clip of oneself, have its first frame dressed, and say yes or no to the clip."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from django_tryon.conf import conf
from django_tryon.exceptions import LaunchRefused, NothingLeft, TokenRefused, UploadRefused
from django_tryon.models import ClipUpload, Consent, Shopper
from django_tryon.models.files import view_url
from django_tryon.services.clips.price import ClipEstimate
from django_tryon.services.shoppers import consent
from django_tryon.services.shoppers.address import address_of
from django_tryon.services.shoppers.clips.ask import ask_clip
from django_tryon.services.shoppers.clips.opening import clip_of
from django_tryon.services.shoppers.clips.upload import take_clip
from django_tryon.videos import CLIP_LIMITS, LONGEST_UNCUT, Part
from django_tryon.widget import offering, visitor
from django_tryon.widget.clip_forms import DressForm, FilmForm
from django_tryon.widget.forms import new_key
from django_tryon.widget.looks import picture_url
from django_tryon.widget.offering import Choice
from django_tryon.widget.pages import erased, not_found, not_now, notice, page
from django_tryon.widget.rates import too_often
from django_tryon.widget.refusing import LATER, is_for_the_shopper, logged

KIND = Consent.Kind.CLIP
SOON = 3
"""Seconds after which the page of a clip that is being prepared looks again."""
MOST = 20
"""Clips of one's own that are offered again."""


@transaction.non_atomic_requests  # what was refused counts all the same
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, reference: str) -> HttpResponse:
    """Take a clip for a product, or a basket."""
    found = _find(request, reference)
    if isinstance(found, HttpResponse):
        return found
    choice, estimate = found
    shopper = visitor.known(request)
    closed = offering.why_closed(shopper, choice)
    if closed:  # before anybody has sent a clip for nothing
        status, wait = (429, None) if request.method == "POST" else (200, 0)
        link, words = choice.offer.url, choice.offer.title
        return not_now(request, closed, status=status, retry_after=wait, link=link, words=words)
    if request.method != "POST":
        form = FilmForm(initial={"form": new_key()})
        return _film(request, reference, choice, estimate, form, shopper)
    refused = too_often(request, shopper, is_photo=True)
    if refused is not None:
        return refused
    form = FilmForm(request.POST, request.FILES)
    if not form.is_valid():
        return _film(request, reference, choice, estimate, form, shopper, status=422)
    said = form.cleaned_data
    asking = visitor.enter(request, said["form"][0])
    try:
        upload = take_clip(
            asking,
            said["clip"],
            version=said["consent"],
            text_hash=said["text_hash"],
            address=address_of(request.META),
            part=Part(said["begin"] or 0.0, said["end"]),
        )
    except NothingLeft as error:
        return not_now(request, error.message)
    except (LaunchRefused, UploadRefused) as error:
        form.add_error(None, error.message)
        return _film(request, reference, choice, estimate, form, asking, status=422)
    except TokenRefused:
        return erased(request)
    return redirect("django_tryon:clip-upload", upload.pk, reference)


@transaction.non_atomic_requests
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest, pk: UUID, reference: str) -> HttpResponse:
    """Show a clip that is being prepared, and have its first frame dressed."""
    shopper = visitor.known(request)
    mine = ClipUpload.objects.filter(shopper=shopper, pk=pk) if shopper else None
    found = mine.select_related("person").first() if mine is not None else None
    if shopper is None or found is None:
        return not_found(request)
    if found.state == ClipUpload.State.REFUSED:
        return notice(
            request,
            _("This clip cannot be used"),
            found.error_message,
            status=422,
            link=reverse("django_tryon:clip-new", args=[reference]),
            words=_("Another clip"),
        )
    offered = _find(request, reference)
    if isinstance(offered, HttpResponse):
        return offered
    if found.person is None:
        return page(request, "preparing", {"wait": SOON}, retry_after=SOON)
    choice, estimate = offered
    given: dict[str, Any] = {"garments": choice.garments, "most": choice.most}
    if request.method != "POST":
        form = DressForm(initial={"form": new_key()}, **given)
        return _dress(request, choice, estimate, form, found)
    form = DressForm(request.POST, **given)
    refused = too_often(request, shopper)
    if refused is not None:
        return refused
    if not form.is_valid():
        return _dress(request, choice, estimate, form, found, status=422)
    said = form.cleaned_data
    try:
        waiting, _is_new = ask_clip(
            shopper,
            garments=said["garment"],
            person=found.person,
            image_engine=choice.engine.slug,
            address=address_of(request.META),
            notify=said["notify"],
        )
    except NothingLeft as error:
        return not_now(request, error.message)
    except LaunchRefused as error:
        if not is_for_the_shopper(error):
            return not_now(request, logged(error), status=503, retry_after=LATER)
        form.add_error(None, error.message)
        return _dress(request, choice, estimate, form, found, status=422)
    except TokenRefused:
        return erased(request)
    return redirect("django_tryon:clip", waiting.pk)


def _find(request: HttpRequest, reference: str) -> tuple[Choice, ClipEstimate] | HttpResponse:
    """Return what can be tried on and what a clip of it takes, or the page that says why not."""
    try:
        choice = offering.find(reference)
    except LaunchRefused:
        return not_found(request)
    estimate = clip_of(choice.engine, choice.first)
    if estimate is None:
        says = _("No clip can be made of this at the moment. You can try it on with a photo.")
        link = reverse("django_tryon:try", args=[reference])
        return notice(
            request, _("No clips just now"), says, status=404, link=link, words=_("Try it on")
        )
    return choice, estimate


def _film(
    request: HttpRequest,
    reference: str,
    choice: Choice,
    estimate: ClipEstimate,
    form: FilmForm,
    shopper: Shopper | None,
    *,
    status: int = 200,
) -> HttpResponse:
    ready = ClipUpload.objects.filter(
        shopper=shopper,
        state=ClipUpload.State.READY,
        person__consent__version=consent.version(KIND),
    )
    own = ready.select_related("person")[:MOST] if shopper is not None else []
    context = {
        "reference": reference,
        "offer": choice.offer,
        "form": form,
        "minutes": estimate.clip_minutes,
        "seconds": int(CLIP_LIMITS.max_seconds),
        "longest": int(LONGEST_UNCUT) // 60,
        "own": [(each, each.person.still_url) for each in own if each.person],
        "consent": {
            "version": consent.version(KIND),
            "text": consent.text(KIND),
            "hash": consent.digest(KIND),
        },
        "privacy_url": conf.PRIVACY_URL,
        "form_key": new_key(),
    }
    return page(request, "film", context, status=status)


def _dress(
    request: HttpRequest,
    choice: Choice,
    estimate: ClipEstimate,
    form: DressForm,
    found: ClipUpload,
    *,
    status: int = 200,
) -> HttpResponse:
    person: Any = found.person
    worn = form.chosen if form.is_bound else [str(one.pk) for one in choice.first]
    context = {
        "offer": choice.offer,
        "garments": [(garment, picture_url(garment)) for garment in choice.garments],
        "form": form,
        "form_key": new_key(),
        "worn": worn,
        "person": person,
        "frame": view_url(person.frame) if person.is_there else "",
        "minutes": estimate.clip_minutes,
        "sees_nobody": bool(found.notes),
        "again": reverse("django_tryon:clip-new", args=[choice.offer.reference]),
    }
    return page(request, "dress", context, status=status)
