"""The dashboard, as far as Django's admin needs a model to list a page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from django_tryon.models.job import TryOnJob


class Dashboard(TryOnJob):
    """The jobs once more, under the name of the page that sums them up; no table of its own."""

    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = _("dashboard")
        verbose_name_plural = _("dashboard")
