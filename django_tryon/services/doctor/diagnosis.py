"""Diagnosis: is somebody at work, and what waits? A few cheap facts, and what follows from them.

The health address, the admin's banner and ``tryon_doctor`` all ask here, so they all say the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from importlib import import_module

from django.db.models import Count, Min, Q
from django.utils import timezone

from django_tryon.conf import conf
from django_tryon.engines import all_engines
from django_tryon.models import Alarm, Gate, Status, TryOnJob
from django_tryon.models.transitions import STEPS, due
from django_tryon.services.driving.gates import Reason, gate_rows

LATE = timedelta(minutes=1)
"""What is due for longer than this should have been taken: the workers are slow, or away."""
AWAY = timedelta(minutes=5)
"""What is due for longer than this is waited for in vain: nobody is at work."""


class State(StrEnum):
    """How the try-ons are, in one word."""

    OK = "ok"
    DEGRADED = "degraded"
    DOWN = "down"


@dataclass(frozen=True)
class Facts:
    """What the database says of the workers, at one moment."""

    now: datetime
    swept_at: datetime | None = None
    kept_until: datetime | None = None
    """Until when somebody keeps the watch, unless that is lengthened."""
    overdue: Mapping[Status, int] = field(default_factory=dict)
    """Jobs by status that were due a while ago and that nobody took."""
    overdue_since: datetime | None = None
    open: Mapping[Status, int] = field(default_factory=dict)
    """Jobs by status that have not ended; those in doubt included."""
    waiting_since: datetime | None = None
    """When the longest waiting job was launched."""
    gates: tuple[Gate, ...] = ()
    """Those that are closed."""

    @property
    def is_watched(self) -> bool:
        """Whether somebody keeps the watch at this moment."""
        return self.kept_until is not None and self.kept_until > self.now

    @property
    def is_swept(self) -> bool:
        """Whether a sweep was made lately."""
        return self.swept_at is not None and self.now - self.swept_at < AWAY

    @property
    def misses_sweeps(self) -> bool:
        """Whether nobody sweeps, where the runner wants it."""
        return not self.is_swept and how_to().is_swept

    @property
    def is_left_alone(self) -> bool:
        """Whether jobs wait, and nobody is at work."""
        return self.overdue_since is not None and self.now - self.overdue_since > AWAY

    @property
    def blocked(self) -> tuple[Gate, ...]:
        """The closed gates that somebody has to see to; a rate limit opens by itself."""
        return tuple(gate for gate in self.gates if gate.reason != Reason.RATE_LIMITED)

    @property
    def state(self) -> State:
        """All in one word: down if jobs wait in vain, degraded if somebody should have a look."""
        if self.is_left_alone:
            return State.DOWN
        if self.overdue or self.blocked or self.misses_sweeps:
            return State.DEGRADED
        return State.OK


@dataclass(frozen=True)
class HowTo:
    """How a runner's workers are started."""

    start: str = ""
    """A command; empty where none has to be."""
    sweep: str = ""
    """What makes the sweeps."""
    is_swept: bool = False
    """Whether a sweep is expected every minute, even with nothing to do."""


def how_to() -> HowTo:
    """Return what this shop's runner says of its workers; nothing where it says nothing."""
    try:
        runner = import_module(conf.RUNNER)
    except ImportError:
        return HowTo()
    return HowTo(
        start=getattr(runner, "START", ""),
        sweep=getattr(runner, "SWEEP", ""),
        is_swept=getattr(runner, "IS_SWEPT", False),
    )


def look(now: datetime | None = None) -> Facts:
    """Return the facts. Four queries, whatever there is; each by an index."""
    now = now or timezone.now()
    alarm = Alarm.the_row().first() or Alarm()
    # Not grouped: SQLite would take the index of what it groups by, and read every job.
    late = due(now - LATE).aggregate(
        since=Min("next_step_at"),
        **{each: Count("pk", filter=Q(status=each)) for each in Status.values},
    )
    standing = list(
        TryOnJob.objects.filter(status__in=[*STEPS, Status.UNCERTAIN])
        .order_by()
        .values_list("status")
        .annotate(Count("pk"), Min("created_at"))
    )
    return Facts(
        now=now,
        swept_at=alarm.swept_at,
        kept_until=alarm.kept_until,
        overdue={status: late[status] for status in Status if late[status]},
        overdue_since=late["since"],
        open={Status(status): number for status, number, _since in standing},
        waiting_since=min(
            (since for status, _number, since in standing if status == Status.QUEUED), default=None
        ),
        gates=tuple(gate for gate in gate_rows().filter(Gate.closed(now)) if _is_missed(gate)),
    )


def _is_missed(gate: Gate) -> bool:
    """Tell whether a gate is one to speak of: not where the shop has let a retired engine go."""
    return gate.reason != Reason.ENGINE_RETIRED or gate.key in all_engines()
