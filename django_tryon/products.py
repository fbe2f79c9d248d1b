"""The shop's own models: which may be dressed, and what we may ask of them.

``TRYON["PRODUCTS"]`` is the allow-list. Each entry names a model and either a dict of attribute
names, or the dotted path of an adapter class.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import models
from django.db.models.signals import post_delete
from django.utils.module_loading import import_string

from django_tryon.adapters import FIELDS as FIELDS
from django_tryon.adapters import Careful
from django_tryon.adapters import ProductAdapter as ProductAdapter
from django_tryon.conf import conf
from django_tryon.exceptions import LaunchRefused

if TYPE_CHECKING:
    from django_tryon.models import Garment


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
        own = import_string(how)(model) if isinstance(how, str) else ProductAdapter(model, how)
        found[model] = Careful(model, own)
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


def is_shown(product: models.Model | None) -> bool:
    """Tell whether shoppers may see this product; not one that is gone, or no longer allowed."""
    try:
        return product is not None and adapter_for(product).is_public(product)
    except LaunchRefused:
        return False


def product_of(garment: Garment) -> Any:
    """Return the product that a garment is of; None where it, or its whole model, is gone."""
    if has_model(garment):
        return garment.product
    # Django would raise AttributeError. Whoever reads the garment later finds no product, either.
    garment._meta.get_field("product").set_cached_value(garment, None)
    return None


def picture_of(garment: Garment) -> Any:
    """Return the garment's own picture, else its product's; None where there is neither."""
    if garment.image:
        return garment.image
    product = product_of(garment)
    return adapter_for(product).image(product) if product is not None else None


def read_all(garments: Iterable[Garment]) -> None:
    """Read the products of many garments at once, a query for each model; later ones ask no more.

    A key that no product can have spoils it for all of them: then each is read by itself, later.
    """
    with suppress(ValueError, TypeError, ValidationError):
        models.prefetch_related_objects([one for one in garments if has_model(one)], "product")


def has_model(garment: Garment) -> bool:
    """Tell whether there (still) is a model for the garment's product."""
    # By id: the content types are kept in memory, the relation would ask for each garment's.
    key = garment.content_type_id
    return key is not None and ContentType.objects.get_for_id(key).model_class() is not None


def reference_to(product: models.Model) -> str:
    """Return the text that stands for a product in URLs, such as ``shop.product:42``."""
    return f"{product._meta.label_lower}:{product.pk}"


def references_of(given: Iterable[models.Model]) -> list[str]:
    """Return the references of those that are the shop's products, each once, in order."""
    found = []
    for product in given:
        with suppress(LaunchRefused):
            label = adapter_for(product).model._meta.label_lower
            found.append(f"{label}:{product.pk}")
    return sorted(set(found))


def find(reference: str) -> models.Model:
    """Return the product that ``app.model:key`` stands for; raises LaunchRefused."""
    for product in find_all([reference]):
        return product
    raise _unknown(reference)


def find_all(references: Sequence[str]) -> list[models.Model]:
    """Return the products of those references that stand for one, with one query for each model."""
    keys = [named for reference in references if (named := _key_in(reference)) is not None]
    there: dict[tuple[type[models.Model], Any], models.Model] = {}
    for model in {model for model, _key in keys}:
        # Not `pk__in`: a number that no column holds has to find nothing, and break nothing.
        any_of = reduce(or_, (models.Q(pk=key) for named, key in keys if named is model))
        there |= {(model, row.pk): row for row in model._default_manager.filter(any_of)}
    return [there[named] for named in keys if named in there]


def _key_in(reference: str) -> tuple[type[models.Model], Any] | None:
    label, _colon, key = reference.partition(":")
    for model in adapters():
        if model._meta.label_lower == label.lower() and "\x00" not in key:
            with suppress(ValueError, TypeError, ValidationError):
                return model, model._meta.pk.to_python(key)
    return None


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
