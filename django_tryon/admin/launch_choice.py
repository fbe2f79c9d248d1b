"""What a launch page is about: garments, and products that have none yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext as _

from django_tryon.admin.launch_links import MOST
from django_tryon.admin.shop_products import with_products
from django_tryon.models import Garment

OFFERED = 48
"""How many garments are offered where none was chosen before."""


@dataclass(frozen=True)
class Choice:
    """What the page offers to launch."""

    garments: list[Garment]
    bare: list[models.Model] = field(default_factory=list)
    """The chosen products that have no garment."""
    is_made: bool = True
    """Whether anything was chosen; otherwise the newest garments are offered."""
    gone: str = ""
    """What to say where all that was chosen is gone."""


def choice_of(
    request: HttpRequest, products: admin.ModelAdmin[Any] | None, keys: list[str]
) -> Choice:
    """Return what was chosen: products by ``keys`` of their model, garments by the request."""
    chosen: list[models.Model] = []
    worn: list[Garment] = []
    if products is not None and keys:
        chosen = _products(request, products, keys[:MOST])
        owners = [product.pk for product in chosen]
        worn = list(Garment.objects.for_products(products.model, owners))
    dressed = {garment.product_id for garment in worn}
    bare = [product for product in chosen if str(product.pk) not in dressed]
    garments = {garment.pk: garment for garment in [*worn, *_named(request)]}
    if garments or bare:
        return Choice(with_products(garments.values()), bare)
    if keys:
        return Choice([], gone=_("None of the chosen products exists any more."))
    if request.GET.get("garments"):
        return Choice([], gone=_("None of the chosen garments exists any more."))
    return Choice(with_products(Garment.objects.order_by("-created_at")[:OFFERED]), is_made=False)


def _products(
    request: HttpRequest, products: admin.ModelAdmin[Any], keys: list[str]
) -> list[models.Model]:
    """Return the products of these keys that this person may see."""
    known = []
    for key in keys:
        try:
            known.append(products.model._meta.pk.to_python(key))
        except ValidationError:
            continue
    return list(products.get_queryset(request).filter(pk__in=known))


def _named(request: HttpRequest) -> list[Garment]:
    """Return the garments that the address or the filled-in page names."""
    given = request.GET.get("garments", "").split(",")
    keys = [key for key in [*given, *request.POST.getlist("garments")] if key.isdecimal()]
    return list(Garment.objects.filter(pk__in=keys[:MOST])) if keys else []
