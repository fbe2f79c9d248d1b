"""Tallies: what was used of a quota or a budget, so that nobody takes more than there is."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import connections, models, router
from django.db.models.functions import Round
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

UPSERT = """
    INSERT INTO django_tryon_tally AS tally (key, used, touched_at) VALUES (%s, %s, %s)
    ON CONFLICT (key) DO UPDATE SET used = ROUND(tally.used + excluded.used, 4)
    WHERE tally.used <= %s
"""
"""Of PostgreSQL and SQLite."""


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

        One conditional statement: of two who want the last bit, one gets it. Inside a transaction
        that is rolled back, nothing was used.
        """
        if amount > limit:
            return False
        using = router.db_for_write(cls)
        if connections[using].features.supports_update_conflicts_with_target:
            return cls._upsert(using, key, amount, most=limit - amount)
        # MariaDB: to touch the row takes the lock that the update needs, so that of two who hold it
        # for reading none waits for the other.
        rows = Tally.objects.using(using)
        rows.bulk_create([Tally(key=key)], update_conflicts=True, update_fields=["touched_at"])
        enough = rows.filter(key=key, used__lte=limit - amount)
        return bool(enough.update(used=_sum(amount)))

    @classmethod
    def _upsert(cls, using: str, key: str, amount: Decimal, *, most: Decimal) -> bool:
        """Make the row, or add to it if not more than ``most`` is used, in one round trip.

        Every launch does this several times, and the ORM has no words for the condition.
        """
        columns: list[Any] = [cls._meta.get_field(name) for name in ("key", "used", "touched_at")]
        connection = connections[using]
        with connection.cursor() as cursor:
            cursor.execute(
                UPSERT,
                [
                    *(
                        field.get_db_prep_save(value, connection)
                        for field, value in zip(columns, (key, amount, timezone.now()), strict=True)
                    ),
                    columns[1].get_db_prep_save(most, connection),
                ],
            )
            return bool(cursor.rowcount)

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
    # SQLite reckons in floats: unrounded, thrice 0.1 would be more than 0.3, and the last bit lost.
    return Round(models.F("used") + amount, precision=4)
