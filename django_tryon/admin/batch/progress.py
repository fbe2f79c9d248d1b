"""How far a batch is, counted by the database: as many queries for five jobs as for thousands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Max, Min, Q, Sum
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from django_tryon.admin.access import may_see_money
from django_tryon.admin.batch.ordered import Unlaunched, Untried
from django_tryon.admin.drawing import labels, measures
from django_tryon.admin.job_page import RETRIABLE
from django_tryon.models import Batch, Gate, Status, TryOnJob
from django_tryon.models.transitions import FINISHED, sources
from django_tryon.services.driving.pace import Speed, speeds
from django_tryon.services.eta import Span, Work, span_of
from django_tryon.services.orders import retries
from django_tryon.services.outfits.seen import as_seen

TROUBLED = (Status.FAILED, Status.EXPIRED, Status.UNCERTAIN)
"""Ended in a way that nobody asked for."""
RETIRED = Gate.Reason.ENGINE_RETIRED
"""With this there is no use in trying again."""
LATELY = timedelta(minutes=5)
"""The time left is reckoned by how many ended within this time."""
FEW = 3
"""So many tell something; with fewer, the engine's usual time does."""
WORDINGS = 200
"""How many different wordings of errors are looked at, the most frequent first."""


@dataclass(frozen=True)
class Trouble:
    """The jobs of a batch that ended badly for one and the same reason."""

    code: str
    says: str
    """The most frequent wording."""
    count: int
    wordings: int
    can_retry: bool
    is_uncertain: bool
    """Whether somebody has to decide what to do."""

    @property
    def more(self) -> str:
        """Say that others of them were worded differently, if they were."""
        others = self.wordings - 1
        if not others:
            return ""
        said = ngettext("and %(count)d other wording", "and %(count)d other wordings", others)
        return said % {"count": others}


@dataclass(frozen=True)
class Progress:
    """The state of a batch."""

    counts: dict[str, int]
    """How many are in each status; an outfit that waits for its steps stands as they do."""
    unsure_steps: int
    """How many steps of outfits are uncertain."""
    unlaunched: int
    untried: int
    """How many ended and are to be tried again by the workers."""
    changed_at: datetime | None
    begun_at: datetime | None
    ended_lately: int
    spent: Decimal
    """US$, as the provider told it."""
    untold: Decimal
    """US$ that what has ended was estimated at, where the provider told no cost."""
    to_come: Decimal
    """US$ that what goes on, or is still to be launched, is estimated at."""

    @property
    def total(self) -> int:
        """How many there are, with what is still to be launched."""
        return sum(self.counts.values()) + self.unlaunched

    @property
    def ended(self) -> int:
        """With how many nothing more happens by itself."""
        return max(0, self._in(*FINISHED, Status.UNCERTAIN) - self.untried)

    @property
    def is_over(self) -> bool:
        """Tell whether nothing more happens by itself."""
        return self.ended == self.total

    @property
    def retriable(self) -> int:
        """How many ended without a result, and nobody has ordered anything about it yet."""
        return max(0, self._in(*RETRIABLE) - self.untried)

    @property
    def cancellable(self) -> int:
        """How many can still be stopped."""
        return self._in(*sources(Status.CANCELLED))

    @property
    def labels(self) -> list[tuple[str, str, int]]:
        """Tone, word and number for each status that occurs."""
        return [
            (labels.TONES[status], str(status.label), self.counts[status])
            for status in Status
            if self.counts.get(status)
        ]

    def _in(self, *statuses: str) -> int:
        return sum(self.counts.get(status, 0) for status in statuses)

    def time_left(self, engines: Iterable[str], now: datetime) -> Span:
        """Return how long the rest takes, by how fast it went lately; never less than a second."""
        rest = self.total - self.ended
        if self.ended_lately >= FEW and self.begun_at is not None:
            passed = min(LATELY, now - self.begun_at).total_seconds()
            return Span(max(1.0, rest * passed / self.ended_lately))
        found = list(map(speeds(), engines)) or [Speed(0.0, 0.0)]
        usual = max(speed.usual for speed in found)
        slowest = min(speed.per_second for speed in found)
        span = span_of([Work(rest, rest, usual, slowest)])
        return Span(max(1.0, span.seconds), span.is_most)

    def money_words(self, request: HttpRequest) -> str:
        """Say what was spent and what is to come, to those who may know."""
        if not may_see_money(request) or not (self.spent or self.untold or self.to_come):
            return ""
        spent = measures.dollars(self.spent + self.untold)
        if self.untold:
            spent = _("about %(amount)s") % {"amount": spent}
        said = _("Spent %(amount)s") % {"amount": spent}
        if self.to_come:
            more = _("about %(amount)s to come") % {"amount": measures.dollars(self.to_come)}
            said = f"{said} · {more}"
        return said


