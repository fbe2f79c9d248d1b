"""The engines: what each Segmind model needs, said as data."""

from __future__ import annotations

from django.utils.module_loading import import_string

from django_tryon.conf import conf
from django_tryon.engines.engine import Engine, GarmentInput, Inputs, Licence, Params
from django_tryon.exceptions import LaunchRefused

__all__ = ["Engine", "GarmentInput", "Inputs", "Licence", "Params", "all_engines", "get_engine"]


def all_engines() -> dict[str, type[Engine]]:
    """Return the engines that ``TRYON["ENGINES"]`` allows, by slug."""
    classes: list[type[Engine]] = [import_string(path) for path in conf.ENGINES]
    return {engine.slug: engine for engine in classes}


def get_engine(slug: str) -> type[Engine]:
    """Return the engine of that name; raises LaunchRefused, naming those there are."""
    engines = all_engines()
    if slug not in engines:
        raise LaunchRefused(
            f"There is no engine “{slug}”. Choose one of: {', '.join(engines)}.",
            code="unknown_engine",
            field="engine",
        )
    return engines[slug]
