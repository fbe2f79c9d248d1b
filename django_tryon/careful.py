"""Careful: what is asked of a product, where the shop's own adapter may raise anything."""

from __future__ import annotations

from typing import Any

from django.db import InterfaceError, OperationalError, models

from django_tryon import logs
from django_tryon.exceptions import LaunchRefused

AWAY = (OperationalError, InterfaceError)
"""The database's faults are no adapter's."""


class Careful:
    """A shop's adapter whose faults stay its product's own: no page goes down with one product.

    Each is logged. A picture is refused with a sentence that names product and method, so that
    nothing is launched with it; for all else there is something to go on with.
    """

    def __init__(self, own: Any) -> None:
        self.own = own

    def __getattr__(self, name: str) -> Any:
        """Return the adapter's own, for whatever else is asked of it."""
        return getattr(self.own, name)

    def image(self, product: models.Model) -> Any:
        """Return its picture; raises LaunchRefused if the adapter fails."""
        try:
            return self.own.image(product)
        except AWAY:
            raise
        except Exception as error:
            _note("image", product, error)
            raise LaunchRefused(
                f"The picture of “{self.title(product)}” cannot be read: image() of its adapter in "
                "TRYON['PRODUCTS'] failed, which was logged.",
                code="no_garment_image",
                field="garments",
            ) from error

    def title(self, product: models.Model) -> str:
        """Return its name; else what can be said of it without the adapter."""
        return str(self._or(f"{product._meta.label} {product.pk}", "title", product))

    def description(self, product: models.Model) -> str:
        """Return it in words; else its name."""
        return str(self._or(None, "description", product) or self.title(product))

    def category(self, product: models.Model) -> str:
        """Return its category; else an empty text."""
        return str(self._or("", "category", product))

    def url(self, product: models.Model) -> str:
        """Return its page; else an empty text."""
        return str(self._or("", "url", product))

    def is_public(self, product: models.Model) -> bool:
        """Tell whether shoppers may see it; not one of which nobody knows."""
        return bool(self._or(False, "is_public", product))

    def _or(self, instead: Any, method: str, product: models.Model) -> Any:
        try:
            return getattr(self.own, method)(product)
        except AWAY:
            raise
        except Exception as error:
            _note(method, product, error)
            return instead


def _note(method: str, product: models.Model, error: Exception) -> None:
    what = f"{product._meta.label_lower}:{product.pk}"
    logs.error(
        "product.adapter_failed", "%s: %s() of its adapter failed", what, method, error=error
    )
