"""Baskets: what can be tried on of several products at once, and by which engine."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext as _

from django_tryon import products
from django_tryon.conf import conf
from django_tryon.engines import Engine, all_engines, get_engine
from django_tryon.exceptions import LaunchRefused
from django_tryon.models import Garment
from django_tryon.services.outfits.order import goes_with, most_worn

MOST = 20
"""Products that one request may name."""


def named_in(references: str) -> list[str]:
    """Return the references of a text in which commas stand between them, each once."""
    return list(dict.fromkeys(references.split(",")))[:MOST]


def public_products(references: str) -> list[models.Model]:
    """Return the products that shoppers may see; those that are no more are left out."""
    return list(filter(products.is_shown, products.find_all(named_in(references))))


def garments_of(found: Sequence[models.Model]) -> list[Garment]:
    """Return the garments of these products, in the products' order and each with its product."""
    at = {(_kind_of(product), str(product.pk)): place for place, product in enumerate(found)}
    garments = list(Garment.objects.for_all(found))
    places = {garment: at[_product(garment)] for garment in garments}
    for garment, place in places.items():
        garment.product = found[place]  # known already: no query each
    return sorted(garments, key=places.__getitem__)


def in_turn(garments: Iterable[Garment]) -> list[Garment]:
    """Return the first garment of each product, then the second ones, and so on."""
    seen: Counter[tuple[int, str]] = Counter()
    ranked: dict[int, list[Garment]] = defaultdict(list)
    for garment in garments:
        ranked[seen[_product(garment)]].append(garment)
        seen[_product(garment)] += 1
    return [garment for rank in sorted(ranked) for garment in ranked[rank]]


def wearable(engine: type[Engine], garments: Iterable[Garment]) -> list[Garment]:
    """Return those of these garments that the engine can put on: it knows where they are worn, and
    where it needs a picture of them, there is one."""
    return [
        garment
        for garment in garments
        if garment.category in engine.categories
        and (not engine.takes_garment_image or _has_picture(garment))
    ]


def _has_picture(garment: Garment) -> bool:
    try:
        return bool(products.picture_of(garment))
    except LaunchRefused:  # its adapter failed, which is logged, or its model is no longer allowed
        return False


def engine_for(garments: Iterable[Garment]) -> type[Engine]:
    """Return the engine that shoppers get: for several products, one that takes them at once.

    Where the shop offers no such engine, it is the usual one, which puts on one after another.
    """
    engines = all_engines()
    usual = get_engine(conf.STOREFRONT_ENGINE)
    others = [engines[slug] for slug in conf.STOREFRONT_ENGINES if slug in engines]
    several = len({_product(garment) for garment in garments}) > 1
    for engine in (usual, *others) if several else ():
        if engine.max_garments > 1:
            return engine
    return usual


def worn_first(engine: type[Engine], garments: Sequence[Garment]) -> list[Garment]:
    """Return what is tried on unless the shopper chooses: one of each product, as far as they can
    be worn together.

    ``garments`` stand as ``in_turn`` returns them.
    """
    several = len({_product(garment) for garment in garments})
    worn: list[Garment] = []
    for garment in garments[:several]:
        if len(worn) < most_worn(engine, garments) and goes_with(engine, worn, garment):
            worn.append(garment)
    return worn


def to_choose(engine: type[Engine], garments: Sequence[Garment]) -> tuple[list[Garment], int]:
    """Return the garments with those first that are worn unless the shopper chooses, and how many
    may be worn: as many as these, where the products clash."""
    first, most = worn_first(engine, garments), most_worn(engine, garments)
    if len(first) < len({_product(garment) for garment in garments}):
        most = max(1, len(first))
    return [*first, *(garment for garment in garments if garment not in first)], most


def notes_on(
    asked: int, found: Sequence[models.Model], garments: Sequence[Garment], most: int
) -> list[str]:
    """Say, in sentences, what of a wish cannot be fulfilled.

    ``asked`` products were named, ``found`` are there, ``garments`` are those of them that can be
    put on, and ``most`` of these at once.
    """
    notes = []
    dressing = [products.product_of(garment) for garment in garments]
    if asked > len(found):
        notes.append(_("Some of these are no longer offered."))
    if without := [product for product in found if product not in dressing]:
        named = ", ".join(map(products.title_of, without))
        notes.append(_("This cannot be tried on: %(names)s.") % {"names": named})
    if len({_product(garment) for garment in garments}) > most:
        several = _("These cannot all be tried on together: choose up to %(most)d.")
        one = _("These cannot be tried on together: choose one.")
        notes.append(several % {"most": most} if most > 1 else one)
    return notes


def _kind_of(product: models.Model) -> int:
    return ContentType.objects.get_for_model(product).pk


def _product(garment: Garment) -> tuple[int, str]:
    return garment.content_type_id, garment.product_id
