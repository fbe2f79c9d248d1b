"""Pins: the engine, with its parameters, that a shop has chosen for a category of garments."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from django_tryon.models.garment import Garment


class Pin(models.Model):
    """What does the garments of one category unless somebody says otherwise."""

    category = models.CharField(_("category"), max_length=10, choices=Garment.Category, unique=True)
    engine = models.CharField(_("engine"), max_length=50)
    params = models.JSONField(_("parameters"), default=dict, blank=True)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("set by"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        db_constraint=False,
    )
    set_at = models.DateTimeField(_("set"), auto_now=True)

    class Meta:
        verbose_name = _("pinned engine")
        verbose_name_plural = _("pinned engines")
        ordering = ["category"]

    def __str__(self) -> str:
        return f"{self.get_category_display()}: {self.engine}"
