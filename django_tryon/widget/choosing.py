"""Choose: a photo or a model, and off it goes."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db import models
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from django_tryon import products
from django_tryon.conf import conf
from django_tryon.engines import Engine, get_engine
from django_tryon.exceptions import KeyReused, LaunchRefused, NothingLeft, UploadRefused
from django_tryon.models import Garment, Person, Shopper, TryOnJob
from django_tryon.services import allowance, consent
from django_tryon.services.address import address_of
from django_tryon.services.ask import ask
from django_tryon.services.forget import forget_photo
from django_tryon.services.uploads import take_photo
from django_tryon.widget import visitor
from django_tryon.widget.forms import ModelForm, PhotoForm, WishForm, new_key
from django_tryon.widget.looks import Offer, offer, picture_url
from django_tryon.widget.pages import notice, page

logger = logging.getLogger("django_tryon")
FOR_THE_SHOPPER = {"not_found", "consent_missing", "consent_outdated", "person_gone"}
"""Refusals whose words help a shopper; others speak of settings, and are logged."""


@dataclass
class Choice:
    """What is offered on the page of one product."""

    product: models.Model
    engine: type[Engine]
    garments: list[Garment]

    @property
    def offer(self) -> Offer:
        """The product as the page shows it."""
        return offer(self.product)


@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, reference: str) -> HttpResponse:
    """Offer both ways to try a product on, and launch what is chosen."""
    try:
        choice = _find(reference)
    except LaunchRefused:
        return notice(
            request,
            _("This cannot be tried on"),
            _("It is not offered at the moment, or nobody has prepared it for trying on yet."),
            status=404,
        )
    shopper = visitor.known(request)
    closed = why_closed(shopper, choice.engine)
    if request.method != "POST":
        return _closed(request, choice, closed) if closed else _page(request, choice, shopper)
    return _post(request, choice, shopper, closed)


def _find(reference: str) -> Choice:
    """Return what can be tried on of a product. Raises LaunchRefused."""
    product = products.find(reference)
    engine = get_engine(conf.STOREFRONT_ENGINE)
    if not products.adapter_for(product).is_public(product):
        raise LaunchRefused(code="unknown_product")
    garments = [
        garment
        for garment in Garment.objects.for_product(product)
        if garment.category in engine.categories
    ]
    if not garments:
        raise LaunchRefused(code="no_garment")
    for garment in garments:
        garment.product = product  # known already: no query each
    return Choice(product, engine, garments)


def why_closed(shopper: Shopper | None, engine: type[Engine]) -> str:
    """Return in a sentence why nothing can be tried on now; empty where it can."""
    if not allowance.is_open(engine.estimate()):
        return _("Try-on is taking a break for today. Please come back tomorrow.")
    if not allowance.left_today(shopper):
        return _("You have used today's try-ons. You can go on tomorrow.")
    return ""


def own_photos(shopper: Shopper | None) -> list[Person]:
    """Return the photos that this shopper may use again, the newest first."""
    if shopper is None:
        return []
    still = Person.objects.filter(shopper=shopper, kind=Person.Kind.PHOTO).filter(
        Q(delete_at=None) | Q(delete_at__gt=timezone.now()),
        Q(consent=None) | Q(consent__version=conf.CONSENT_VERSION),
    )
    return list(still.order_by("-created_at"))


def house_models() -> list[Person]:
    """Return the models that every shopper may dress."""
    return list(Person.objects.filter(is_house_model=True, kind=Person.Kind.PHOTO))


def _page(
    request: HttpRequest,
    choice: Choice,
    shopper: Shopper | None,
    bound: WishForm | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    initial = {"form": new_key()}
    own, offered = own_photos(shopper), house_models()
    if isinstance(bound, ModelForm):
        model_form = bound
    else:
        model_form = ModelForm(garments=choice.garments, people=[*own, *offered], initial=initial)
    if isinstance(bound, PhotoForm):
        photo_form = bound
    else:
        photo_form = PhotoForm(garments=choice.garments, initial=initial)
    context: dict[str, Any] = {
        "offer": choice.offer,
        "garments": [(garment, picture_url(garment)) for garment in choice.garments],
        "photo_form": photo_form,
        "model_form": model_form,
        "own": own,
        "models": offered,
        "bound": bound,
        # A form that was refused is a new one: the same key would stand for the old wish.
        "form_key": initial["form"],
        "picked": bound.data.get("person", "") if bound is not None else "",
        "worn": bound.data.get("garment", "") if bound is not None else "",
        "consent": {"version": conf.CONSENT_VERSION, "text": consent.text()},
        "privacy_url": conf.PRIVACY_URL,
    }
    return page(request, "choose", context, status=status)


def _post(
    request: HttpRequest, choice: Choice, shopper: Shopper | None, closed: str
) -> HttpResponse:
    if request.POST.get("way") == ModelForm.way:
        people = [*own_photos(shopper), *house_models()]
        form: WishForm = ModelForm(request.POST, garments=choice.garments, people=people)
    else:
        form = PhotoForm(request.POST, request.FILES, garments=choice.garments)
    if form.is_valid() or "form" in form.cleaned_data:
        before = _sent_before(shopper, form)
        if before is not None:  # the second of two clicks
            return redirect("django_tryon:job", before.pk)
    if closed:
        return _closed(request, choice, closed, status=429)
    if not form.is_valid():
        return _page(request, choice, shopper, form, status=422)
    asking = visitor.enter(request, form.cleaned_data["form"][0])
    try:
        job = _launch(request, choice, asking, form)
    except UploadRefused as error:
        form.add_error("photo", error.message)
        return _page(request, choice, asking, form, status=422)
    except LaunchRefused as error:
        return _refused(request, choice, asking, form, error)
    return redirect("django_tryon:job", job.pk)


def _sent_before(shopper: Shopper | None, form: WishForm) -> TryOnJob | None:
    """Return the job that this very form has launched already."""
    if shopper is None:
        return None
    key = form.cleaned_data["form"][1]
    return TryOnJob.objects.filter(shopper=shopper, idempotency_key=key).first()


def _launch(request: HttpRequest, choice: Choice, shopper: Shopper, form: WishForm) -> TryOnJob:
    """Launch what the form says. Raises UploadRefused or LaunchRefused; then nothing is kept."""
    said, address = form.cleaned_data, address_of(request.META)
    taken: Person | None = None
    if isinstance(form, PhotoForm):
        taken = take_photo(shopper, said["photo"], version=said["consent"], address=address)
    try:
        job, _created = ask(
            shopper,
            garments=[said["garment"]],
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
    if error.code in FOR_THE_SHOPPER:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return _page(request, choice, shopper, form, status=422)
    logger.error("a shopper's try-on was refused (%s): %s", error.code, error.message)
    words = _("Try-on is not available at the moment. Please try again later.")
    return _closed(request, choice, words, status=503)


def _closed(request: HttpRequest, choice: Choice, says: str, *, status: int = 200) -> HttpResponse:
    """Say why nothing can be tried on now, and lead back to the product."""
    wait = 0 if status == 200 else 600 if status == 503 else seconds_to_tomorrow()
    return notice(
        request,
        _("Not just now"),
        says,
        status=status,
        retry_after=wait,
        link=choice.offer.url,
        words=choice.offer.title,
    )


def seconds_to_tomorrow() -> int:
    """Return after how many seconds the allowances of a new day begin."""
    now = timezone.localtime()
    tomorrow = datetime.combine(now.date() + timedelta(days=1), time.min, tzinfo=now.tzinfo)
    return max(1, int((tomorrow - now).total_seconds()))
