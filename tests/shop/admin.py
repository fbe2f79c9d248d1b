"""The shop's own admin, as a host would write it."""

from __future__ import annotations

from django.contrib import admin

from django_tryon.admin import TryOnProductAdminMixin
from tests.shop.models import Design, Product


@admin.register(Product)
class ProductAdmin(TryOnProductAdminMixin, admin.ModelAdmin):
    """Products."""

    list_display = ["name"]
    search_fields = ["name"]


@admin.register(Design)
class DesignAdmin(TryOnProductAdminMixin, admin.ModelAdmin):
    """Products with a UUID key."""
