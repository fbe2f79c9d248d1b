"""The shop's own models: which may be dressed, and what we may ask of them.

``TRYON["PRODUCTS"]`` is the allow-list. Each entry names a model and either a dict of attribute
names, or the dotted path of an adapter class.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured, ObjectDoesNotExist, ValidationError
from django.db import models
from django.db.models.signals import post_delete
from django.utils.module_loading import import_string

from django_tryon.conf import conf
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


def adapters() -> dict[type[models.Model], ProductAdapter]:
    """Return an adapter for each allowed model. Raises ImproperlyConfigured."""
    found = {}
    for label, how in conf.PRODUCTS.items():
        try:
            model = apps.get_model(label)
        except (LookupError, ValueError) as error:
            raise ImproperlyConfigured(
                f"TRYON['PRODUCTS'] names “{label}”, but there is no such model."
            ) from error
        found[model] = (
            import_string(how)(model) if isinstance(how, str) else ProductAdapter(model, how)
        )
    return found


def adapter_for(product: models.Model | type[models.Model]) -> ProductAdapter:
    """Return the adapter of this product's model; raises LaunchRefused for one not allowed."""
    model = product if isinstance(product, type) else type(product)
    allowed = adapters()
    for candidate in model.__mro__:
        if candidate in allowed:
            return allowed[candidate]
    for candidate, adapter in allowed.items():  # a proxy stands for its table
        if candidate._meta.concrete_model is model._meta.concrete_model:
            return adapter
    raise LaunchRefused(
        f"“{model._meta.label}” is not one of the shop's products: add it to TRYON['PRODUCTS'].",
        code="unknown_product",
        field="product",
    )


def title_of(product: models.Model) -> str:
    """Return the product's name; for a model that is not allowed, whatever it calls itself.

    A setting that misses a model is no reason to break a page that only shows its name.
    """
    try:
        return adapter_for(product).title(product)
    except LaunchRefused:
        return str(product)


def reference_to(product: models.Model) -> str:
    """Return the text that stands for a product in URLs, such as ``shop.product:42``."""
    return f"{product._meta.label_lower}:{product.pk}"


def find(reference: str) -> models.Model:
    """Return the product that ``app.model:key`` stands for; raises LaunchRefused."""
    label, _colon, key = reference.partition(":")
    for model in adapters():
        if model._meta.label_lower == label.lower():
            try:
                return model._default_manager.get(pk=key)
            except (ObjectDoesNotExist, ValueError, TypeError, ValidationError) as error:
                raise _unknown(reference) from error
    raise _unknown(reference)


def _unknown(reference: str) -> LaunchRefused:
    known = ", ".join(model._meta.label_lower for model in adapters()) or "none"
    return LaunchRefused(
        f"There is no product “{reference}”. It is written as app.model:key; models: {known}.",
        code="unknown_product",
        field="product",
    )


def connect_cleanup() -> None:
    """Have garments go when their product goes, also for models without our mixin."""
    post_delete.connect(_drop_garments, dispatch_uid="django_tryon.products")


def _drop_garments(sender: type[models.Model], instance: models.Model, **kwargs: Any) -> None:
    from django_tryon.models import Garment

    if sender._meta.concrete_model in {model._meta.concrete_model for model in adapters()}:
        for garment in Garment.objects.for_product(instance):
            garment.delete()
