"""The invariants: what our rows, the files and the provider's ledger say must agree."""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal
from typing import Any

from django_tryon.models import EarlierRun, Person, Status, Tally, TryOnJob, TryOnResult
from django_tryon.models.files import PEOPLE, RESULTS, private_storage
from django_tryon.models.transitions import FINISHED
from django_tryon.sandbox.control import token_of
from django_tryon.services.shoppers.allowance import budgets_of, cost_nothing

Used = dict[str, Decimal]
DOWNLOAD = frozenset(
    {
        "download_failed",
        "not_stored",
        "not_an_image",
        "bad_host",
        "too_large",
        "bad_link",
        "too_many_redirects",
    }
)


class Books:
    """Compares, after every event, and remembers what rows no longer show."""

    def __init__(self, ledger: Any) -> None:
        self.ledger = ledger
        self.tokens: dict[str, Any] = {}
        """Each token that a job ever had, and its job."""
        self.current: dict[Any, str] = {}
        self.held: dict[Any, Used] = {}
        self.spent: defaultdict[str, Decimal] = defaultdict(Decimal)
        """What earlier runs took, and no row speaks of any more."""
        self.dropped: set[str] = set()
        """Tokens of runs that somebody decided not to wait for."""
        self.gone: set[Any] = set()
        """Jobs whose result had a day on which it was to go: a shopper's."""
        self.told: set[tuple[Any, Any]] = set()
        """Jobs of whose end somebody was told, with the moment of the end."""

    def hear(self, *, job: TryOnJob, **kwargs: Any) -> None:
        """Take note that somebody was told of an end."""
        if job.status in FINISHED:
            self.told.add((job.pk, job.finished_at))

    def check(self, *, may_renew: bool) -> None:
        """Compare what must agree at any moment. ``may_renew``: somebody decided on a new run."""
        self._note(may_renew=may_renew)
        self._nothing_is_sent_twice()
        self._rows_have_files()
        self._sums_are_right()

    def _note(self, *, may_renew: bool) -> None:
        for job in TryOnJob.objects.all():
            before = self.current.get(job.pk)
            if before is not None and before != job.token:
                assert may_renew, f"{job.pk} got a new token, and nobody had asked for that"
                for key, amount in self.held[job.pk].items():
                    self.spent[key] += amount
                self.dropped.add(before)
            self.current[job.pk] = job.token
            self.tokens[job.token] = job.pk
            self.held[job.pk] = {key: Decimal(amount) for key, amount in job.allowances}

    def accepted(self) -> Counter[str]:
        """Count the requests that the provider took, by token."""
        return Counter(token_of(entry.body) for entry in self.ledger)

    def _nothing_is_sent_twice(self) -> None:
        for token, times in self.accepted().items():
            assert token, "a request bore no token"
            assert times == 1, f"{times} requests were accepted for one run"
            assert token in self.tokens, "a request was accepted that no row ever stood for"

    def _rows_have_files(self) -> None:
        storage = private_storage()
        for result in TryOnResult.objects.all():
            assert storage.exists(result.file.name), f"{result.pk} has no file"
            if result.delete_at is not None:
                self.gone.add(result.job_id)

    def _sums_are_right(self) -> None:
        held: defaultdict[str, Decimal] = defaultdict(Decimal)
        for used in self.held.values():
            for key, amount in used.items():
                held[key] += amount
        for tally in Tally.objects.filter(key__startswith="budget:"):
            expected = held[tally.key] + self.spent[tally.key]
            assert tally.used == expected, f"{tally}, but the jobs hold {expected}"

    def forget_sums(self) -> None:
        """Take what old jobs held as spent: purging wipes it from the jobs, not from the sums."""
        for job in TryOnJob.objects.filter(allowances=[]):
            for key, amount in self.held.get(job.pk, {}).items():
                self.spent[key] += amount
            self.held[job.pk] = {}

    def check_settled(self, *, faultless: bool) -> None:
        """Compare what must agree once everything has come to its end."""
        jobs = {job.token: job for job in TryOnJob.objects.select_related("previous", "outfit")}
        for job in jobs.values():
            outfit = job.outfit
            assert (
                outfit is None
                or outfit.status not in {Status.CANCELLED, Status.FAILED}
                or (job.status in FINISHED | {Status.UNCERTAIN})
            ), f"{job.pk} goes on for an outfit that has ended"
            waits_for_staff = job.status == Status.UNCERTAIN or (
                job.status == Status.QUEUED and job.previous and not job.previous.finished_at
            )
            assert job.status in FINISHED or waits_for_staff, f"{job.pk} is stuck: {job.status}"
            assert job.next_step_at is None, f"{job.pk} is {job.status} and still due"
            if job.status in FINISHED:
                is_told = (job.pk, job.finished_at) in self.told
                assert is_told or job.outfit_id, f"nobody was told of {job.pk}"
                assert job.erased_at or (
                    cost_nothing(job) is not bool(job.allowances) or not self.held[job.pk]
                )
                if job.cost is not None and job.cost:
                    amounts = {Decimal(amount) for _key, amount in budgets_of(job)}
                    assert amounts <= {job.cost}, f"{job.pk} cost {job.cost}, and holds {amounts}"
        earlier = set(EarlierRun.objects.values_list("token", flat=True))
        for entry in self.ledger:
            token = token_of(entry.body)
            if not entry.outcome:  # it never ends there
                assert not faultless
            elif token in jobs:
                self._is_accounted_for(entry, jobs[token], faultless=faultless)
            else:
                assert token in self.dropped | earlier
        self.nothing_is_left_over()

    def _is_accounted_for(self, entry: Any, job: TryOnJob, *, faultless: bool) -> None:
        said = f"{entry.outcome} at the provider, {job.status} {job.error_code} here"
        if job.status == Status.CANCELLED or job.error_code == "given_up":
            return
        if job.status == Status.UNCERTAIN:
            assert not faultless, f"{said}: it was not found"
            return
        assert job.provider_request_id == entry.request_id, f"{said}, under another id"
        if entry.outcome == "FAILED":
            assert job.status == Status.FAILED, said
        elif job.status == Status.FAILED:
            assert not faultless, said
            assert job.outputs or job.error_code in DOWNLOAD, f"{said}: the result was given up"
        else:
            assert job.status == Status.SUCCEEDED, said
            assert job.results.count() == 1 or job.pk in self.gone or job.erased_at

    def nothing_is_left_over(self) -> None:
        """Compare the folders of results and of photos with the rows, after a purge."""
        results = {result.file.name for result in TryOnResult.objects.all()}
        photos = {person.photo.name for person in Person.objects.all()}
        for folder, named in ((RESULTS, results), (PEOPLE, photos)):
            try:
                _folders, files = private_storage().listdir(folder)
            except FileNotFoundError:
                files = []
            kept = {f"{folder}/{file}" for file in files}
            assert kept == named, "files without rows, or rows without files"
