"""Pair what staff filled in: every garment with everybody, by every engine."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from django_tryon.admin.launch.plan import Plan, Wish
from django_tryon.admin.launch.refusals import Refusal
from django_tryon.engines import Engine, get_engine
from django_tryon.models import Garment
from django_tryon.services.pins import Pinned


def make_plan(
    cleaned: dict[str, Any],
    garments: Sequence[Garment],
    engines: Sequence[tuple[type[Engine], dict[str, Any]]],
    pins: Mapping[str, Pinned],
) -> Plan:
    """Pair every garment (or all of them together) with everybody who was chosen.

    ``engines`` are those that are to do it, with their parameters, one of them twice where two
    sets of parameters are compared; ``pins`` those that are to do only a category each.
    """
    ways = [
        (engine, params, _groups(garments, together=cleaned["together"]))
        for engine, params in engines
    ]
    for category, each in pins.items():
        ways.append((each.engine, each.params, [(g,) for g in garments if g.category == category]))
    upload = cleaned["reference"] if any(each.needs_reference for each, _ in engines) else None
    kinds = {engine.person_kind for engine, _params, _worn in ways}
    unpinned = [one for one in garments if one.category not in pins] if pins else []
    return Plan(
        wishes=[
            Wish(engine, group, person, params | seed)
            for engine, params, worn in ways
            for seed in _seeds(engine, params, cleaned["variations"] or 1)
            for group in worn
            for person in cleaned["people"]
            # Whom another of the engines dresses is not for this one; whom none does is refused.
            if person.kind == engine.person_kind or person.kind not in kinds
        ],
        previous=cleaned["previous"],
        dresser=get_engine(cleaned["dresser"]) if cleaned["dresser"] else None,
        reference=upload.read() if upload else None,
        reuses=not cleaned["anew"],
        refusals=[
            Refusal(
                _("No engine is pinned for this category: %(category)s.")
                % {"category": garment.get_category_display().lower()}
            )
            for garment in unpinned
        ],
    )


def _groups(garments: Sequence[Garment], *, together: bool) -> list[tuple[Garment, ...]]:
    """Return what is worn in one picture."""
    if together and garments:
        return [tuple(garments)]
    return [(garment,) for garment in garments]


def _seeds(engine: type[Engine], params: dict[str, Any], variations: int) -> list[dict[str, int]]:
    """Return a seed for each variation: the given one and those that follow it."""
    if variations == 1 or "seed" not in engine.params.model_fields:
        return [{}]
    first = params.get("seed", engine.params.model_fields["seed"].default)
    if first is None or first < 0:  # the engine is to draw one: it has to be known to differ
        first = secrets.randbelow(2**31)
    return [{"seed": first + number} for number in range(variations)]
