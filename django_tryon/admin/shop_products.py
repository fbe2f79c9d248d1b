"""The shop's products as the admin meets them: some are gone, some no longer allowed."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import admin
from django.db import models
from django.urls import NoReverseMatch, reverse

from django_tryon import products
from django_tryon.exceptions import LaunchRefused
from django_tryon.models import Garment


def with_products(garments: Iterable[Garment]) -> list[Garment]:
    """Return garments with their products, by one query for each model of the shop."""
    found = list(garments)
    there = [each for each in found if products.has_model(each)]
    models.prefetch_related_objects(there, "product")
    for garment in found:
        products.product_of(garment)
    return found


def garment_title(garment: Garment) -> str:
    """Return what to call a garment: one without words of its own by its product."""
    product = None if garment.name or garment.description else products.product_of(garment)
    if product is None:
        return str(garment)
    return f"{products.title_of(product)} · {garment.get_category_display()}"


def shop_url(product: models.Model) -> str:
    """Return the product's page in the shop, or an empty text."""
    try:
        return products.adapter_for(product).url(product)
    except LaunchRefused:
        return ""


def change_url(product: models.Model, site: admin.AdminSite) -> str:
    """Return the product's page in the admin, or an empty text."""
    meta = product._meta
    name = f"admin:{meta.app_label}_{meta.model_name}_change"
    try:
        return reverse(name, args=[product.pk], current_app=site.name)
    except NoReverseMatch:
        return ""
