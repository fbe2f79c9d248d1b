"""Hold: of several people who review at once, each is shown something else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from django_tryon.models import TryOnResult

FOR = timedelta(minutes=2)
"""How long a result is left to whoever opened it last, unless they go on before that."""


def hold(result: TryOnResult, *, by: Any) -> bool:
    """Leave a result to this person for a while, and let go of whatever else they held.

    False if somebody else has it before them. That is courtesy, not a lock: a decision counts
    whoever holds the result, and of two the first one does.
    """
    now = timezone.now()
    TryOnResult.objects.filter(held_by=by).exclude(pk=result.pk).update(
        held_by=None, held_until=None
    )
    free = Q(held_by=by) | Q(held_by=None) | Q(held_until=None) | Q(held_until__lte=now)
    mine = TryOnResult.objects.filter(free, pk=result.pk).update(held_by=by, held_until=now + FOR)
    return mine == 1


def is_held(result: TryOnResult, *, me: Any) -> bool:
    """Tell whether somebody else has a result before them."""
    until = result.held_until
    return until is not None and until > timezone.now() and result.held_by_id not in {None, me.pk}
