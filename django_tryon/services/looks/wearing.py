"""Which engine puts a whole look on."""

from __future__ import annotations

from collections.abc import Sequence

from django_tryon.conf import conf
from django_tryon.engines import Engine, all_engines
from django_tryon.exceptions import LaunchRefused
from django_tryon.models import Garment
from django_tryon.services.outfits.order import check_together, most_worn


def puts_on(engine: type[Engine], garments: Sequence[Garment]) -> bool:
    """Tell whether an engine dresses a photo in all of these at once, or one after another."""
    if engine.output != "image" or len(garments) > most_worn(engine, garments):
        return False
    if not {garment.category for garment in garments} <= set(engine.categories):
        return False
    try:
        check_together(engine, garments)
    except LaunchRefused:
        return False
    return True


def storefront_engine_for(
    garments: Sequence[Garment], first: type[Engine] | None = None
) -> type[Engine] | None:
    """Return the engine that shoppers get for these; None where none of theirs can do it.

    It is ``first`` if that can, else the storefront's usual one, else another of its engines.
    """
    engines = all_engines()
    slugs = [first.slug] if first else []
    slugs += [conf.STOREFRONT_ENGINE, *conf.STOREFRONT_ENGINES]
    for slug in dict.fromkeys(slugs):
        if slug in engines and puts_on(engines[slug], garments):
            return engines[slug]
    return None
