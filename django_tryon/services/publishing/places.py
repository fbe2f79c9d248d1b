"""Places: where a result can be published, and what is said of it there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from django_tryon import products
from django_tryon.conf import conf
from django_tryon.exceptions import LaunchRefused, WrongState
from django_tryon.models import Garment, Place, TryOnResult
from django_tryon.products import ProductAdapter

LONGEST_ALT = 500
"""Characters that we keep of an alt text."""


@dataclass(frozen=True)
class Spot:
    """A product among whose own pictures a result may stand."""

    product: Any
    adapter: ProductAdapter


@dataclass(frozen=True)
class Wanted:
    """Where a result is to be published."""

    in_gallery: bool
    spots: tuple[Spot, ...] = ()


def choose(result: TryOnResult, to: str | None) -> Wanted:
    """Return where a result goes that is published to a ``Place``; None: as the settings say.

    Raises WrongState for a shopper's own result that they do not offer, for one that no product
    would show, and for a place that was asked for and that this one cannot have.
    """
    is_offered = not result.is_on_house_model
    if is_offered:
        check_is_offered(result)
    if result.job.outfit_id is not None:
        raise WrongState(
            _("This is a step of an outfit: only its last picture can be published."),
            code="outfit_step",
        )
    if not result.job.garments.exists():
        raise WrongState(
            _("Its garment was deleted, so there is no page to publish it on."),
            code="garment_gone",
        )
    place = to or (Place.GALLERY if is_offered else conf.PUBLISH_TO)
    if place not in Place.values:
        raise ValueError(f"There is no place “{place}”. There are: {', '.join(Place.values)}.")
    if place == Place.GALLERY:
        return Wanted(in_gallery=True)
    spots, why = spots_of(result)
    if not spots and (to or place == Place.IMAGES):
        raise WrongState(why, code="no_images")
    return Wanted(in_gallery=place == Place.BOTH, spots=spots)


def check_is_offered(result: TryOnResult) -> None:
    """Raise WrongState for a picture of a shopper who does not let the shop show it."""
    if result.offered_at is None:
        raise WrongState(
            _(
                "Only a result on a house model can be published, or one that its shopper offers; "
                "this one shows somebody who does not."
            ),
            code="not_a_house_model",
        )


def spots_of(result: TryOnResult) -> tuple[tuple[Spot, ...], str]:
    """Return the products whose own pictures a result may join, or else why there is none."""
    if not result.is_on_house_model:
        # Those go into lists, feeds and mails, of which nothing was said to the shopper.
        return (), _("What a shopper offers is shown in the gallery alone.")
    if result.kind == TryOnResult.Kind.VIDEO:
        return (), _("A clip cannot stand among the shop's own pictures: choose the gallery.")
    found: dict[tuple[Any, str], Spot] = {}
    names = []
    for garment in result.job.garments.all():
        product = products.product_of(garment)
        if product is None:
            continue
        names.append(products.title_of(product))
        adapter = _adapter(product)
        if adapter is not None and adapter.can_add_images:
            found[garment.content_type_id, garment.product_id] = Spot(product, adapter)
    if found:
        return tuple(found.values()), ""
    if not names:
        return (), _("Its product was deleted.")
    said = _(
        "Nothing says where the shop keeps its own pictures of “%(product)s”: "
        "TRYON['PRODUCTS'] needs “images”, or an adapter with add_image."
    )
    return (), said % {"product": names[0]}


def _adapter(product: Any) -> ProductAdapter | None:
    try:
        return products.adapter_for(product)
    except LaunchRefused:  # its model is no longer allowed
        return None


def propose_alt(result: TryOnResult) -> str:
    """Return an alt text: what is worn, by whom, and that it is AI-generated."""
    spots, _why = spots_of(result)
    longest = min((spot.adapter.alt_length or LONGEST_ALT for spot in spots), default=LONGEST_ALT)
    worn = dict.fromkeys(_title(garment) for garment in result.job.garments.all())
    person = result.job.person
    if person is not None and result.is_on_house_model:
        who = person.name or _("a model")
    else:  # a shopper who lets the shop show it: their name is nobody's business
        who = _("a customer")
    said = _("%(product)s worn by %(model)s, AI-generated")
    left = longest - len(said % {"product": "", "model": who})
    titles = Truncator(", ".join(worn)).chars(max(1, left))
    return (said % {"product": titles, "model": who})[:longest]


def _title(garment: Garment) -> str:
    product = products.product_of(garment)
    return str(garment) if product is None else products.title_of(product)
