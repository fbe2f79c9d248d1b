"""Gates: stop submits that would be refused, and let them go on as soon as they may."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import models, router
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from django_tryon import logs, telemetry
from django_tryon.conf import conf
from django_tryon.engines import Engine
from django_tryon.exceptions import LaunchRefused
from django_tryon.models import Gate, Status, TryOnJob
from django_tryon.models.gate import ACCOUNT
from django_tryon.models.question import Blank, Question
from django_tryon.models.transitions import rows
from django_tryon.services.driving import turns
from django_tryon.services.driving.schedule import on_grid
from django_tryon.services.driving.wake import wake
from django_tryon.services.outcome import fail, plain

Reason = Gate.Reason
LOOK_AGAIN = timedelta(minutes=10)
"""How long a job waits at a gate that only a person opens; opening it has them go on at once."""
SOONEST = timedelta(seconds=15)
"""Longer than a look takes: should it open the gate, they go on at once, too."""
SOON = timedelta(minutes=20)
"""A gate that closes again within this time after it opened waits twice as long as before."""


@dataclass(frozen=True)
class Kind:
    """What one reason closes, and how that opens again."""

    is_account: bool
    """Whether it concerns every engine."""
    first: timedelta = timedelta(0)
    """The first wait; none where only a person opens it."""
    longest: timedelta = timedelta(0)
    looks: bool = False
    """Whether the wait ends in a free look at the account, rather than in the gate's opening."""


KINDS: dict[Reason, Kind] = {
    Reason.RATE_LIMITED: Kind(True, timedelta(seconds=1), timedelta(minutes=1)),
    Reason.SPEND_LIMIT: Kind(True, timedelta(minutes=5), timedelta(hours=1)),
    # What is too little for a clip may still pay for many pictures.
    Reason.NO_CREDITS: Kind(False, timedelta(minutes=1), timedelta(minutes=15), looks=True),
    Reason.BAD_KEY: Kind(True, timedelta(minutes=1), timedelta(minutes=15), looks=True),
    Reason.FORBIDDEN: Kind(False, timedelta(minutes=15), timedelta(hours=1)),
    Reason.ENGINE_RETIRED: Kind(False),
}
WAITS_FOR_SOMEBODY = tuple(reason for reason in KINDS if reason != Reason.RATE_LIMITED)
"""Where a job may wait for longer than a while."""
RETIRED = Gate.objects.order_by().filter(
    Gate.closed(Blank("now", models.DateTimeField())),
    key=Blank("engine", models.CharField()),
    reason=Reason.ENGINE_RETIRED,
)
"""The gate of an engine that is retired, if it is; with blanks, for a question."""
IS_RETIRED = Question(RETIRED.values_list("pk"), as_written=True)
ANY_KEY = frozenset({Reason.RATE_LIMITED, Reason.ENGINE_RETIRED})
"""What another key does not mend."""


def gate_rows() -> QuerySet[Gate]:
    """Return all gates, as the database has them to which they are written."""
    return Gate.objects.using(router.db_for_write(Gate))


def hash_of_key() -> str:
    """Return a keyed hash that stands for the API key, which itself is never kept."""
    return salted_hmac("django_tryon.gate", str(conf.API_KEY), algorithm="sha256").hexdigest()


def close(
    engine: str,
    reason: str,
    *,
    until: datetime | None = None,
    says: str = "",
    needs: Decimal | None = None,
) -> Gate:
    """Close the gate that this reason concerns: the engine's, or the account's; return it.

    ``until`` is when it opens by itself, where the provider said so. A gate that is closed for
    something worse stays as it is; ``needs`` is what the refused job was to cost, US$.
    """
    now = timezone.now()
    cause, kind = Reason(reason), KINDS[Reason(reason)]
    key = ACCOUNT if kind.is_account else engine
    before = gate_rows().filter(key=key).first()
    if before is not None and before.is_closed(now) and not _is_worse(cause, before):
        if cause == before.reason and until and before.opens_at and until > before.opens_at:
            gate_rows().filter(pk=before.pk, opened_at=None).update(opens_at=until)
            before.opens_at = until
        return before
    closings = before.closings + 1 if before is not None and _is_again(before, cause, now) else 1
    wait = min(kind.longest, kind.first * 2 ** min(closings - 1, 20))
    at = on_grid(now + wait) if kind.first else None
    gate, _is_new = gate_rows().update_or_create(
        key=key,
        defaults={
            "reason": cause,
            "says": plain(says),
            "closed_at": now,
            "opened_at": None,
            "opens_at": None if kind.looks else until or at,
            "look_at": at if kind.looks else None,
            "closings": closings,
            "needs": needs,
            "key_hash": hash_of_key(),
        },
    )
    telemetry.gate_moved(key, cause, "closed")
    logs.warning("gate.closed", "gate %s closed: %s", key, cause.value, engine=engine)
    return gate


