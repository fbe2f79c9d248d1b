"""Choose: what to wear, and a photo or a model, and off it goes."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from django_tryon.conf import conf
from django_tryon.exceptions import (
    KeyReused,
    LaunchRefused,
    NothingLeft,
    TokenRefused,
    UploadRefused,
)
from django_tryon.models import Person, Shopper, TryOnJob
from django_tryon.services.shoppers import consent
from django_tryon.services.shoppers.address import address_of
from django_tryon.services.shoppers.ask import ask
from django_tryon.services.shoppers.clips.opening import clip_of
from django_tryon.services.shoppers.forget import forget_photo
from django_tryon.services.shoppers.repeats import joined_by
from django_tryon.services.shoppers.uploads import take_photo
from django_tryon.widget import offering, visitor
from django_tryon.widget.forms import ModelForm, PhotoForm, WishForm, new_key
from django_tryon.widget.looks import picture_url
from django_tryon.widget.offering import Choice, house_models, own_photos
from django_tryon.widget.pages import erased, not_now, notice, page
from django_tryon.widget.rates import too_often
from django_tryon.widget.refusing import LATER, is_for_the_shopper, logged


@transaction.non_atomic_requests  # what was refused counts all the same
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, reference: str) -> HttpResponse:
    """Offer both ways to try a product, or a basket, on, and launch what is chosen."""
    try:
        choice = offering.find(reference, request.GET.get("look", ""))
    except LaunchRefused:
        return notice(
            request,
            _("This cannot be tried on"),
            _("It is not offered at the moment, or nobody has prepared it for trying on yet."),
            status=404,
        )
    shopper = visitor.known(request)
    closed = offering.why_closed(shopper, choice)
    if request.method != "POST":
        return _closed(request, choice, closed) if closed else _page(request, choice, shopper)
    is_photo = request.POST.get("way") != ModelForm.way
    return too_often(request, shopper, is_photo=is_photo) or _post(request, choice, shopper, closed)


def _page(
    request: HttpRequest,
    choice: Choice,
    shopper: Shopper | None,
    bound: WishForm | None = None,
    *,
    status: int = 200,
    taken: Person | None = None,
) -> HttpResponse:
    """``taken`` is a photo that was given just now, and of which there is something to say."""
    initial, given = {"form": new_key()}, _given(choice)
    own, offered = own_photos(shopper), house_models()
    if isinstance(bound, ModelForm):
        model_form = bound
    else:
        model_form = ModelForm(people=[*own, *offered], initial=initial, **given)
    photo_form = bound if isinstance(bound, PhotoForm) else PhotoForm(initial=initial, **given)
    clip = clip_of(choice.engine, choice.first)
    context: dict[str, Any] = {
        "offer": choice.offer,
        "title": choice.title,
        "garments": [(garment, picture_url(garment)) for garment in choice.garments],
        "photo_form": photo_form,
        "model_form": model_form,
        "own": own,
        "models": offered,
        "bound": bound,
        # A form that was refused is a new one: the same key would stand for the old wish.
        "form_key": initial["form"],
        "picked": _picked(bound, taken),
        "taken": taken,
        "worn": bound.chosen if bound is not None else [str(one.pk) for one in choice.first],
        "notes": choice.notes,
        "several": len(choice.wearable) > 1,
        "look": choice.look,
        "looks": choice.looks,
        "clip_minutes": clip.clip_minutes if clip else None,
        "consent": {
            "version": conf.CONSENT_VERSION,
            "text": consent.text(),
            "hash": consent.digest(),
        },
        "privacy_url": conf.PRIVACY_URL,
    }
    return page(request, "choose", context, status=status)


def _picked(bound: WishForm | None, taken: Person | None) -> str:
    """Return the key of who is to wear it, as far as that was said."""
    if taken is not None:
        return str(taken.pk)
    return str(bound.data.get("person", "")) if bound is not None else ""


def _post(
    request: HttpRequest, choice: Choice, shopper: Shopper | None, closed: str
) -> HttpResponse:
    if request.POST.get("way") == ModelForm.way:
        people = [*own_photos(shopper), *house_models()]
        form: WishForm = ModelForm(request.POST, people=people, **_given(choice))
    else:
        form = PhotoForm(request.POST, request.FILES, **_given(choice))
    if form.is_valid() or "form" in form.cleaned_data:
        before = _sent_before(shopper, form)
        if before is not None:  # the second of two clicks
            return redirect("django_tryon:job", before.pk)
    if closed and conf.API_KEY:  # without one the launch says in the log what is missing
        return _closed(request, choice, closed, status=429)
    if not form.is_valid():
        return _page(request, choice, shopper, form, status=422)
    asking = visitor.enter(request, form.cleaned_data["form"][0])
    try:
        taken = _taken(request, asking, form)
        if taken is not None and taken.advice:  # they choose: this one all the same, or another
            return _page(request, choice, asking, form, taken=taken)
        job = _launch(request, choice, asking, form, taken)
    except UploadRefused as error:
        form.add_error("photo", error.message)
        return _page(request, choice, asking, form, status=422)
    except LaunchRefused as error:
        return _refused(request, choice, asking, form, error)
    except TokenRefused:
        return erased(request)
    return redirect("django_tryon:job", job.pk)


def _given(choice: Choice) -> dict[str, Any]:
    """Return what both forms are made of."""
    return {"garments": choice.garments, "most": choice.most}


def _sent_before(shopper: Shopper | None, form: WishForm) -> TryOnJob | None:
    """Return the job that this very form has launched, or joined, already."""
    if shopper is None:
        return None
    key = form.cleaned_data["form"][1]
    return TryOnJob.objects.filter(shopper=shopper, idempotency_key=key).first() or joined_by(
        shopper, key
    )


def _taken(request: HttpRequest, shopper: Shopper, form: WishForm) -> Person | None:
    """Keep the photo that came with the form, if one did. Raises UploadRefused or LaunchRefused."""
    if not isinstance(form, PhotoForm):
        return None
    said = form.cleaned_data
    return take_photo(
        shopper,
        said["photo"],
        version=said["consent"],
        text_hash=said["text_hash"],
        address=address_of(request.META),
    )


def _launch(
    request: HttpRequest, choice: Choice, shopper: Shopper, form: WishForm, taken: Person | None
) -> TryOnJob:
    """Launch what the form says. Raises LaunchRefused; then no photo is kept."""
    said, address = form.cleaned_data, address_of(request.META)
    try:
        job, _created = ask(
            shopper,
            garments=said["garment"],
            person=taken or said["person"],
            engine=choice.engine.slug,
            key=said["form"][1],
            address=address,
            notify=said["notify"],
        )
    except (LaunchRefused, KeyReused) as error:
        if taken is not None:
            forget_photo(taken)
        before = _sent_before(shopper, form)  # both clicks came in the same moment
        if before is None or isinstance(error, LaunchRefused):
            raise
        return before
    return job


def _refused(
    request: HttpRequest, choice: Choice, shopper: Shopper, form: WishForm, error: LaunchRefused
) -> HttpResponse:
    if isinstance(error, NothingLeft):
        return _closed(request, choice, error.message, status=429)
    if is_for_the_shopper(error):
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return _page(request, choice, shopper, form, status=422)
    return _closed(request, choice, logged(error), status=503)


def _closed(request: HttpRequest, choice: Choice, says: str, *, status: int = 200) -> HttpResponse:
    """Say why nothing can be tried on now, and lead back to the product."""
    wait = 0 if status == 200 else LATER if status == 503 else None
    link, words = choice.offer.url, choice.offer.title
    return not_now(request, says, status=status, retry_after=wait, link=link, words=words)
