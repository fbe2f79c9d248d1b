"""The app."""

from __future__ import annotations

from django.apps import AppConfig, apps
from django.core.checks import register
from django.utils.translation import gettext_lazy as _


class OscarTryOnConfig(AppConfig):
    """Registers the check, and adds the action to oscar's dashboard."""

    name = "django_tryon.contrib.oscar"
    label = "django_tryon_oscar"
    verbose_name = _("Virtual try-on in oscar")

    def ready(self) -> None:
        """Connect what has to be connected once."""
        from django_tryon.contrib.oscar import checks

        register(checks.check_all, "django_tryon")
        # By label: a shop may have a dashboard of its own in its place.
        if {"catalogue_dashboard", "admin"} <= apps.app_configs.keys():
            from django_tryon.contrib.oscar import dashboard

            dashboard.connect()
