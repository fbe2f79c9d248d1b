"""Health: one address for uptime monitors and load balancers, which tells how the try-ons are."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe

from django_tryon import logs
from django_tryon.conf import conf
from django_tryon.services.doctor.diagnosis import Facts, State, look


@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """Answer 200 (``ok``, ``degraded``) or 503 (``down``); with details to staff and the token."""
    said: dict[str, Any]
    try:
        facts = look()
        state = facts.state
        said = {"status": state.value} | (details(facts) if may_know(request) else {})
    except DatabaseError as error:  # its words may name the server and its user
        logs.error("health.database", "the database does not answer", error=error)
        state = State.DOWN
        said = {"status": state.value}
    response = JsonResponse(said, status=503 if state == State.DOWN else 200)
    response["Cache-Control"] = "no-store"
    return response


def may_know(request: HttpRequest) -> bool:
    """Tell whether somebody may see more than the one word."""
    given = request.headers.get("Authorization", "")
    if conf.HEALTH_TOKEN and constant_time_compare(given, f"Bearer {conf.HEALTH_TOKEN}"):
        return True
    user = getattr(request, "user", None)  # a site may do without sessions
    return bool(user and user.is_active and user.is_staff)


def details(facts: Facts) -> dict[str, Any]:
    """Return what may help to find out why: numbers and moments, nothing of any person."""
    return {
        "watched": facts.is_watched,
        "last_sweep_seconds": _age(facts.swept_at, facts.now),
        "overdue": dict(facts.overdue),
        "overdue_seconds": _age(facts.overdue_since, facts.now),
        "open": dict(facts.open),
        "oldest_waiting_seconds": _age(facts.waiting_since, facts.now),
        "gates": [
            {
                "key": gate.key,
                "reason": gate.reason,
                "closed_at": gate.closed_at,
                "opens_at": gate.opens_at,
            }
            for gate in facts.gates
        ],
    }


def _age(since: datetime | None, now: datetime) -> int | None:
    return None if since is None else max(0, int((now - since).total_seconds()))
