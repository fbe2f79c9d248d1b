"""The engines: what each Segmind model needs, said as data."""

from __future__ import annotations

from functools import lru_cache

from django.utils.module_loading import import_string

from django_tryon.conf import conf, options
from django_tryon.engines.engine import Engine, GarmentInput, Inputs, Licence, Params
from django_tryon.exceptions import LaunchRefused

__all__ = [
    "Engine",
    "GarmentInput",
    "Inputs",
    "Licence",
    "Params",
    "all_engines",
    "find_engine",
    "get_engine",
]


def all_engines() -> dict[str, type[Engine]]:
    """Return the engines that ``TRYON["ENGINES"]`` allows, by slug."""
    return dict(_loaded(tuple(conf.ENGINES)))


@lru_cache(maxsize=8)
def _loaded(paths: tuple[str, ...]) -> dict[str, type[Engine]]:
    classes: list[type[Engine]] = [import_string(path) for path in paths]
    return {engine.slug: engine for engine in classes}


def find_engine(slug: str) -> type[Engine]:
    """Return an engine of this app or of the shop, also one that is no longer offered.

    For jobs that are on their way, and paid for. Raises LaunchRefused.
    """
    for path in options()["ENGINES"].default:
        engine: type[Engine] = import_string(path)
        if engine.slug == slug:
            return engine
    return get_engine(slug)


def get_engine(slug: str) -> type[Engine]:
    """Return the engine of that name; raises LaunchRefused, naming those there are."""
    engines = _loaded(tuple(conf.ENGINES))
    if slug not in engines:
        raise LaunchRefused(
            f"There is no engine “{slug}”. Choose one of: {', '.join(engines)}.",
            code="unknown_engine",
            field="engine",
        )
    return engines[slug]
