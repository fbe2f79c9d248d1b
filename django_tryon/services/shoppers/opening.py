"""Opening: whether shoppers can try anything on at the moment, before anything is asked of them."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from django_tryon.conf import conf
from django_tryon.engines import Engine
from django_tryon.models import Garment
from django_tryon.services.budget import is_open
from django_tryon.services.driving import gates
from django_tryon.services.outfits.order import estimate
from django_tryon.services.shoppers.allowance import taking_a_break
from django_tryon.services.shoppers.basket import worn_first


def why_closed(engine: type[Engine], garments: Sequence[Garment]) -> str:
    """Return in a sentence why nobody can try these on now; empty where one can.

    ``garments`` stand as ``in_turn`` returns them. What one shopper has used is not looked at.
    """
    if not conf.API_KEY:
        return _("Try-on is not available at the moment.")
    if not garments:
        return _("There is nothing to try on here yet.")
    if _is_shut(engine):
        return _("Try-on is not available at the moment.")
    if not is_open(estimate(engine, worn_first(engine, garments))):
        return taking_a_break()
    return ""


def _is_shut(engine: type[Engine]) -> bool:
    """Tell whether a try-on would wait at a gate for somebody, or be refused for good."""
    gate = gates.closed([engine.slug]).get(engine.slug)
    return gate is not None and gate.reason in gates.WAITS_FOR_SOMEBODY
