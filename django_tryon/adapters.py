"""Adapters: what this app asks of a product of the shop, and how it bears an adapter that fails."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import InterfaceError, OperationalError, models

from django_tryon import logs
from django_tryon.exceptions import LaunchRefused

FIELDS = {
    "image": "its main picture",
    "title": "its name; `str(product)` if not given",
    "description": "what it is, in words",
    "category": "`upper`, `lower` or `dress`",
    "url": "its page; `get_absolute_url()` if not given",
    "is_public": "whether shoppers may see it; everything is public if not given",
}
"""What an attribute name in ``TRYON["PRODUCTS"]`` may stand for."""


AWAY = (OperationalError, InterfaceError)
"""The database's faults are no adapter's."""


class ProductAdapter:
    """What this app asks of a product. Subclass it where attribute names are not enough."""

    def __init__(self, model: type[models.Model], names: Mapping[str, str] | None = None) -> None:
        unknown = set(names or {}) - set(FIELDS)
        if unknown:
            raise ImproperlyConfigured(
                f"TRYON['PRODUCTS']['{model._meta.label}'] has unknown keys: "
                f"{', '.join(sorted(unknown))}. Allowed: {', '.join(FIELDS)}."
            )
        for name in (names or {}).values():
            first = name.partition(".")[0]
            fields = {field.name for field in model._meta.get_fields()}
            if first not in fields and not hasattr(model, first):
                raise ImproperlyConfigured(f"{model._meta.label} has no attribute “{first}”.")
        self.model, self.names = model, dict(names or {})

    def _read(self, product: models.Model, field: str) -> Any:
        """Follow a name such as ``image`` or ``primary_image.original``; call what is callable."""
        value: Any = product
        for part in self.names[field].split(".") if field in self.names else ():
            value = getattr(value, part, None)
            if callable(value) and not hasattr(value, "storage"):
                value = value()
            if value is None:
                return None
        return value if field in self.names else None

    def image(self, product: models.Model) -> Any:
        """Return the product's main picture as a Django file, or None."""
        return self._read(product, "image") or None

    def title(self, product: models.Model) -> str:
        """Return the product's name."""
        return str(self._read(product, "title") or product)

    def description(self, product: models.Model) -> str:
        """Return the product in words."""
        return str(self._read(product, "description") or self.title(product))

    def category(self, product: models.Model) -> str:
        """Return ``upper``, ``lower``, ``dress``, or an empty text where the shop does not say."""
        return str(self._read(product, "category") or "")

    def url(self, product: models.Model) -> str:
        """Return the product's page, or an empty text."""
        if "url" in self.names:
            return str(self._read(product, "url") or "")
        own = getattr(product, "get_absolute_url", None)
        return str(own()) if own else ""

    def is_public(self, product: models.Model) -> bool:
        """Tell whether shoppers may see this product."""
        return bool(self._read(product, "is_public")) if "is_public" in self.names else True


class Careful(ProductAdapter):
    """A shop's adapter whose faults stay its product's own: no page goes down with one product.

    Each is logged. A picture is refused with a sentence that names product and method, so that
    nothing is launched with it; for all else there is something to go on with.
    """

    def __init__(self, model: type[models.Model], own: ProductAdapter) -> None:
        self.model, self.own = model, own

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
