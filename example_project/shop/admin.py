"""The shop's admin; one mixin adds the try-ons."""

from __future__ import annotations

from django.contrib import admin

from django_tryon.admin import TryOnProductAdminMixin
from example_project.shop.models import Picture, Product

admin.site.site_header = admin.site.site_title = "Morrow"
admin.site.index_title = "Behind the counter"


class PictureInline(admin.TabularInline):
    """Further pictures, with the product."""

    model = Picture
    extra = 0


@admin.register(Product)
class ProductAdmin(TryOnProductAdminMixin, admin.ModelAdmin):
    """Products, as a shop would have them, and try-ons."""

    list_display = ["name", "category", "price", "is_active"]
    list_filter = ["category", "collection", "is_active"]
    search_fields = ["name", "summary"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [PictureInline]
