"""What the page of a product, or of a basket, offers: garments, people, and whether at all."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models

from django_tryon import products
from django_tryon.conf import conf
from django_tryon.engines import Engine
from django_tryon.exceptions import LaunchRefused
from django_tryon.models import Garment, Person, Shopper
from django_tryon.services.looks.offered import OfferedLook, looks_for
from django_tryon.services.shoppers import allowance, basket, opening
from django_tryon.widget.looks import LookCard, Offer, cards_of, offer_of_all


@dataclass
class Choice:
    """What can be tried on of the products that a page is about."""

    products: list[models.Model]
    engine: type[Engine]
    garments: list[Garment]
    """The first of each product come first."""
    asked: int = 1
    """How many products were named; some may be gone."""
    look: OfferedLook | None = None
    """The look that is tried on as a whole, if the shopper chose one."""

    @property
    def offer(self) -> Offer:
        """The products as the page shows them."""
        return offer_of_all(self.wearable)

    @property
    def title(self) -> str:
        """What it is called: the look, or the products."""
        return self.look.look.name if self.look else self.offer.title

    @property
    def wearable(self) -> list[models.Model]:
        """The products of which there is something to wear, in their order."""
        return list(dict.fromkeys(products.product_of(garment) for garment in self.garments))

    @property
    def first(self) -> list[Garment]:
        """What is tried on unless the shopper chooses; all of a look."""
        return self.garments if self.look else basket.worn_first(self.engine, self.garments)

    @property
    def most(self) -> int:
        """How many of them may be chosen."""
        if self.look:
            return len(self.garments)
        return basket.to_choose(self.engine, self.garments)[1]

    @property
    def looks(self) -> list[LookCard]:
        """Looks that complete it."""
        return [] if self.look else cards_of(self.wearable, self.engine, self.first)

    @property
    def notes(self) -> list[str]:
        """What of the wish cannot be fulfilled, in sentences."""
        return basket.notes_on(self.asked, self.products, self.garments, self.most)


def find(references: str, look: str = "") -> Choice:
    """Return what can be tried on of a product, or of several with commas between them.

    With the key of a ``look`` that any of them is in it is all of that, if it is still offered.
    Raises LaunchRefused where there is nothing.
    """
    found = basket.public_products(references)
    if not found:
        raise LaunchRefused(code="unknown_product")
    for one in looks_for(found) if look else ():
        if str(one.look.pk) == look:
            worn = list(one.garments)
            of = list(dict.fromkeys(map(products.product_of, worn)))
            return Choice(of, one.engine, worn, look=one)
    garments = basket.in_turn(basket.garments_of(found))
    engine = basket.engine_for(garments)
    worn = basket.wearable(engine, garments)
    if not worn:
        raise LaunchRefused(code="no_garment")
    return Choice(found, engine, worn, len(basket.named_in(references)))


def why_closed(shopper: Shopper | None, choice: Choice) -> str:
    """Return in a sentence why this shopper can try nothing of it on now; empty where they can."""
    closed = opening.why_closed(choice.engine, choice.garments, choice.first)
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
    return list(Person.objects.house_models().filter(kind=Person.Kind.PHOTO))