def _is_worse(cause: Reason, before: Gate) -> bool:
    """Tell whether a fault takes more to mend than what the gate is closed for already."""
    order = list(KINDS)
    return order.index(cause) > order.index(Reason(before.reason))


def _is_again(before: Gate, cause: Reason, now: datetime) -> bool:
    """Tell whether a gate closes for the same as a short while ago."""
    opened = before.opened_at or before.opens_at
    return before.reason == cause and opened is not None and now - opened < SOON


def stands_for(code: str) -> bool:
    """Tell whether an error's code speaks of the account or of an engine, not of one job."""
    return code in Reason.values


def next_try(gate: Gate, now: datetime) -> datetime:
    """Return when a job that waits at a closed gate is due again."""
    if gate.look_at is not None:  # then it has somebody look
        return max(gate.look_at, on_grid(now + SOONEST))
    return gate.opens_at or on_grid(now + LOOK_AGAIN)


def open_gate(key: str, *, now: datetime | None = None) -> bool:
    """Open a gate and have the jobs that wait at it go on; False if it was open."""
    now = now or timezone.now()
    gate = gate_rows().filter(Gate.closed(now), key=key).first()
    if gate is None or not gate_rows().filter(pk=gate.pk, opened_at=None).update(
        opened_at=now, look_at=None
    ):
        return False
    telemetry.gate_moved(key, gate.reason, "opened")
    logs.warning("gate.opened", "gate %s opened", key)
    if waiting(gate).filter(claim="").update(next_step_at=now):
        wake()
    return True


def open_for_another_key(now: datetime) -> None:
    """Open the gates that closed for a key which is not this process's any more."""
    ours = gate_rows().filter(Gate.closed(now)).exclude(reason__in=ANY_KEY)
    for key in ours.exclude(key_hash=hash_of_key()).values_list("key", flat=True):
        open_gate(key, now=now)


def waiting(gate: Gate) -> QuerySet[TryOnJob]:
    """Return the jobs that wait at this gate."""
    jobs = rows().filter(status=Status.QUEUED, error_code=gate.reason, next_step_at__isnull=False)
    return jobs if gate.key == ACCOUNT else jobs.filter(engine=gate.key)


def closed(engines: Iterable[str], *, now: datetime | None = None) -> dict[str, Gate]:
    """Return the gate that stops each of these engines; those that nothing stops are left out."""
    now = now or timezone.now()
    slugs = set(engines)
    gates = {
        gate.key: gate for gate in gate_rows().filter(Gate.closed(now), key__in={ACCOUNT, *slugs})
    }
    if not gates:
        return {}
    key_hash = hash_of_key()
    for shut in list(gates.values()):
        if shut.key_hash != key_hash and shut.reason not in ANY_KEY:
            open_gate(shut.key, now=now)
            del gates[shut.key]
    return {slug: gate for slug in slugs if (gate := gates.get(slug) or gates.get(ACCOUNT))}


def hold(jobs: Collection[TryOnJob], *, now: datetime | None = None) -> list[TryOnJob]:
    """Return those of some claimed, queued jobs that may be submitted; the others wait, queued.

    ``now`` is the drive's: a test may have it look ahead. Costs one query, and one more for each
    reason to wait.
    """
    if not jobs:
        return []
    now = now or timezone.now()
    gates = closed({job.engine for job in jobs}, now=now)
    held: dict[str, list[TryOnJob]] = defaultdict(list)
    passed = []
    for job in jobs:
        if job.engine in gates:
            held[job.engine].append(job)
        else:
            passed.append(job)
    for slug, stopped in held.items():
        _stop(gates[slug], stopped, now)
    return turns.take(passed, now=now)


def _stop(gate: Gate, jobs: list[TryOnJob], now: datetime) -> None:
    """Have jobs wait at a gate, or end where it leads nowhere any more."""
    if gate.reason == Reason.ENGINE_RETIRED:
        for job in jobs:
            fail(job, Reason.ENGINE_RETIRED, gate.says)
        return
    turns.put_off(jobs, next_try(gate, now), error_code=gate.reason, error_message=gate.says)


def refuse_retired(engine: type[Engine]) -> None:
    """Refuse a launch by an engine that Segmind has retired; raises LaunchRefused."""
    if IS_RETIRED.rows(now=timezone.now(), engine=engine.slug):
        raise retired(engine)


def retired(engine: type[Engine]) -> LaunchRefused:
    """Return the refusal of a launch by an engine that Segmind has retired."""
    return LaunchRefused(
        _("%(engine)s is not offered by Segmind any more. Choose another engine.")
        % {"engine": engine.title},
        code="engine_retired",
        field="engine",
    )
