"""Tallies: what was used of a quota or a budget, so that nobody takes more than there is."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models.functions import Round
from django.utils.translation import gettext_lazy as _


class Tally(models.Model):
    """How much of one allowance is used, such as one shopper's try-ons of one day."""

    key = models.CharField(_("key"), max_length=120, unique=True)
    used = models.DecimalField(_("used"), max_digits=14, decimal_places=4, default=Decimal(0))
    touched_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("tally")
        verbose_name_plural = _("tallies")

    def __str__(self) -> str:
        return f"{self.key}: {self.used}"

    @classmethod
    def take(cls, key: str, amount: Decimal, *, limit: Decimal) -> bool:
        """Use that much of an allowance; False, and nothing used, if there is not enough left.

        One conditional UPDATE: of two who want the last bit, one gets it. Inside a transaction
        that is rolled back, nothing was used.
        """
        rows = cls.objects.filter(key=key, used__lte=limit - amount)
        if rows.update(used=_sum(amount)):
            return True
        # There is not enough left, or there is no row yet.
        cls.objects.get_or_create(key=key)
        return bool(rows.update(used=_sum(amount)))

    @classmethod
    def give_back(cls, key: str, amount: Decimal) -> None:
        """Return what was taken and not used after all."""
        cls.objects.filter(key=key, used__gte=amount).update(used=_sum(-amount))

    @classmethod
    def used_of(cls, key: str) -> Decimal:
        """Return how much is used."""
        row = cls.objects.filter(key=key).first()
        return row.used if row else Decimal(0)


def _sum(amount: Decimal) -> Round:
    # SQLite reckons in floats: unrounded, 3 × 0.1 would be more than 0.3, and the last bit lost.
    return Round(models.F("used") + amount, precision=4)
