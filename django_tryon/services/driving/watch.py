"""Watch: look at the rows as long as there is something to do, so that nobody need be woken.

One process keeps the watch at a time. It looks at every stroke of the grid and does what is due,
while what it has begun goes on; so the polls of thousands of jobs need no message, and a slow
download delays nobody. Others that are woken meanwhile do what they find, and go.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.utils import timezone

from django_tryon.models import Alarm
from django_tryon.services.driving import isolated, pace
from django_tryon.services.driving.advance import claim, next_due_at, wake_for_next
from django_tryon.services.driving.schedule import GRID
from django_tryon.services.driving.step import Step
from django_tryon.services.driving.sweep import settle
from django_tryon.services.driving.wake import wake
from django_tryon.services.driving.work import Work

STROKE = GRID.total_seconds()
SOON = timedelta(seconds=5)
"""The watch is kept while something is due within this."""
SHIFT = timedelta(seconds=60)
"""For how long one keeps it at a stretch: a worker that is to stop waits no longer than this."""
REST = timedelta(seconds=2)
"""So long others may take over after a shift; if nobody does, the same goes on."""
KEPT = timedelta(seconds=15)
"""A watch that was not lengthened for so long has lapsed."""

SWEEP_EVERY = timedelta(minutes=1)


class Turn:
    """One process's turns at the watch: at most a shift at a time, with a rest in between."""

    def __init__(self) -> None:
        self._keeper = uuid.uuid4().hex
        self._kept_until: datetime | None = None
        self._ends_at: datetime | None = None
        self._asks_at = timezone.now()

    def is_mine(self) -> bool:
        """Take the watch or keep it for longer, as far as others and the shift allow."""
        now = timezone.now()
        if self._ends_at is not None and now >= self._ends_at:
            self.leave()
        elif now >= self._asks_at:
            mine = Alarm.keep(self._keeper, now=now, until=now + KEPT)
            self._kept_until = now + KEPT if mine else None
            self._ends_at = (self._ends_at or now + SHIFT) if mine else None
            self._asks_at = now + KEPT / 3
        return self._kept_until is not None

    def leave(self) -> None:
        """Let others take over, and have them woken for what comes next."""
        if self._kept_until is not None:
            self._kept_until = self._ends_at = None
            self._asks_at = timezone.now() + REST
            Alarm.leave(self._keeper)
        wake_for_next()


def watch(
    *,
    is_stopped: Callable[[], bool] = lambda: False,
    soon: timedelta | None = None,
    besides: Iterable[Step] = (),
) -> int:
    """Do what is due; and if nobody else does, keep looking until nothing is due soon.

    Returns how many jobs were claimed. What was begun is finished in any case. ``besides`` are
    steps that go along with the jobs'.
    """
    work, turn = Work(), Turn()
    work.begin(besides)
    claimed = more = claim(work)
    mine = bool(claimed or is_due_soon(soon)) and turn.is_mine()
    if mine:
        wake()  # should this process die, somebody looks when its watch has lapsed
    try:
        while not is_stopped() and (work.is_going_on or (mine and (more or is_due_soon(soon)))):
            look_on(work)
            mine = turn.is_mine()
            more = claim(work) if mine else 0
            claimed += more
    finally:
        # Should the database be away: the answers of submits are still to be taken in.
        with isolated.a_lease_brings_it_back("the watch was not left, and will lapse"):
            turn.leave()
        work.finish()
        pace.write_down()
        wake_for_next()
    return claimed


def look_on(work: Work, seconds: float = STROKE) -> None:
    """Take in what arrives within a stroke; sleep for what is left of it."""
    ends = time.monotonic() + seconds
    work.take_in(seconds)
    pace.write_down(every=pace.FRESH)
    time.sleep(max(0.0, ends - time.monotonic()))


def is_due_soon(soon: timedelta | None = None) -> bool:
    """Tell whether anything is due so soon that it is not worth while to go."""
    at = next_due_at()
    return at is not None and at <= timezone.now() + (SOON if soon is None else soon)


def attend(*, soon: timedelta | None = None) -> int:
    """Settle now and then, and watch; for runners that have no beat.

    ``soon`` is given where nobody can be called for later: then one shift follows the other until
    nothing is due within it, or another keeps the watch. Returns how many jobs were claimed.
    """
    is_swept = Alarm.was_swept_since(timezone.now() - SWEEP_EVERY)
    claimed = watch(soon=soon, besides=() if is_swept else settle())
    while soon and is_due_soon(soon) and not Alarm.is_kept(timezone.now()):
        claimed += watch(soon=soon)
    return claimed