def progress_of(batch: Batch, unlaunched: Unlaunched, untried: Untried) -> Progress:
    """Count what was asked for, in two queries; an outfit's steps count for what they cost."""
    now, nothing = timezone.now(), Decimal(0)
    summed = {
        "changed_at": Max("updated_at"),
        "begun_at": Min("submitted_at"),
        "told": Sum("cost"),
        "paid": Sum("estimated_cost", filter=Q(cost=None, submitted_at__isnull=False)),
        "estimated": Sum("estimated_cost", filter=Q(cost=None)),
        "price": Sum("estimated_cost"),
    }
    asked: list[Any] = list(
        batch.jobs.order_by()
        .annotate(seen=as_seen())
        .values("seen")
        .annotate(
            count=Count("pk"), lately=Count("pk", filter=Q(finished_at__gte=now - LATELY)), **summed
        )
    )
    # Steps are in no batch themselves.
    steps: list[Any] = list(
        TryOnJob.objects.filter(outfit__batch=batch)
        .order_by()
        .values(seen=F("status"))
        .annotate(count=Count("pk", filter=Q(second_of=None)), **summed)
    )
    rows = [*asked, *steps]
    jobs = sum(row["count"] for row in asked)
    usual = sum((row["price"] or nothing for row in rows), nothing) / (jobs or 1)
    going_on = [row for row in rows if row["seen"] not in FINISHED]
    # What failed is not paid for; what was cancelled while it ran is, and so is every result.
    kept = [row for row in rows if row["seen"] in {Status.SUCCEEDED, Status.CANCELLED}]
    return Progress(
        counts={row["seen"]: row["count"] for row in asked},
        unsure_steps=sum(row["count"] for row in steps if row["seen"] == Status.UNCERTAIN),
        unlaunched=unlaunched.waiting,
        untried=untried.waiting,
        changed_at=max((row["changed_at"] for row in rows), default=None),
        begun_at=min((row["begun_at"] for row in rows if row["begun_at"]), default=None),
        ended_lately=sum(row["lately"] for row in asked),
        spent=sum((row["told"] or nothing for row in rows), nothing),
        untold=sum((row["paid"] or nothing for row in kept), nothing),
        to_come=sum((row["estimated"] or nothing for row in going_on), nothing)
        + usual * (unlaunched.waiting + untried.waiting),
    )


def troubles_of(batch: Batch, unsure_steps: int = 0) -> list[Trouble]:
    """Return what went wrong, in two queries: by its reason, the most frequent one first.

    What fails a step fails its outfit; of those that are uncertain, say how many there are.
    """
    troubled = batch.jobs.filter(status__in=TROUBLED).exclude(retries.still_to_be()).order_by()
    counted: dict[tuple[bool, str], tuple[int, int]] = {}
    says: dict[tuple[bool, str], str] = {}
    for status, code, count, wordings in troubled.values_list("status", "error_code").annotate(
        count=Count("pk"), wordings=Count("error_message", distinct=True)
    ):
        key = _reason(status, code)
        before = counted.get(key, (0, 0))
        counted[key] = (before[0] + count, before[1] + wordings)
    # Messages may differ in a name or a number, so that there may be as many as there are jobs.
    worded = troubled.values_list("status", "error_code", "error_message").annotate(
        count=Count("pk")
    )
    for status, code, message, _count in worded.order_by("-count", "error_message")[:WORDINGS]:
        says.setdefault(_reason(status, code), message or str(Status(status).label))
    if unsure_steps:
        key = _reason(Status.UNCERTAIN, "")
        count, wordings = counted.get(key, (0, 1))
        counted[key] = (count + unsure_steps, wordings)
        says.setdefault(key, str(Status.UNCERTAIN.label))
    return sorted(
        (
            Trouble(
                code=code,
                says=says.get((is_uncertain, code), code),
                count=count,
                wordings=wordings,
                can_retry=code not in ("", RETIRED) and not is_uncertain,
                is_uncertain=is_uncertain,
            )
            for (is_uncertain, code), (count, wordings) in counted.items()
        ),
        key=lambda trouble: (-trouble.count, trouble.code),
    )


def _reason(status: str, code: str) -> tuple[bool, str]:
    """Return what stands for a reason; all that is uncertain is one, as it is decided as one."""
    return (True, "") if status == Status.UNCERTAIN else (False, code)
