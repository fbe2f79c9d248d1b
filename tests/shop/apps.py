"""The test shop."""

from __future__ import annotations

from django.apps import AppConfig


class ShopConfig(AppConfig):
    """Two product models that know nothing of try-ons."""

    name = "tests.shop"
    label = "shop"
