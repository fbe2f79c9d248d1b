"""What a launch page is about: garments, and products that have none yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext as _

from django_tryon.admin.launch.links import MOST, MOST_AT_ALL
from django_tryon.admin.shop_products import with_products
from django_tryon.models import Garment

OFFERED = 48
"""How many garments are offered where none was chosen before."""


@dataclass(frozen=True)
class Many:
    """More products, or garments, than can be shown: all of them are meant."""

    name: str
    """What the page calls the field in which it sends the keys back."""
    keys: list[str]
    garments: list[Garment]
    products: int = 0
    """How many products were chosen; 0 if the garments were."""
    bare: int = 0
    """How many of the products have no garment."""
    too_many: int = 0
    """How many were chosen beyond what can be launched at once."""

    @property
    def value(self) -> str:
        """What the page sends back, in one field: a form may not have thousands of them."""
        return ",".join(self.keys)

    @property
    def categories(self) -> dict[str, int]:
        """How many garments there are of each category, for the page's script."""
        return dict(Counter(garment.category for garment in self.garments))


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
    many: Many | None = None

    @property
    def categories(self) -> set[str]:
        """What kinds of garments were chosen; none where nothing was."""
        if not self.is_made:
            return set()
        every = self.many.garments if self.many else self.garments
        return {garment.category for garment in every}


def choice_of(
    request: HttpRequest, products: admin.ModelAdmin[Any] | None, keys: list[str]
) -> Choice:
    """Return what was chosen: products by ``keys`` of their model, garments by the request."""
    if products is not None and len(keys) > MOST:
        return _many_products(request, products, keys)
    if every := request.POST.get("every"):
        return many_garments(every.split(","))
    chosen: list[models.Model] = []
    worn: list[Garment] = []
    if products is not None and keys:
        chosen = list(_products(request, products, keys))
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


def many_garments(keys: list[str]) -> Choice:
    """Return the choice of more garments than can be shown."""
    taken = [key for key in keys[:MOST_AT_ALL] if key.isdecimal()]
    garments = list(Garment.objects.filter(pk__in=taken).order_by("pk"))
    gone = "" if garments else _("None of the chosen garments exists any more.")
    many = Many("every", taken, garments, too_many=len(keys[MOST_AT_ALL:]))
    return Choice([], gone=gone, many=many if garments else None)


def _many_products(
    request: HttpRequest, products: admin.ModelAdmin[Any], keys: list[str]
) -> Choice:
    """Return all garments of more products than can be shown."""
    taken = keys[:MOST_AT_ALL]
    owners = list(_products(request, products, taken).values_list("pk", flat=True))
    garments = list(Garment.objects.for_products(products.model, owners).order_by("pk"))
    bare = len(owners) - len({garment.product_id for garment in garments})
    many = Many("ids", taken, garments, len(owners), bare, too_many=len(keys[MOST_AT_ALL:]))
    gone = "" if owners else _("None of the chosen products exists any more.")
    return Choice([], gone=gone, many=many if owners else None)


def _products(
    request: HttpRequest, products: admin.ModelAdmin[Any], keys: Sequence[str]
) -> models.QuerySet[Any]:
    """Return the products of these keys that this person may see."""
    known = []
    for key in keys:
        try:
            known.append(products.model._meta.pk.to_python(key))
        except ValidationError:
            continue
    return products.get_queryset(request).filter(pk__in=known)


def _named(request: HttpRequest) -> list[Garment]:
    """Return the garments that the address or the filled-in page names."""
    given = request.GET.get("garments", "").split(",")
    keys = [key for key in [*given, *request.POST.getlist("garments")] if key.isdecimal()]
    return list(Garment.objects.filter(pk__in=keys[:MOST])) if keys else []
