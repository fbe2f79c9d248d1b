"""Which gates are closed, as staff are told on the pages where they launch and wait."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from django_tryon.admin.drawing import cells, measures
from django_tryon.models import Gate, Status, TryOnJob
from django_tryon.models.gate import ACCOUNT


@dataclass(frozen=True)
class Note:
    """One closed gate, in a sentence."""

    title: str
    says: str
    effect: str
    """What becomes of try-ons meanwhile."""
    then: str
    url: str


def of_whom(gate: Gate) -> str:
    """Return what a gate stops."""
    return _("All engines") if gate.key == ACCOUNT else cells.engine_title(gate.key)


def effect(gate: Gate) -> str:
    """Say what becomes of try-ons while a gate is closed."""
    if gate.reason == Gate.Reason.ENGINE_RETIRED:
        return _("Launches by it are refused, and what was waiting has failed: use another engine.")
    return _("New try-ons wait; what runs already goes on.")


def opening(gate: Gate) -> str:
    """Say when, or by what, a closed gate opens."""
    if gate.opens_at is not None:
        return _("It opens by itself (%(time)s).") % {"time": measures.moment(gate.opens_at)}
    if gate.look_at is not None:
        return _(
            "It opens by itself as soon as the account is in order; that is looked at every few "
            "minutes while something waits."
        )
    return _("It stays closed until somebody opens it.")


def closed_gates(engines: Collection[str] | None = None, *, site: str = "admin") -> list[Note]:
    """Return a note for each closed gate that stops these engines, or any."""
    gates = Gate.objects.filter(Gate.closed(timezone.now()))
    if engines is not None:
        gates = gates.filter(key__in={ACCOUNT, *engines})
    url = reverse("admin:django_tryon_gate_changelist", current_app=site)
    return [
        Note(
            f"{of_whom(gate)}: {gate.get_reason_display()}",
            gate.says,
            effect(gate),
            opening(gate),
            url,
        )
        for gate in gates
    ]


def gates_waited_at(*, site: str = "admin") -> list[Note]:
    """Return a note for each closed gate at which any try-on waits."""
    queued = TryOnJob.objects.filter(status=Status.QUEUED).order_by()
    engines = set(queued.values_list("engine", flat=True).distinct())
    return closed_gates(engines, site=site) if engines else []
