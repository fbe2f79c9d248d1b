"""What has become of every job, every paid request, every file and every cent."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any


@dataclass
class Verdict:
    """What was found; ``faults`` is empty if all is well."""

    statuses: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    accepted: int = 0
    billed: int = 0
    adopted: int = 0
    """Requests whose answer got lost, and that were found in the history."""
    doubtful: int = 0
    """Jobs that are left to staff; nobody has taken, nor billed, them."""
    orphans: int = 0
    """Files that dead workers left, and the purge removed."""
    spent: Decimal = Decimal(0)
    faults: list[str] = field(default_factory=list)


def judge(ledger: dict[str, Any], *, orphans: int) -> Verdict:
    """Compare the sandbox's ledger with the rows and the files."""
    from django_tryon.models import TryOnJob

    jobs = list(TryOnJob.objects.prefetch_related("results"))
    found = Verdict(orphans=orphans)
    found.statuses.update(job.status for job in jobs)
    found.errors.update(job.error_code for job in jobs if job.error_code)
    requests = ledger["requests"]
    found.accepted = len(requests)
    found.billed = sum(request["billed"] is not None for request in requests)
    found.doubtful = found.statuses["uncertain"]
    found.spent = Decimal(ledger["billed"])
    checks = (
        _once(requests),
        _ended(jobs),
        _accounted(jobs, requests),
        _stored(jobs),
        _files(jobs),
        _budgets(jobs, found.spent),
    )
    found.faults = [fault for check in checks for fault in check]
    return found


def _once(requests: list[dict[str, Any]]) -> Iterator[str]:
    for token, times in Counter(request["token"] for request in requests).items():
        if not token:
            yield f"{times} accepted requests bear no token"
        elif times > 1:
            yield f"accepted {times} times: token {token}"


def _ended(jobs: list[Any]) -> Iterator[str]:
    from django_tryon.models import Status
    from django_tryon.models.transitions import FINISHED

    for job in jobs:
        if job.status not in FINISHED | {Status.UNCERTAIN}:
            yield f"stuck: {job.pk} is {job.status}, due at {job.next_step_at}"
        elif job.status in FINISHED and job.next_step_at is not None:
            yield f"nobody was told of {job.pk} ({job.status})"


def _accounted(jobs: list[Any], requests: list[dict[str, Any]]) -> Iterator[str]:
    by_token = {job.token: job for job in jobs}
    for request in requests:
        job = by_token.get(request["token"])
        if job is None:
            yield f"{request['request_id']} is no job's"
            continue
        said = f"{job.pk} is {job.status} {job.error_code}, the request {request['outcome']}"
        if job.status == "uncertain":
            yield f"not found in the history: {said}"
        elif job.provider_request_id != request["request_id"]:
            yield f"another id: {said}"
        elif job.status != {"COMPLETED": "succeeded", "FAILED": "failed"}.get(request["outcome"]):
            yield f"paid and lost: {said}" if request["billed"] else said


def _stored(jobs: list[Any]) -> Iterator[str]:
    for job in jobs:
        number = len(job.results.all())
        if number != (job.status == "succeeded"):
            yield f"{job.pk} is {job.status} and has {number} results"


def _files(jobs: list[Any]) -> Iterator[str]:
    there = names_of_files()
    named = {Path(result.file.name).name for job in jobs for result in job.results.all()}
    yield from (f"a file without a row: {name}" for name in sorted(there - named))
    yield from (f"a row without its file: {name}" for name in sorted(named - there))


def names_of_files() -> set[str]:
    """Return the names in the folder of results."""
    from django_tryon.models.files import RESULTS, private_storage

    storage = private_storage()
    return set(storage.listdir(RESULTS)[1]) if storage.exists(RESULTS) else set()


def _budgets(jobs: list[Any], spent: Decimal) -> Iterator[str]:
    from django_tryon.models import Tally

    held: defaultdict[str, Decimal] = defaultdict(Decimal)
    for job in jobs:
        for key, amount in job.allowances:
            held[key] += Decimal(amount)
            if job.cost is not None and Decimal(amount) != job.cost.quantize(Decimal("0.0001")):
                yield f"{job.pk} cost {job.cost} and holds {amount} of {key}"
        if job.status == "failed" and job.allowances:
            yield f"{job.pk} failed and still holds {job.allowances}"
    in_doubt = sum((job.estimated_cost for job in jobs if job.status == "uncertain"), Decimal(0))
    for tally in Tally.objects.filter(key__startswith="budget:"):
        if tally.used != held[tally.key]:
            yield f"{tally.key} counts {tally.used}, the jobs hold {held[tally.key]}"
        if len(tally.key.split("-")) == 2 and tally.used - in_doubt != spent:
            yield f"{tally.key} counts {tally.used}, {in_doubt} in doubt; billed were {spent}"
