"""The alarm: when the workers are woken next, and who is awake already.

One message of the broker serves all who ask for one; while somebody keeps the watch, and looks at
the rows by itself, none is needed at all.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models, router
from django.db.models import Q

GRACE = timedelta(seconds=30)
"""An alarm that is this late was lost, and the next who asks sets it anew."""


class Alarm(models.Model):
    """A single row."""

    rings_at = models.DateTimeField(null=True)
    keeper = models.CharField(max_length=32, blank=True, default="", db_default="")
    kept_until = models.DateTimeField(null=True)
    swept_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "alarm"
        default_permissions = ()

    def __str__(self) -> str:
        return f"rings at {self.rings_at}"

    @classmethod
    def the_row(cls) -> models.QuerySet[Alarm]:
        """Return the row, as the database has it to which it is written."""
        return cls.objects.using(router.db_for_write(cls)).filter(pk=1)

    @classmethod
    def arm(cls, at: datetime, *, now: datetime) -> datetime | None:
        """Set the alarm to ring at that moment, or at the end of the watch that is kept then.

        Returns the moment for which a message is to be sent; None if none is needed, because it
        rings early enough already.
        """
        row = cls.the_row().first()
        if row is None:
            _row, created = cls.objects.get_or_create(pk=1, defaults={"rings_at": at})
            return at if created else None
        if row.kept_until and row.kept_until > now:
            at = max(at, row.kept_until)
        if row.rings_at and now - GRACE <= row.rings_at <= at:
            return None
        late = Q(rings_at__isnull=True) | Q(rings_at__lt=now - GRACE)
        won = cls.the_row().filter(late | Q(rings_at__gt=at)).update(rings_at=at)
        return at if won else None

    @classmethod
    def rang(cls, at: datetime | None = None) -> None:
        """Say that the alarm set for that moment went off: whoever asks next sets it anew.

        An alarm that was since set for another moment stays. Without a moment, any is forgotten.
        """
        rung = cls.the_row()
        (rung if at is None else rung.filter(rings_at=at)).update(rings_at=None)

    @classmethod
    def keep(cls, keeper: str, *, now: datetime, until: datetime) -> bool:
        """Take the watch, or keep it for longer; False if another has it.

        A watch that nobody lengthened lapses by itself: its keeper has died.
        """
        free = Q(kept_until__isnull=True) | Q(kept_until__lte=now) | Q(keeper=keeper)
        if cls.the_row().filter(free).update(keeper=keeper, kept_until=until):
            return True
        if cls.the_row().exists():
            return False
        _row, created = cls.objects.get_or_create(
            pk=1, defaults={"keeper": keeper, "kept_until": until}
        )
        return created

    @classmethod
    def leave(cls, keeper: str) -> None:
        """Give up the watch; whoever asks for the workers then has them woken."""
        cls.the_row().filter(keeper=keeper).update(keeper="", kept_until=None)

    @classmethod
    def swept(cls, now: datetime) -> None:
        """Say that a sweep was made, so that one can tell when none is any more."""
        if not cls.the_row().update(swept_at=now):
            cls.objects.get_or_create(pk=1, defaults={"swept_at": now})

    @classmethod
    def was_swept_since(cls, moment: datetime) -> bool:
        """Tell whether a sweep was made after that moment."""
        return cls.the_row().filter(swept_at__gt=moment).exists()

    @classmethod
    def is_kept(cls, now: datetime) -> bool:
        """Tell whether somebody keeps the watch."""
        return cls.the_row().filter(kept_until__gt=now).exists()
