"""How long each engine's runs took lately, by which the next ones are asked after."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import models
from django.utils.translation import gettext_lazy as _

KEPT = 64
"""How many of the latest runs count."""


class Pace(models.Model):
    """One engine's latest run times."""

    engine = models.CharField(_("engine"), max_length=50, primary_key=True)
    seconds = models.JSONField(_("latest run times, seconds"), default=list)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        verbose_name = _("pace")
        verbose_name_plural = _("paces")

    def __str__(self) -> str:
        return f"{self.engine}: {len(self.seconds)} runs"

    @classmethod
    def note(cls, engine: str, seconds: Sequence[float]) -> list[float]:
        """Add run times, oldest first, and return those that count now.

        Of two who note at once, one's may be lost: it is a sample.
        """
        row, _created = cls.objects.get_or_create(engine=engine)
        row.seconds = [*row.seconds, *(round(one, 2) for one in seconds)][-KEPT:]
        row.save(update_fields=["seconds", "updated_at"])
        return list(row.seconds)
