"""Opening: whether shoppers can try anything on at the moment, before anything is asked of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from django.db import models
from django.utils.translation import gettext as _

from django_tryon.conf import conf
from django_tryon.engines import Engine
from django_tryon.models import Garment
from django_tryon.services.budget import is_open
from django_tryon.services.driving import gates
from django_tryon.services.looks.offered import OfferedLook, looks_for
from django_tryon.services.outfits.order import estimate
from django_tryon.services.shoppers.allowance import taking_a_break
from django_tryon.services.shoppers.basket import worn_first

MOST_LOOKS = 4
"""How many looks are offered beside a product: more are a page of their own."""


def why_closed(
    engine: type[Engine], garments: Sequence[Garment], worn: Sequence[Garment] = ()
) -> str:
    """Return in a sentence why nobody can try these on now; empty where one can.

    ``garments`` stand as ``in_turn`` returns them; ``worn`` are those whose price counts, if not
    what is worn unless the shopper chooses. What one shopper has used is not looked at.
    """
    if not conf.API_KEY:
        return _("Try-on is not available at the moment.")
    if not garments:
        return _("There is nothing to try on here yet.")
    if shut_engines([engine]):
        return _("Try-on is not available at the moment.")
    if not is_open(estimate(engine, worn or worn_first(engine, garments))):
        return taking_a_break()
    return ""


def shut_engines(engines: Iterable[type[Engine]]) -> set[str]:
    """Return the engines by which a try-on would wait for somebody, or be refused for good."""
    closed = gates.closed(engine.slug for engine in engines)
    return {slug for slug, gate in closed.items() if gate.reason in gates.WAITS_FOR_SOMEBODY}


def open_looks(
    found: Sequence[models.Model], engine: type[Engine] | None, worn: Sequence[Garment]
) -> list[OfferedLook]:
    """Return the looks that complete what is worn of these products, and that are open now.

    At most ``MOST_LOOKS``, and none that has nothing to add. ``engine`` is what shoppers get for
    these products anyway, where that is known.
    """
    seen = {garment.pk for garment in worn}
    looks = [
        look
        for look in looks_for(found, engine)
        if not seen.issuperset(garment.pk for garment in look.garments)
    ]
    shut = shut_engines({look.engine for look in looks}) if looks else set()
    affordable = (
        look
        for look in looks
        if look.engine.slug not in shut and is_open(estimate(look.engine, look.garments))
    )
    return list(islice(affordable, MOST_LOOKS))
