"""What the page of a product, or of a basket, offers: garments, people, and whether at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext as _

from django_tryon import products
from django_tryon.conf import conf
from django_tryon.engines import Engine
from django_tryon.exceptions import LaunchRefused
from django_tryon.models import Garment, Person, Shopper
from django_tryon.services.shoppers import allowance, basket, opening
from django_tryon.widget.looks import Offer, offer_of_all


@dataclass
class Choice:
    """What can be tried on of the products that a page is about."""

    products: list[models.Model]
    engine: type[Engine]
    garments: list[Garment]
    """The first of each product come first."""
    asked: int = 1
    """How many products were named; some may be gone."""

    @property
    def offer(self) -> Offer:
        """The products as the page shows them."""
        return offer_of_all(self.wearable)

    @property
    def wearable(self) -> list[models.Model]:
        """The products of which there is something to wear, in their order."""
        return list(dict.fromkeys(products.product_of(garment) for garment in self.garments))

    @property
    def first(self) -> list[Garment]:
        """What is tried on unless the shopper chooses."""
        return basket.worn_first(self.engine, self.garments)

    @property
    def most(self) -> int:
        """How many of them may be chosen."""
        return basket.to_choose(self.engine, self.garments)[1]

    @property
    def notes(self) -> list[str]:
        """What of the wish cannot be fulfilled, in sentences."""
        found = []
        if self.asked > len(self.products):
            found.append(_("Some of these are no longer offered."))
        if without := [one for one in self.products if one not in self.wearable]:
            named = ", ".join(map(products.title_of, without))
            found.append(_("This cannot be tried on: %(names)s.") % {"names": named})
        most = self.most
        if len(self.wearable) > most:
            several = _("These cannot all be tried on together: choose up to %(most)d.")
            one = _("These cannot be tried on together: choose one.")
            found.append(several % {"most": most} if most > 1 else one)
        return found


def find(references: str) -> Choice:
    """Return what can be tried on of a product, or of several with commas between them.

    Raises LaunchRefused where there is nothing.
    """
    found = basket.public_products(references)
    if not found:
        raise LaunchRefused(code="unknown_product")
    garments = basket.in_turn(_garments_of(found))
    engine = basket.engine_for(garments)
    wearable = [garment for garment in garments if garment.category in engine.categories]
    if not wearable:
        raise LaunchRefused(code="no_garment")
    return Choice(found, engine, wearable, len(basket.named_in(references)))


def _garments_of(found: Sequence[models.Model]) -> list[Garment]:
    """Return the garments of these products, in the products' order."""
    at = {(_kind_of(product), str(product.pk)): place for place, product in enumerate(found)}
    garments = list(Garment.objects.for_all(found))
    places = {garment: at[garment.content_type_id, garment.product_id] for garment in garments}
    for garment, place in places.items():
        garment.product = found[place]  # known already: no query each
    return sorted(garments, key=places.__getitem__)


def _kind_of(product: models.Model) -> int:
    return ContentType.objects.get_for_model(product).pk


def why_closed(shopper: Shopper | None, choice: Choice) -> str:
    """Return in a sentence why this shopper can try nothing of it on now; empty where they can."""
    closed = opening.why_closed(choice.engine, choice.garments)
    return closed or ("" if allowance.left_today(shopper) else allowance.come_back())


def own_photos(shopper: Shopper | None) -> list[Person]:
    """Return the photos that this shopper may use again, the newest first."""
    if shopper is None:
        return []
    still = Person.objects.there().filter(
        shopper=shopper,
        kind=Person.Kind.PHOTO,
        consent__version=conf.CONSENT_VERSION,
    )
    return list(still.order_by("-created_at"))


def house_models() -> list[Person]:
    """Return the models that every shopper may dress."""
    return list(Person.objects.filter(is_house_model=True, kind=Person.Kind.PHOTO))
