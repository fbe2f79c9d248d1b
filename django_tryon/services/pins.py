"""Pin: choose the engine that does a category of garments unless somebody says otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from django_tryon.engines import Engine, all_engines, get_engine
from django_tryon.exceptions import LaunchRefused
from django_tryon.models import Garment, Pin


@dataclass(frozen=True)
class Pinned:
    """What is pinned for a category, as it can be launched."""

    engine: type[Engine]
    params: dict[str, Any]
    """Only what was chosen: an engine's defaults may change."""


def pin(category: str, engine: str, params: Mapping[str, Any], *, by: Any = None) -> Pin:
    """Have an engine do a category from now on, with these parameters.

    A seed is not pinned: it belongs to one picture. Raises LaunchRefused if the engine cannot do
    the category, or a parameter is none of its.
    """
    chosen, label = get_engine(engine), str(Garment.Category(category).label)
    names = {"engine": chosen.title, "category": label.lower()}
    if category not in chosen.categories:
        said = _("%(engine)s cannot do this category: %(category)s.")
        raise LaunchRefused(said % names, code="unsupported_category", field="engine")
    if chosen.needs_reference:
        said = _("%(engine)s needs a first frame each time, so it cannot be pinned.")
        raise LaunchRefused(said % names, code="no_reference", field="engine")
    wanted = chosen_params(chosen, params)
    chosen.read_params(wanted)
    made, _is_new = Pin.objects.update_or_create(
        category=category, defaults={"engine": chosen.slug, "params": wanted, "set_by": by}
    )
    return made


def chosen_params(engine: type[Engine], params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters that somebody chose: neither the engine's defaults nor the seed."""
    fields = engine.params.model_fields
    return {
        name: value
        for name, value in params.items()
        if name != "seed" and not (name in fields and fields[name].default == value)
    }


def pinned() -> dict[str, Pinned]:
    """Return what is pinned, by category; without engines that are not offered any more."""
    engines = all_engines()
    return {
        each.category: Pinned(engines[each.engine], each.params)
        for each in Pin.objects.all()
        if each.engine in engines and _is_readable(engines[each.engine], each.params)
    }


def _is_readable(engine: type[Engine], params: Mapping[str, Any]) -> bool:
    try:
        engine.read_params(params)
    except LaunchRefused:
        return False
    return True
