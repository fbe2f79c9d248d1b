"""Tallies: what was used of a quota or a budget, so that nobody takes more than there is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db import connections, models, router
from django.db.models.functions import Round
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

UPSERT = """
    INSERT INTO django_tryon_tally AS tally (key, used, touched_at) VALUES {rows}
    ON CONFLICT (key) DO UPDATE SET used = ROUND(tally.used + excluded.used, 4)
    WHERE tally.used <= CASE tally.key {most} END RETURNING key
"""
"""Of PostgreSQL and SQLite. Returns the keys of those of which there was enough."""

BUDGET = "budget:"
"""How the keys of what counts in US$ begin."""

Wanted = Mapping[str, tuple[Decimal, Decimal]]
"""By key: how much is wanted, and how much there is in all."""


class Tally(models.Model):
    """How much of one allowance is used, such as one shopper's try-ons of one day."""

    key = models.CharField(_("key"), max_length=120, unique=True)
    used = models.DecimalField(_("used"), max_digits=14, decimal_places=4, default=Decimal(0))
    touched_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("tally")
        verbose_name_plural = _("tallies")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.key}: {self.used}"

    @classmethod
    def take(cls, key: str, amount: Decimal, *, limit: Decimal) -> bool:
        """Use that much of an allowance; False, and nothing used, if there is not enough left.

        One conditional statement: of two who want the last bit, one gets it. Inside a transaction
        that is rolled back, nothing was used.
        """
        return cls.take_all({key: (amount, limit)}) is None

    @classmethod
    def take_all(cls, wanted: Wanted) -> str | None:
        """Use that much of each, as ``take`` does; or nothing, and return what is used up."""
        for key, (amount, limit) in wanted.items():
            if amount > limit:
                return key
        using = router.db_for_write(cls)
        features = connections[using].features
        in_one = (
            features.supports_update_conflicts_with_target
            and features.can_return_rows_from_bulk_insert
        )
        taken = (cls._upsert if in_one else cls._one_by_one)(using, wanted)
        if len(taken) == len(wanted):
            return None
        for key in taken:
            cls.give_back(key, wanted[key][0])
        return next(key for key in wanted if key not in taken)

    @classmethod
    def _one_by_one(cls, using: str, wanted: Wanted) -> list[str]:
        """Add to each row of which there is enough; return their keys.

        Of MariaDB.
        """
        taken: list[str] = []
        rows = Tally.objects.using(using)
        for key in in_order(wanted):
            amount, limit = wanted[key]
            enough = rows.filter(key=key, used__lte=limit - amount)
            found = enough.update(used=_sum(amount))
            if not found and not rows.filter(key=key).exists():
                # Whoever else is first is waited for, with the lock that the update needs.
                row = Tally(key=key)
                rows.bulk_create([row], update_conflicts=True, update_fields=["touched_at"])
                found = enough.update(used=_sum(amount))
            if found:
                taken.append(key)
        return taken

    @classmethod
    def _upsert(cls, using: str, wanted: Wanted) -> list[str]:
        """Make each row, or add to it if enough is left, in one round trip; return their keys.

        Every launch does this, and the ORM has no words for the condition.
        """
        connection, now = connections[using], timezone.now()
        columns: list[Any] = [cls._meta.get_field(name) for name in ("key", "used", "touched_at")]
        used = columns[1]
        rows = [
            field.get_db_prep_save(value, connection)
            for key in in_order(wanted)
            for field, value in zip(columns, (key, wanted[key][0], now), strict=True)
        ]
        most = [
            value
            for key, (amount, limit) in wanted.items()
            for value in (key, used.get_db_prep_save(limit - amount, connection))
        ]
        statement = UPSERT.format(
            rows=", ".join(["(%s, %s, %s)"] * len(wanted)),
            most=" ".join(["WHEN %s THEN %s"] * len(wanted)),
        )
        with connection.cursor() as cursor:
            cursor.execute(statement, [*rows, *most])
            return [key for (key,) in cursor.fetchall()]

    @classmethod
    def give_back(cls, key: str, amount: Decimal) -> None:
        """Return what was taken and not used after all."""
        cls.objects.filter(key=key, used__gte=amount).update(used=_sum(-amount))

    @classmethod
    def add(cls, key: str, amount: Decimal) -> None:
        """Use more than was taken, whatever the limit: it is spent already."""
        cls.objects.filter(key=key).update(used=_sum(amount))

    @classmethod
    def used_of(cls, key: str) -> Decimal:
        """Return how much is used."""
        row = cls.objects.filter(key=key).first()
        return row.used if row else Decimal(0)


def in_order(keys: Iterable[str]) -> list[str]:
    """Return the keys in the order in which everybody locks their rows: a shopper's before those
    of the whole shop, for which more wait.

    Two who took the same in another order would wait for each other. For the same reason whoever
    writes a tally and a job in one transaction writes the tally first.
    """
    return sorted(keys, key=lambda key: (key.startswith(BUDGET), key))


def _sum(amount: Decimal) -> Round:
    # SQLite reckons in floats: unrounded, thrice 0.1 would be more than 0.3, and the last bit lost.
    return Round(models.F("used") + amount, precision=4)
