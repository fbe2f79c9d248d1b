"""Look: ask the account, for free, whether a closed gate may open. One worker does it for all.

No source of the drive, which would ask the rows at every stroke: there is nothing to look for while
nobody waits, and whoever waits comes due at the moment of the next look.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from django_tryon import logs
from django_tryon.models import Credits, Gate
from django_tryon.segmind.client import SegmindClient
from django_tryon.services.driving.gates import KINDS, Reason, gate_rows, open_gate
from django_tryon.services.driving.schedule import on_grid
from django_tryon.services.driving.step import Step


def claim(*, now: datetime) -> list[Step]:
    """Take the looks that are due, so that no other worker has them too."""
    steps = []
    for gate in gate_rows().filter(look_at__lte=now, opened_at=None):
        # The next look is due whether or not this worker lives to see the outcome of this one;
        # the longer it has been closed, the longer the wait.
        kind = KINDS[Reason(gate.reason)]
        wait = min(max(now - gate.closed_at, kind.first), kind.longest)
        same = gate_rows().filter(pk=gate.pk, look_at=gate.look_at, opened_at=None)
        if same.update(look_at=on_grid(now + wait)):
            steps.append(Step(gate, _ask, record))
    return steps


async def _ask(client: SegmindClient) -> Decimal:
    return await client.credits()


def record(gate: Gate, said: Decimal | BaseException) -> None:
    """Open the gate if the account is in order again."""
    if not isinstance(said, Decimal):
        code = getattr(said, "code", type(said).__name__)
        logs.info("gate.look", "gate %s: a look said %s", gate.key, code)
        return
    Credits.note(said)
    enough = said > 0 and said >= (gate.needs or 0)
    if gate.reason == Reason.BAD_KEY or enough:
        open_gate(gate.key, now=timezone.now())
