"""One option: typed, with its default and a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, TypeVar

from django.conf import settings

T = TypeVar("T")


class Option(Generic[T]):
    """One key of ``TRYON``."""

    name: str

    def __init__(self, default: T, about: str) -> None:
        self.default, self.about = default, about

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, instance: object, owner: type) -> T:
        given: Any = getattr(settings, "TRYON", {})
        # Something else than a dict is for the system check to tell, not for whoever comes first.
        value: T = (
            given.get(self.name, self.default) if isinstance(given, Mapping) else self.default
        )
        return value
