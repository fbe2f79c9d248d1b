"""Offered: the looks that shoppers may try on, by the products that they look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import models

from django_tryon import products
from django_tryon.engines import Engine
from django_tryon.models import Garment, Look, TryOnResult
from django_tryon.services.looks.troubles import gone, kept_back
from django_tryon.services.looks.wearing import storefront_engine_for

MOST = 12
"""How many looks are offered for some products."""


@dataclass(frozen=True)
class OfferedLook:
    """A look that can be tried on as a whole."""

    look: Look
    garments: tuple[Garment, ...]
    """All of it, in the order in which it is put on; each with its product, which is public."""
    engine: type[Engine]
    """What puts it on: the engine that was asked for, or else another of the storefront's."""
    picture: TryOnResult | None
    """A house model in it, if the shop shows that; its ``url`` is public."""


def looks_for(
    given: Sequence[models.Model], engine: type[Engine] | None = None
) -> list[OfferedLook]:
    """Return the looks with any of these products that shoppers may try on now, at most ``MOST``.

    Those with more of the products come first, then the newest. ``engine`` is the one the shopper
    would get anyway. Only whole looks: none of whose garments is gone, whose products are all
    public, and which an engine of the storefront puts on. Two queries, and one for each model of
    products; the first alone where nothing is offered.
    """
    looks = list(Look.objects.filter(is_offered=True).for_all(given).whole()) if given else []
    products.read_all(garment for look in looks for garment in look.garments)
    found = [one for look in looks if (one := as_offered(look, engine)) is not None]
    seen = set(products.references_of(given))
    return sorted(found, key=lambda one: -_in_common(one, seen))[:MOST]


def as_offered(look: Look, engine: type[Engine] | None = None) -> OfferedLook | None:
    """Return a look as shoppers may try it on; None where they cannot, as it stands now."""
    chosen = storefront_engine_for(look.garments, engine) if look.garments else None
    if chosen is None or gone(look) or kept_back(look):
        return None
    return OfferedLook(look, tuple(look.garments), chosen, look.shown_picture)


def _in_common(offered: OfferedLook, seen: set[str]) -> int:
    given = {products.product_of(garment) for garment in offered.garments}
    return len(seen.intersection(products.references_of(given)))
