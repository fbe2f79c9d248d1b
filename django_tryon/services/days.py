"""Days: the shop's, by its own time zone, whichever one is active for whoever asks."""

from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta

from django.utils import timezone


def today() -> date:
    """Return the shop's date."""
    return timezone.localdate(timezone=timezone.get_default_timezone())


def seconds_to_tomorrow() -> int:
    """Return after how many seconds the allowances of a new day begin; at least 1."""
    zone = timezone.get_default_timezone()
    midnight = datetime.combine(today() + timedelta(days=1), time.min, tzinfo=zone)
    # Both in UTC: of two moments in one zone Python would not count a change of the clock.
    left = midnight.timestamp() - timezone.now().timestamp()
    return max(1, math.ceil(left))
