"""Credits: what is left at the provider, as it said when it was asked last."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

ACCOUNT = 1
"""There is one account, and so one row."""


class Credits(models.Model):
    """The provider's latest word on what is left."""

    amount = models.DecimalField(_("left, US$"), max_digits=14, decimal_places=4)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)

    class Meta:
        verbose_name = _("credits")
        verbose_name_plural = _("credits")
        default_permissions = ()

    def __str__(self) -> str:
        return f"${self.amount:.2f}"

    @classmethod
    def note(cls, amount: Decimal) -> Credits:
        """Keep what the provider has just said, US$."""
        said = {"amount": round(amount, 4), "asked_at": timezone.now()}
        row, _is_new = cls.objects.update_or_create(pk=ACCOUNT, defaults=said)
        return row

    @classmethod
    def latest(cls) -> Credits | None:
        """Return what was said last; None if it was never asked."""
        return cls.objects.filter(pk=ACCOUNT).first()
