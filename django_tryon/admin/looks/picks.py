"""Garments to pick by their pictures: those that are chosen, and what there is besides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib import admin
from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _

from django_tryon import products
from django_tryon.admin.drawing.pictures import garment_picture
from django_tryon.admin.product_choice import PAGE, matches
from django_tryon.admin.shop_products import garment_title, with_products
from django_tryon.models import Garment

OFFERED = 36
"""How many garments are there to pick from at a time; others are found by their names."""


@dataclass(frozen=True)
class Pick:
    """A garment that can be picked."""

    key: str
    title: str
    url: str
    instead: str
    """Why there is no picture to be seen."""
    facts: str
    """Category and product, where the title does not name them."""


def picks_of(garments: Iterable[Garment]) -> list[Pick]:
    """Return what is drawn of each garment."""
    picks = []
    for garment in with_products(garments):
        url, instead = garment_picture(garment)
        title, product = garment_title(garment), products.product_of(garment)
        facts = [
            garment.get_category_display(),
            _("Deleted") if product is None else products.title_of(product),
        ]
        shown = " · ".join(fact for fact in facts if fact not in title)
        picks.append(Pick(str(garment.pk), title, url, instead, shown))
    return picks


def named(keys: Iterable[str]) -> list[Garment]:
    """Return the garments of these keys, in their order; what is no key, or gone, is left out."""
    known = [int(key) for key in keys if key.isdecimal() and len(key) < 19]
    found = Garment.objects.in_bulk(known)
    return [found[key] for key in dict.fromkeys(known) if key in found]


def newest(without: Sequence[str] = ()) -> list[Garment]:
    """Return the newest garments, those of these keys left out."""
    rest = Garment.objects.exclude(pk__in=[key for key in without if key.isdecimal()])
    return list(rest.order_by("-created_at", "-pk")[:OFFERED])


def found_by(request: HttpRequest, site: admin.AdminSite, term: str) -> list[Garment]:
    """Return the garments that are called so, or whose products are."""
    fits = Q(name__icontains=term) | Q(description__icontains=term)
    owners: list[models.Model] = list(matches(request, site, term, PAGE))[:PAGE]
    garments = Garment.objects.filter(fits) | Garment.objects.for_all(owners)
    return list(garments.order_by("-created_at", "-pk")[:OFFERED])
