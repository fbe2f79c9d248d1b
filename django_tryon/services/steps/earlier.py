"""Earlier runs: look later whether a submit that was given up in doubt was paid for after all."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import unquote

from django.db import router
from django.db.models import QuerySet
from django.utils import timezone

from django_tryon import logs
from django_tryon.models import EarlierRun, TryOnJob
from django_tryon.models.files import token_in
from django_tryon.segmind import history
from django_tryon.segmind.history import Row, Search
from django_tryon.services.driving.step import Step

LOOKS = (timedelta(hours=2), timedelta(hours=22), timedelta(days=6))
"""After these times the history is asked once more: its rows lag, and its files go in a week."""

MARK = re.compile(r"#([0-9a-f]{32})\b")
SIGNED = re.compile(r"(?<![\w-])[\w-]+(?:(?::|%3[Aa])[\w-]+){2}")
"""What may be the signed part of a link to this site."""


def run_rows() -> QuerySet[EarlierRun]:
    """Return all earlier runs, as the database has them to which they are written."""
    return EarlierRun.objects.using(router.db_for_write(EarlierRun))


def remember(job: TryOnJob) -> EarlierRun:
    """Write down the run of a job that is given up in doubt, before it gets a new token."""
    sent_at = job.submitted_at or job.updated_at
    look_at = timezone.now() + LOOKS[0] if history.address() else None
    run, _is_new = run_rows().get_or_create(
        token=job.token, defaults={"job_id": job.pk, "sent_at": sent_at, "look_at": look_at}
    )
    return run


def note(found: Mapping[str, Row]) -> None:
    """Write down which earlier runs the history shows: they were paid for."""
    paid = {token: row for token, row in found.items() if row.state != "failed"}
    for run in run_rows().filter(token__in=paid, provider_request_id=""):
        row = paid[run.token]
        known = {"provider_request_id": row.request_id, "cost": row.cost, "look_at": None}
        if run_rows().filter(pk=run.pk, provider_request_id="").update(**known):
            logs.warning("run.paid_too", "an earlier run of it was paid for, too", job=run.job_id)


def claim(*, now: datetime) -> list[Step]:
    """Take the look whose time has come, the longest due first; it finds all other runs, too."""
    steps = []
    due = run_rows().filter(look_at__lte=now).select_related("job").order_by("look_at")
    for run in due[:1]:
        number = run.looks + 1
        following = now + LOOKS[number] if number < len(LOOKS) else None
        same = run_rows().filter(pk=run.pk, look_at=run.look_at)
        if same.update(look_at=following, looks=number) and history.address():
            call = partial(history.around, run.job.engine, run.sent_at)
            steps.append(Step(run, call, record))
    return steps


def record(run: EarlierRun, said: Search | BaseException) -> None:
    """Write down what the history shows."""
    if isinstance(said, BaseException):
        logs.warning("history.unread", "the history was not read", job=run.job_id, error=said)
    else:
        note(by_token(said.rows))


def by_token(said: Iterable[Row]) -> dict[str, Row]:
    """Return the row of each of our jobs' runs, by its mark; of several, the one that is done."""
    found: dict[str, Row] = {}
    for row in said:
        for token in tokens_in(row.body):
            if token not in found or row.state == "done":
                found[token] = row
    return found


def tokens_in(body: Any) -> set[str]:
    """Return the marks of our jobs in the parameters of a request, wherever they stand."""
    text = body if isinstance(body, str) else json.dumps(body)
    signed = (token_in(unquote(part)) for part in SIGNED.findall(text))
    return {token for token in (*MARK.findall(text), *signed) if token}
