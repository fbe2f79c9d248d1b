"""Cancel, retry, review, publish: what they do, and where they say no."""

from __future__ import annotations

from typing import Any

import pytest

from django_tryon import services
from django_tryon.exceptions import WrongState
from django_tryon.models import Garment, Person, Status, TryOnJob, TryOnResult
from django_tryon.signals import result_published, result_unpublished

pytestmark = pytest.mark.django_db


@pytest.fixture
def job(garment: Garment, person: Person) -> TryOnJob:
    return services.launch(garments=[garment], person=person, engine="idm-vton")


@pytest.fixture
def result(job: TryOnJob, sandbox: Any) -> TryOnResult:
    services.drive_until_idle()
    job.refresh_from_db()
    return job.results.get()


def test_cancel_a_waiting_job(job: TryOnJob, sandbox: Any) -> None:
    assert services.cancel(job).status == Status.CANCELLED
    services.drive_until_idle()
    job.refresh_from_db()
    assert (job.status, job.next_step_at) == (Status.CANCELLED, None)
    assert not sandbox.ledger


def test_cancel_a_running_job_drops_its_result(job: TryOnJob, sandbox: Any) -> None:
    services.drive()
    job.refresh_from_db()
    assert job.status == Status.RUNNING
    services.cancel(job)
    services.drive_until_idle()
    assert not job.results.exists()


@pytest.mark.parametrize(
    "status",
    [s for s in Status if s not in {Status.QUEUED, Status.RUNNING, Status.FETCHING}],
)
def test_what_cannot_be_cancelled(status: Status, job: TryOnJob) -> None:
    TryOnJob.objects.update(status=status)
    with pytest.raises(WrongState, match="cannot be cancelled now"):
        services.cancel(job)
    assert job.status == status


@pytest.mark.parametrize("status", [Status.FAILED, Status.CANCELLED, Status.EXPIRED])
def test_retry(status: Status, job: TryOnJob, sandbox: Any) -> None:
    token = job.token
    TryOnJob.objects.update(
        status=status, error_code="x", error_message="y", provider_request_id="old", attempts=7
    )
    job.refresh_from_db()
    assert services.retry(job) is job
    job.refresh_from_db()
    assert (job.status, job.error_code, job.provider_request_id) == (Status.QUEUED, "", None)
    assert (job.finished_at, job.attempts) == (None, 0)
    assert job.token != token
    services.drive_until_idle()
    job.refresh_from_db()
    assert job.status == Status.SUCCEEDED


@pytest.mark.parametrize(
    "status",
    [s for s in Status if s not in {Status.FAILED, Status.CANCELLED, Status.EXPIRED}],
)
def test_what_cannot_be_retried(status: Status, job: TryOnJob) -> None:
    TryOnJob.objects.update(status=status, provider_request_id="x")
    job.refresh_from_db()
    with pytest.raises(WrongState, match="can be tried again"):
        services.retry(job)
    job.refresh_from_db()
    assert job.provider_request_id == "x"


def test_of_two_retries_one_wins(job: TryOnJob) -> None:
    services.cancel(job)
    same = TryOnJob.objects.get(pk=job.pk)
    services.retry(job)
    with pytest.raises(WrongState):
        services.retry(same)


def test_review(result: TryOnResult, staff: Any) -> None:
    services.approve(result, by=staff)
    result.refresh_from_db()
    assert (result.review, result.reviewed_by) == ("approved", staff)
    services.reject(result, by=staff)
    result.refresh_from_db()
    assert result.review == "rejected"
    assert result.reviewed_at is not None


def test_a_result_knows_how_much_it_takes(result: TryOnResult) -> None:
    assert result.bytes == result.file.size


def test_publish_and_unpublish(result: TryOnResult, staff: Any, product: Any, client: Any) -> None:
    heard = []
    receivers = []
    for signal, word in ((result_published, "on"), (result_unpublished, "off")):

        def hear(
            sender: Any, result: TryOnResult, by: Any, word: str = word, **kwargs: Any
        ) -> None:
            heard.append((word, by))

        receivers.append(hear)
        signal.connect(hear)
    assert not TryOnResult.objects.published_for(product)
    assert result.url.startswith("/tryon/files/view/")
    assert services.publish(result, by=staff) is result
    assert list(TryOnResult.objects.published_for(product)) == [result]
    assert (result.review, result.published_by) == ("approved", staff)
    assert result.url.startswith("/media/tryon/published/")
    name = result.published_file.name
    with result.file.open() as private, result.published_file.open() as public:
        assert private.read() == public.read()
    services.publish(result, by=staff)  # once more changes nothing
    assert result.published_file.name == name
    with pytest.raises(WrongState, match="Unpublish it"):
        services.reject(result, by=staff)


@pytest.mark.django_db(transaction=True)
def test_unpublish_drops_the_public_copy(result: TryOnResult, staff: Any, product: Any) -> None:
    services.publish(result, by=staff)
    storage, name = result.published_file.storage, result.published_file.name
    services.unpublish(result, by=staff)
    assert not TryOnResult.objects.published_for(product)
    assert not storage.exists(name)
    assert result.file.storage.exists(result.file.name)
    assert result.url.startswith("/tryon/files/view/")
    services.unpublish(result, by=staff)
    assert result.published_at is None


def test_publishing_leaves_the_approval_to_whoever_gave_it(
    result: TryOnResult, staff: Any, django_user_model: Any
) -> None:
    reviewer = django_user_model.objects.create_user("reviewer")
    services.approve(result, by=reviewer)
    services.publish(result, by=staff)
    assert (result.reviewed_by, result.published_by) == (reviewer, staff)


def test_of_two_publishers_one_wins(result: TryOnResult, staff: Any) -> None:
    same = TryOnResult.objects.get(pk=result.pk)
    services.publish(result, by=staff)
    services.publish(same)
    assert (same.published_by, same.published_file) == (staff, result.published_file)
    _folders, names = result.published_file.storage.listdir("tryon/published")
    assert names == [result.published_file.name.rsplit("/", 1)[1]]


def test_a_shoppers_own_result_is_never_published(result: TryOnResult, staff: Any) -> None:
    Person.objects.update(is_house_model=False)
    result = TryOnResult.objects.get(pk=result.pk)
    with pytest.raises(WrongState, match="house model"):
        services.publish(result, by=staff)


def test_a_result_without_page_is_not_published(
    result: TryOnResult, garment: Garment, staff: Any
) -> None:
    garment.delete()
    with pytest.raises(WrongState, match="garment was deleted"):
        services.publish(result, by=staff)
