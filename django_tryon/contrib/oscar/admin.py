"""The launch action and the garments in the Django admin's pages for oscar's products."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.apps import AppConfig, apps
from django.contrib import admin
from django.utils.module_loading import module_has_submodule

from django_tryon.admin import TryOnProductAdminMixin


def extend(site: admin.AdminSite, model: Any) -> None:
    """Give the product pages of a site what ours have, unless the shop did, or has none."""
    own = site._registry.get(model)
    if own is None or isinstance(own, TryOnProductAdminMixin):
        return
    site.unregister(model)
    site.register(model, type("ProductAdmin", (TryOnProductAdminMixin, type(own)), {}))


def load(config: AppConfig) -> None:
    """Have an app's own pages registered, if it has any."""
    if config.module is not None and module_has_submodule(config.module, "admin"):
        import_module(f"{config.name}.admin")


catalogue = apps.get_app_config("catalogue")
load(catalogue)  # it stands behind this app, and its pages would be registered after
extend(admin.site, catalogue.get_model("Product"))
