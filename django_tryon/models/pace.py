"""How long each engine's runs took lately, by which the next ones are asked after."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

KEPT = 64
"""How many of the latest runs count."""
WINDOW = 10.0
"""Seconds within which ends are counted, to see how many an engine does at a time."""
LATELY = timedelta(days=30)
"""What was seen before that is forgotten as soon as something else is seen."""


class Pace(models.Model):
    """One engine's latest run times."""

    engine = models.CharField(_("engine"), max_length=50, primary_key=True)
    seconds = models.JSONField(_("latest run times, seconds"), default=list)
    busiest = models.PositiveIntegerField(
        _("most runs that ended within ten seconds"), default=0, db_default=0
    )
    busiest_at = models.DateTimeField(_("when that was"), null=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        verbose_name = _("pace")
        verbose_name_plural = _("paces")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.engine}: {len(self.seconds)} runs"

    @classmethod
    def note(cls, engine: str, seconds: Sequence[float], busiest: int = 0) -> list[float]:
        """Add run times, oldest first, and return those that count now.

        ``busiest`` is how many of them ended within ``WINDOW``. Of two who note at once, one's may
        be lost: it is a sample.
        """
        row, _created = cls.objects.get_or_create(engine=engine)
        row.seconds = [*row.seconds, *(round(one, 2) for one in seconds)][-KEPT:]
        now = timezone.now()
        if busiest > row.busiest or row.busiest_at is None or now - row.busiest_at > LATELY:
            row.busiest, row.busiest_at = busiest, now
        row.save(update_fields=["seconds", "busiest", "busiest_at", "updated_at"])
        return list(row.seconds)

    @property
    def per_second(self) -> float:
        """How many runs a second were seen to end, all the while when it was busiest."""
        return self.busiest / WINDOW
