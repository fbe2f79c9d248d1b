"""Orders that are counted, and the salts that hide which ones they are."""

from __future__ import annotations

import secrets
from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from django_tryon.models.event import NONE, Group


def new_value() -> str:
    """Return what nobody can guess."""
    return secrets.token_hex(32)


class Salt(models.Model):
    """What goes into the hashes of one month. Once it is deleted, nobody can make them again."""

    month = models.DateField(_("month"), unique=True)
    """Its first day."""
    value = models.CharField(max_length=64, default=new_value, editable=False)

    class Meta:
        verbose_name = _("salt")
        verbose_name_plural = _("salts")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"

    @classmethod
    def of(cls, day: date) -> Salt:
        """Return the salt of this day's month, made if need be."""
        return cls.objects.get_or_create(month=day.replace(day=1))[0]


class CountedOrder(models.Model):
    """One order, by a hash that is forgotten: enough to count it once, and its return once."""

    day = models.DateField(_("day"), db_index=True)
    group = models.CharField(_("group"), max_length=6, choices=Group, blank=True, default="")
    holdout = models.DecimalField(_("hold-out"), max_digits=5, decimal_places=4, default=NONE)
    mark = models.CharField(max_length=64, null=True, unique=True, editable=False)
    """Of the shop's own number of the order; null once it is forgotten."""
    visit = models.CharField(max_length=64, null=True, db_index=True, editable=False)
    """Of the visit's random number, so that a visitor who orders twice is one buyer."""
    returned_on = models.DateField(_("sent back"), null=True)

    class Meta:
        verbose_name = _("counted order")
        verbose_name_plural = _("counted orders")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}, {self.day}"
