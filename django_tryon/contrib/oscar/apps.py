"""The app."""

from __future__ import annotations

from django.apps import AppConfig, apps
from django.core.checks import register
from django.utils.translation import gettext_lazy as _


class OscarTryOnConfig(AppConfig):
    """Registers the check, counts orders and returns, and adds the action to oscar's dashboard."""

    name = "django_tryon.contrib.oscar"
    label = "django_tryon_oscar"
    verbose_name = _("Virtual try-on in oscar")

    def ready(self) -> None:
        """Connect what has to be connected once."""
        from django_tryon.contrib.oscar import checks, orders, returns

        register(checks.check_all, "django_tryon")
        if apps.is_installed("oscar"):  # else the check says that it is missing
            orders.connect()
            returns.connect()
        # By label: a shop may have a dashboard of its own in its place.
        if {"catalogue_dashboard", "admin"} <= apps.app_configs.keys():
            from django_tryon.contrib.oscar import dashboard

            dashboard.connect()
