"""Visits: who gets the button and who does not, drawn once for each and kept in the session.

A visit is one session of the shop. What stands in it (the group, and a random number) goes when the
session does; in our own tables the draw is one more in a count.
"""

from __future__ import annotations

import re
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from django_tryon.conf import conf
from django_tryon.models import EventCount
from django_tryon.models.event import Group, Kind
from django_tryon.services.analytics.asking import asks_not_to_be_counted
from django_tryon.services.analytics.later import later
from django_tryon.services.days import today

KEY = "django_tryon_visit"
"""In the session."""
STEP = Decimal("0.0001")
ROBOT = re.compile("bot|crawl|spider|slurp|preview|monitor", re.IGNORECASE)


@dataclass(frozen=True)
class Visit:
    """One visitor of the comparison; its text is all that the session holds of it."""

    group: str
    holdout: Decimal
    """The part that was held out when this one was drawn."""
    day: date
    number: str
    """Random; it tells two orders of one visitor from those of two."""

    def __str__(self) -> str:
        return f"{self.group}/{self.holdout}/{self.day}/{self.number}"


def share() -> Decimal:
    """Return the part of visitors that is held out now, to four places."""
    return Decimal(str(conf.HOLDOUT)).quantize(STEP)


def is_held_out(request: HttpRequest | None) -> bool:
    """Tell whether this visitor gets no button; whoever comes first time is drawn.

    Staff get it always, and so do those who are not part of the comparison: whoever asks not to be
    tracked, robots, and, unless ``HOLDOUT_NEWCOMERS``, visitors without a session.
    """
    session: Any = getattr(request, "session", None)
    if request is None or session is None or not share() or _stays_outside(request):
        return False
    visit = read(session.get(KEY, ""))
    if visit is None:
        if session.is_empty() and not conf.HOLDOUT_NEWCOMERS:
            return False
        visit = _draw(request)
        session[KEY] = str(visit)
        later(partial(_count, visit))
    return visit.group == Group.HELD


def visit_of(request: HttpRequest) -> str:
    """Return what stands for this visitor in ``record_order``, where no request is at hand.

    Such as in the webhook of a payment: keep it with the order until then. Empty outside of the
    comparison. It holds the group and a random number, and nothing of whoever it is.
    """
    session: Any = getattr(request, "session", None)
    return str(session.get(KEY, "")) if session is not None else ""


def read(said: str) -> Visit | None:
    """Return the visit of this text; None where there is none, or the comparison is over."""
    with suppress(ValueError, ArithmeticError):
        group, holdout, day, number = said.split("/")
        if share() and group in {Group.BUTTON, Group.HELD}:
            return Visit(group, Decimal(holdout).quantize(STEP), date.fromisoformat(day), number)
    return None


def _stays_outside(request: HttpRequest) -> bool:
    if asks_not_to_be_counted(request.headers) or ROBOT.search(
        request.headers.get("User-Agent", "")
    ):
        return True
    user = getattr(request, "user", None)
    return bool(user is not None and user.is_staff)


def _draw(request: HttpRequest) -> Visit:
    """Draw the group of a visitor: a user's is the same on every device, any other's is random."""
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        seed = salted_hmac("django_tryon.holdout", str(user.pk), algorithm="sha256").digest()
        drawn = int.from_bytes(seed[:8], "big") / 2**64
    else:
        drawn = secrets.randbelow(2**32) / 2**32
    group = Group.HELD if drawn < share() else Group.BUTTON
    return Visit(group, share(), today(), secrets.token_hex(8))


def _count(visit: Visit) -> None:
    EventCount.add(Kind.VISITOR, day=visit.day, group=visit.group, holdout=visit.holdout)
