"""Baskets: what can be tried on of several products at once, and by which engine."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from django.db import models

from django_tryon import products
from django_tryon.conf import conf
from django_tryon.engines import Engine, all_engines, get_engine
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


def in_turn(garments: Iterable[Garment]) -> list[Garment]:
    """Return the first garment of each product, then the second ones, and so on."""
    seen: Counter[tuple[int, str]] = Counter()
    ranked: dict[int, list[Garment]] = defaultdict(list)
    for garment in garments:
        ranked[seen[_product(garment)]].append(garment)
        seen[_product(garment)] += 1
    return [garment for rank in sorted(ranked) for garment in ranked[rank]]


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


def _product(garment: Garment) -> tuple[int, str]:
    return garment.content_type_id, garment.product_id
