"""Who of a parent and its children has the garments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django_tryon.models import Garment


def wearer_of(product: Any, dressed: set[Any]) -> Any:
    """Return whose garments a product is tried on with: its own, else its parent's; or None.

    ``dressed`` are the keys of the products that have garments.
    """
    if product.pk in dressed:
        return product
    return product.parent if product.is_child and product.parent_id in dressed else None


def dressed_of(bought: Iterable[Any]) -> set[Any]:
    """Return the keys of those of these products, and of their parents, that have garments."""
    family = {one.pk: one for each in bought for one in with_parent(each)}
    if not family:
        return set()
    model = type(next(iter(family.values())))
    worn = set(Garment.objects.for_products(model, family).values_list("product_id", flat=True))
    return {key for key in family if str(key) in worn}


def with_parent(product: Any) -> Iterator[Any]:
    """Give a product, and its parent if it is a child."""
    yield product
    if product.is_child:
        yield product.parent


def keys_to_launch(model: Any, keys: Iterable[Any]) -> list[Any]:
    """Return the keys of what staff mean by these products of oscar's dashboard.

    It lists no children: those with garments of their own come with their parent. A parent without
    any stays away then, as it would be asked for a garment that it does not need.
    """
    chosen = list(keys)
    children: dict[Any, list[Any]] = {}
    for key, parent in model.objects.filter(parent__in=chosen).values_list("pk", "parent_id"):
        children.setdefault(parent, []).append(key)
    every = [*chosen, *(key for some in children.values() for key in some)]
    dressed = set(Garment.objects.for_products(model, every).values_list("product_id", flat=True))
    found: list[Any] = []
    for key in chosen:
        worn = [child for child in children.get(key, []) if str(child) in dressed]
        found += worn if worn and str(key) not in dressed else [key, *worn]
    return found
