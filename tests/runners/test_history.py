"""A worker process and the provider's own request history: what was paid for is found again.

The worker waits for seconds and minutes before it asks; these tests have it due at once instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from django_tryon import services
from django_tryon.models import Status, TryOnJob
from django_tryon.sandbox.app import Sandbox, create_sandbox
from django_tryon.services.steps.resolve import submit_again
from tests.processes import until
from tests.runners.workers import worker
from tests.sandbox.serving import served

pytestmark = pytest.mark.django_db(transaction=True)


class Shop:
    """A shop with a job, a worker process and a provider."""

    def __init__(self, sandbox: Sandbox, launch: Any) -> None:
        self.sandbox, self._launch = sandbox, launch

    def job(self, *faults: str) -> TryOnJob:
        """Launch a job that meets these faults."""
        self.sandbox.script.add(list(faults))
        job: TryOnJob = self._launch()
        return job

    def see(self, job: TryOnJob, status: str, *, hurries: bool = False) -> None:
        """Wait until a job has this status; ``hurries``: what it waits for is due now."""

        def has_come() -> bool:
            job.refresh_from_db()
            if hurries and job.status != status:
                hurry(job)
            return job.status == status

        until(has_come, seconds=60, what=f"job that is {status}")

    @property
    def submits(self) -> int:
        """How many requests the provider took."""
        return len(self.sandbox.ledger)


def hurry(job: TryOnJob) -> None:
    """Have a job that waits for its next step be due now."""
    waiting = TryOnJob.objects.filter(pk=job.pk, claim="", next_step_at__isnull=False)
    waiting.update(next_step_at=timezone.now())


@pytest.fixture
def shop(
    settings: Any, tmp_path: Path, _own_media: None, garment: Any, person: Any
) -> Iterator[Shop]:
    """A worker that is at work."""
    sandbox = create_sandbox(plain=True, seconds=0.1)
    with served(sandbox) as provider:
        settings.BASE_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
        settings.TRYON = settings.TRYON | {"BASE_URL": provider, "HTTP_TRANSPORT": ""}

        def launch() -> TryOnJob:
            return services.launch(garments=[garment], person=person, engine="idm-vton")

        with worker("embedded", tmp_path, provider):
            yield Shop(sandbox, launch)


def test_a_request_whose_answer_got_lost_is_found_and_not_paid_twice(shop: Shop) -> None:
    job = shop.job("reset@accepted:1")
    shop.see(job, Status.UNCERTAIN)
    assert (job.error_code, job.provider_request_id) == ("answer_lost", None)
    shop.see(job, Status.SUCCEEDED, hurries=True)
    assert job.provider_request_id == shop.sandbox.ledger[0].request_id
    assert job.results.count() == shop.submits == 1
    assert job.cost == shop.sandbox.ledger.billed


def test_what_never_arrived_is_left_to_staff_who_send_it_again(shop: Shop) -> None:
    job = shop.job("reset@submit:1")
    shop.see(job, Status.UNCERTAIN)

    def is_left_to_staff() -> bool:
        hurry(job)
        job.refresh_from_db()
        return job.next_step_at is None

    until(is_left_to_staff, seconds=60, what="end of the asking")
    assert (job.status, shop.submits) == (Status.UNCERTAIN, 0)
    submit_again(job)
    shop.see(job, Status.SUCCEEDED)
    assert shop.submits == 1


def test_a_result_is_recovered_by_its_id_when_the_record_has_expired(shop: Shop) -> None:
    job = shop.job("expired@status:1")
    shop.see(job, Status.RUNNING)

    def is_forgotten() -> bool:
        job.refresh_from_db()
        return shop.sandbox.ledger[0].is_forgotten

    until(is_forgotten, seconds=60, what="question after the request")
    # A 404 is not believed of a request that was sent a moment ago.
    TryOnJob.objects.filter(pk=job.pk).update(submitted_at=timezone.now() - timedelta(hours=2))
    shop.see(job, Status.SUCCEEDED, hurries=True)
    assert job.results.count() == shop.submits == 1


def test_a_file_that_is_gone_fails_the_job_and_a_retry_asks_for_the_file_only(shop: Shop) -> None:
    job = shop.job("404@output:12")
    shop.see(job, Status.FAILED, hurries=True)
    assert (job.error_code, bool(job.outputs)) == ("output_gone", True)
    services.retry(job)
    shop.see(job, Status.SUCCEEDED)
    assert job.results.count() == shop.submits == 1


def test_a_file_that_is_gone_for_good_is_paid_for_once(shop: Shop) -> None:
    job = shop.job("gone@output:1")
    shop.see(job, Status.FAILED, hurries=True)
    services.retry(job)
    shop.see(job, Status.FAILED, hurries=True)
    assert (job.error_code, shop.submits) == ("output_gone", 1)
