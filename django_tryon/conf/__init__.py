"""The settings of this app: one dict, ``TRYON``, read whenever a value is needed.

Each option in the files beside is typed, carries its default and one sentence; the settings
reference in the docs is compared with them by a test.
"""

from __future__ import annotations

from typing import Any

from django_tryon.conf.analytics import Analytics
from django_tryon.conf.money import Money
from django_tryon.conf.operations import Operations
from django_tryon.conf.option import Option
from django_tryon.conf.privacy import Privacy
from django_tryon.conf.provider import Provider
from django_tryon.conf.shop import Shop
from django_tryon.conf.storage import Storage
from django_tryon.conf.storefront import Storefront
from django_tryon.conf.workers import Workers


class TryOnSettings(
    Provider,
    Shop,
    Workers,
    Storage,
    Storefront,
    Privacy,
    Money,
    Analytics,
    Operations,
):
    """All options; ``conf`` below is the only instance."""


conf = TryOnSettings()


PARTS = TryOnSettings.__bases__


def options(parts: tuple[type, ...] = PARTS) -> dict[str, Option[Any]]:
    """Return every option of these files by its name, in the order of their lines."""
    return {
        name: value
        for part in parts
        for name, value in vars(part).items()
        if isinstance(value, Option)
    }
