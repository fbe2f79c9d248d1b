"""Examine: what a doctor would look at, organ by organ, each finding with what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from django.db.models import Count
from django.utils import timezone

from django_tryon.conf import conf
from django_tryon.engines import all_engines
from django_tryon.models import (
    ClipUpload,
    Gate,
    Status,
    TryOnJob,
    TryOnResult,
    WebhookDelivery,
    WebhookEndpoint,
)
from django_tryon.models.transitions import STEPS
from django_tryon.services import budget
from django_tryon.services.doctor import surroundings as around
from django_tryon.services.doctor.diagnosis import AWAY, Facts, how_to, look
from django_tryon.services.doctor.finding import Finding, Mark, bad, good, notable
from django_tryon.services.driving.gates import KINDS, Reason
from django_tryon.services.judging.due import is_on

RECENTLY = timedelta(days=3)
TO_DO: dict[Reason, str] = {
    Reason.SPEND_LIMIT: "Raise the team's spend limit at Segmind.",
    Reason.NO_CREDITS: "Add credits at Segmind.",
    Reason.BAD_KEY: "Set a valid TRYON['API_KEY'], and restart the site and the workers.",
    Reason.FORBIDDEN: "Ask Segmind why this account may not use it.",
    Reason.ENGINE_RETIRED: "Its launches are refused: take it out of TRYON['ENGINES'], "
    "TRYON['STOREFRONT_ENGINES'] and TRYON['STOREFRONT_ENGINE'].",
}
"""What somebody has to do about a closed gate; a rate limit opens by itself."""


def examine(*, offline: bool = False, now: datetime | None = None) -> Iterator[Finding]:
    """Yield all findings, one after the other as they are made.

    ``offline`` asks nobody outside. Without a database there is no more to be found out.
    """
    yield from around.settings()
    has_database = True
    for finding in around.database():
        has_database = has_database and finding.mark != Mark.BAD
        yield finding
    yield from around.storages()
    if not offline:
        yield from around.account()
        yield from around.site()
    yield from around.runner()
    if has_database:
        yield from _as_far_as_possible("workers", lambda: _within(look(now)))
        yield from _as_far_as_possible("budget", budgets)
    yield from around.extras()


def _within(facts: Facts) -> Iterator[Finding]:
    for organ in (workers, besides, sweeps, troubles, doubts, gates, deliveries):
        yield from organ(facts)


def _as_far_as_possible(of: str, organ: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """Yield what an organ shows; one that wrong settings keep from being seen ends no visit."""
    try:
        yield from organ()
    except Exception as error:
        says = f"This and what follows from it could not be looked at ({type(error).__name__})."
        yield bad(of, says, "Mend the settings first: they are named above.")


def workers(facts: Facts) -> Iterator[Finding]:
    """Look for what was due and nobody took."""
    waiting = facts.open.get(Status.QUEUED, 0)
    if facts.overdue and facts.overdue_since:
        number = ", ".join(f"{count} {status.value}" for status, count in facts.overdue.items())
        says = f"Overdue since {_clock(facts.overdue_since)}: {number}."
        if facts.is_left_alone:
            start = how_to().start
            do = f"The workers are not running. Start them with: {start}" if start else ""
            yield bad("workers", says, do)
        else:
            start = how_to().start
            slow = "They are slow: add a worker, or look at its log."
            away = "Nobody is at work at this moment." + (
                f" Is this running? {start}" * bool(start)
            )
            yield notable("workers", says, slow if facts.is_watched else away)
    elif facts.is_watched:
        yield good("workers", "One is at work at this moment.")
    else:
        yield good("workers", "Nothing is overdue.")
    going = sum(number for status, number in facts.open.items() if status != Status.UNCERTAIN)
    if going:
        since = f", the first since {_clock(facts.waiting_since)}" if facts.waiting_since else ""
        yield good("jobs", f"{going} under way; not sent yet: {waiting}{since}.")


def besides(facts: Facts) -> Iterator[Finding]:
    """Look for what workers do besides try-ons, and nobody did."""
    since, start = facts.now - AWAY, how_to().start
    do = "A worker that runs has too much to do: add a worker."
    do += f" If none runs, start one with: {start}" * bool(start)
    long = f"more than {AWAY.seconds // 60} minutes"
    clips = ClipUpload.objects.filter(state=ClipUpload.State.WAITING, due_at__lte=since)
    if conf.STOREFRONT_CLIPS and (number := clips.count()):
        what = "1 clip of a shopper waits" if number == 1 else f"{number} clips of shoppers wait"
        yield notable("clips", f"{what} to be prepared for {long}.", do)
    if is_on() and (number := TryOnResult.objects.filter(judge_at__lte=since).count()):
        what = "1 result waits" if number == 1 else f"{number} results wait"
        yield notable("quality", f"{what} to be looked at for {long}.", do)


def sweeps(facts: Facts) -> Iterator[Finding]:
    """Look for the sweep, which finds what no message announced."""
    how = how_to()
    last = f"The last was {_clock(facts.swept_at)}." if facts.swept_at else "There was none yet."
    if facts.is_swept or not how.sweep:
        yield good("sweeps", last)
    elif how.is_swept and how.sweep == how.start:  # the worker itself makes them
        yield bad("sweeps", f"{last} The worker is not running.", f"Start it with: {how.start}")
    elif how.is_swept:
        says = f"{last} Should a message get lost, its jobs wait for ever."
        yield bad("sweeps", says, f"Have it done every minute by: {how.sweep}")
    else:
        yield notable("sweeps", last, f"A net for lost messages: {how.sweep}")


def troubles(facts: Facts) -> Iterator[Finding]:
    """Look for jobs whose last step failed and is tried again; those at a gate stand there."""
    met = (
        TryOnJob.objects.filter(status__in=STEPS)
        .exclude(error_code__in=["", *Reason.values])
        .order_by("error_code")
        .values_list("error_code")
        .annotate(Count("pk"))
    )
    for code, number in met:
        do = "The page of each in the admin says what happened; the log says more."
        if code == "not_stored":
            do = (
                "Mend the storage: TRYON['PRIVATE_STORAGE'], the space and the rights. Nothing is "
                "paid again, and the log names the error (result.not_stored)."
            )
        says = f"“{code}” met {_try_ons(number)} under way; the step is tried again."
        yield notable("trouble", says, do)


def doubts(facts: Facts) -> Iterator[Finding]:
    """Look for jobs of which nobody knows whether they were paid for."""
    number = facts.open.get(Status.UNCERTAIN, 0)
    if not number:
        return
    mine = TryOnJob.objects.filter(status=Status.UNCERTAIN, next_step_at=None).count()
    if mine:
        yield notable(
            "doubts",
            f"{_try_ons(mine)} may have been paid for, and the history did not tell.",
            "Decide in the admin, under Try-on jobs with the status “Uncertain”: adopt, submit "
            "again, or give up.",
        )
    if number > mine:
        says = f"{_try_ons(number - mine)} may have been paid for: the history is asked for it."
        yield notable("doubts", says, "Nothing has to be done yet.")


def gates(facts: Facts) -> Iterator[Finding]:
    """Look for closed gates."""
    for gate in facts.gates:
        whose = "all engines" if gate.key == "account" else gate.key
        says = f"{whose}: {gate.get_reason_display()}, since {_clock(gate.closed_at)}."
        make = bad if gate in facts.blocked else notable
        yield make("gate", says, _opening(gate))
    if not facts.gates:
        yield good("gates", "All are open.")


def _opening(gate: Gate) -> str:
    """Return what to do about a closed gate, and how it opens."""
    reason = Reason(gate.reason)
    if gate.opens_at:
        opens = f"It opens by itself at {_clock(gate.opens_at)}."
    elif KINDS[reason].looks:
        opens = "It then opens by itself within a quarter of an hour; “Open now” in the admin "
        opens += "under Gates is faster."
    else:
        opens = "If Segmind offers it again: “Open now” in the admin under Gates."
    return f"{TO_DO.get(reason, '')} {opens}".strip()


def deliveries(facts: Facts) -> Iterator[Finding]:
    """Look for webhooks that nobody took."""
    lately = WebhookDelivery.objects.filter(
        created_at__gt=facts.now - RECENTLY, endpoint__is_active=True
    )
    lost = lately.filter(state=WebhookDelivery.State.FAILED).count()
    for endpoint in WebhookEndpoint.objects.filter(is_active=True, failing_since__isnull=False):
        since = _clock(endpoint.failing_since or facts.now)
        waiting = lately.filter(endpoint=endpoint, state=WebhookDelivery.State.PENDING).count()
        yield notable(
            "webhooks",
            f"{endpoint} has taken nothing since {since}; waiting: {waiting}.",
            "See in the admin under Webhook deliveries what it answered, and mend it; they are "
            "sent again by themselves for two days.",
        )
    if lost:
        yield notable(
            "webhooks",
            f"{lost} of the last {RECENTLY.days} days were given up.",
            "See them in the admin under Webhook deliveries, and “Send again”.",
        )


def budgets() -> Iterator[Finding]:
    """Look at what may still be spent."""
    least = min(engine.estimate(1) for engine in all_engines().values())
    for whose, several in (("", budget.left()), (" to shoppers", budget.left_to_shoppers())):
        for each in several:
            says = f"US$ {max(each.left, 0):.2f} of {each.limit:.2f} are left{whose} {each.name}."
            if each.left >= least:
                yield good("budget", says)
                continue
            until = "month" if each.is_monthly else "day"
            what = "Try-on takes a break for shoppers" if whose else "Launches are refused"
            do = f"{what} until the next {until}, or until you raise TRYON['{each.setting}']."
            yield notable("budget", says, do)


def _try_ons(number: int) -> str:
    return f"{number} try-on" if number == 1 else f"{number} try-ons"


def _clock(at: datetime) -> str:
    """Return a moment in the shop's time, with its date unless that is today's."""
    local, today = timezone.localtime(at), timezone.localtime()
    return f"{local:%H:%M}" if local.date() == today.date() else f"{local:%Y-%m-%d %H:%M}"
