"""The app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TryOnConfig(AppConfig):
    """Registers the checks, and the clean-up when a product goes."""

    name = "django_tryon"
    label = "django_tryon"
    verbose_name = _("Virtual try-on")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect what has to be connected once."""
        from django_tryon import checks, products
        from django_tryon.models import cleanup

        checks.register_all()
        products.connect_cleanup()
        cleanup.connect()
