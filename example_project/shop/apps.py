"""The shop."""

from __future__ import annotations

from django.apps import AppConfig


class ShopConfig(AppConfig):
    """Products, their pages, and a basket."""

    name = "example_project.shop"
    label = "shop"
