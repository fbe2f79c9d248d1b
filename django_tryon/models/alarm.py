"""The alarm: when the workers are to be woken next, so that one message serves all who ask."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models

GRACE = timedelta(seconds=30)
"""An alarm that is this late was lost, and the next who asks sets it anew."""


class Alarm(models.Model):
    """A single row."""

    rings_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "alarm"

    def __str__(self) -> str:
        return f"rings at {self.rings_at}"

    @classmethod
    def arm(cls, at: datetime, *, now: datetime) -> bool:
        """Set the alarm to ring at that moment; False if it rings early enough already."""
        late = models.Q(rings_at__isnull=True) | models.Q(rings_at__lt=now - GRACE)
        free = late | models.Q(rings_at__gt=at)
        if cls.objects.filter(free, pk=1).update(rings_at=at):
            return True
        _row, created = cls.objects.get_or_create(pk=1, defaults={"rings_at": at})
        return created

    @classmethod
    def rang(cls, at: datetime | None = None) -> None:
        """Say that the alarm set for that moment went off: whoever asks next sets it anew.

        An alarm that was since set for another moment stays. Without a moment, any is forgotten.
        """
        rung = cls.objects.filter(pk=1)
        (rung if at is None else rung.filter(rings_at=at)).update(rings_at=None)
