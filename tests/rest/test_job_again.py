"""Giving a try-on up, and doing it again."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from django_tryon import services
from django_tryon.models import Status, Tally, TryOnJob
from django_tryon.models.transitions import move
from django_tryon.services import outcome
from django_tryon.services.steps import submit
from tests.rest.conftest import code, finish


def test_cancel_and_again(ada: Any, job: TryOnJob) -> None:
    used = f"launch:{ada.shopper.pk}:{timezone.localdate()}"
    assert Tally.used_of(used) == 1
    assert ada.post(f"jobs/{job.pk}/cancel/").json()["status"] == "cancelled"
    assert Tally.used_of(used) == 0
    assert code(ada.post(f"jobs/{job.pk}/cancel/")) == (409, "wrong_state", None)
    assert ada.post(f"jobs/{job.pk}/retry/").json()["status"] == "queued"
    assert Tally.used_of(used) == 1
    assert code(ada.post(f"jobs/{job.pk}/retry/")) == (409, "wrong_state", None)
    assert Tally.used_of(used) == 1


def test_again_counts_again(ada: Any, job: TryOnJob, settings: Any) -> None:
    settings.TRYON = settings.TRYON | {"SHOPPER_DAILY": 1}
    TryOnJob.objects.filter(pk=job.pk).update(submitted_at=timezone.now(), provider_request_id="r")
    move(job, Status.SUBMITTING)
    move(job, Status.RUNNING)
    assert ada.post(f"jobs/{job.pk}/cancel/").status_code == 200
    assert code(ada.post(f"jobs/{job.pk}/retry/")) == (429, "quota_used", None)
    job.refresh_from_db()
    assert job.status == "cancelled"


def test_what_was_paid_is_fetched_again_for_nothing(ada: Any, job: TryOnJob) -> None:
    outcome.fail(job, "download_failed", "", outputs=["http://127.0.0.1/x.png"])
    Tally.objects.all().delete()
    assert ada.post(f"jobs/{job.pk}/retry/").json()["status"] == "fetching"
    assert not Tally.objects.exists()


def test_again_joins_nothing(ada: Any, job: TryOnJob, garment: Any, photo: Any) -> None:
    services.cancel(job)
    same = {"garments": [garment.pk], "person": photo.pk, "engine": "idm-vton"}
    assert ada.post("jobs/", same).status_code == 202
    assert code(ada.post(f"jobs/{job.pk}/retry/")) == (409, "on_its_way", None)


def test_again_needs_the_photo(ada: Any, job: TryOnJob, photo: Any) -> None:
    services.cancel(job)
    assert ada.delete(f"people/{photo.pk}/").status_code == 204
    assert code(ada.post(f"jobs/{job.pk}/retry/")) == (422, "person_gone", "person")


def lose(job: TryOnJob) -> None:
    """Have nobody know whether the provider took this job."""
    assert move(job, Status.SUBMITTING)
    submit.uncertain(job, "worker_died", "The worker stopped during the submit.")


def test_an_uncertain_one_has_ended_for_its_shopper(ada: Any, job: TryOnJob) -> None:
    lose(job)
    answer = ada.get(f"jobs/{job.pk}/")
    body = answer.json()
    assert (body["status"], body["eta_at"], body["progress"]) == ("uncertain", None, 1)
    assert body["error"]["next"] == "again"
    assert "Retry-After" not in answer.headers
    refused = ada.post(f"jobs/{job.pk}/cancel/")
    assert code(refused) == (409, "wrong_state", None)
    assert refused.json()["error"]["message"] == "This try-on has ended already."


def test_what_is_just_being_sent_cannot_be_cancelled_in_this_moment(
    ada: Any, job: TryOnJob
) -> None:
    assert move(job, Status.SUBMITTING)
    refused = ada.post(f"jobs/{job.pk}/cancel/")
    assert code(refused) == (409, "wrong_state", None)
    assert "Please try again in a few seconds" in refused.json()["error"]["message"]


def test_an_uncertain_one_can_be_asked_for_anew(
    ada: Any, job: TryOnJob, garment: Any, photo: Any
) -> None:
    used = f"launch:{ada.shopper.pk}:{timezone.localdate()}"
    lose(job)
    again = ada.post(f"jobs/{job.pk}/retry/")
    assert (again.status_code, again.json()["status"]) == (200, "queued")
    assert again.json()["id"] != str(job.pk)
    assert Tally.used_of(used) == 2  # the first may be paid for
    assert ada.post(f"jobs/{job.pk}/retry/").json()["id"] == again.json()["id"]
    same = {"garments": [garment.pk], "person": photo.pk, "engine": "idm-vton"}
    assert ada.post("jobs/", same).json()["id"] == again.json()["id"]
    job.refresh_from_db()
    assert job.status == Status.UNCERTAIN  # staff may still find it


def test_the_same_wish_after_an_uncertain_one_is_a_new_job(
    ada: Any, job: TryOnJob, garment: Any, photo: Any
) -> None:
    lose(job)
    same = {"garments": [garment.pk], "person": photo.pk, "engine": "idm-vton"}
    assert ada.post("jobs/", same).status_code == 202


def test_what_turned_up_after_all_is_shown(ada: Any, job: TryOnJob) -> None:
    lose(job)
    assert move(job, Status.RUNNING, provider_request_id="r")
    assert ada.get(f"jobs/{job.pk}/").json()["eta_at"] is not None
    result = finish(job)
    assert [one["id"] for one in ada.get("results/").json()["results"]] == [str(result.pk)]
    assert ada.get(f"jobs/{job.pk}/").json()["error"] is None


def test_another_engine_is_offered_for_one_job_and_not_in_a_list(
    ada: Any, job: TryOnJob, django_assert_max_num_queries: Any
) -> None:
    assert move(job, Status.FAILED, error_code="engine_retired", cost=0)
    with django_assert_max_num_queries(6):
        error = ada.get(f"jobs/{job.pk}/").json()["error"]
    first = {"engine": "try-on-diffusion", "name": "Try-On Diffusion", "seconds": 7.6}
    assert (error["next"], error["others"][0]) == ("engine", first)
    assert "come back" not in error["message"]
    (listed,) = ada.get("jobs/").json()["results"]
    assert (listed["error"]["next"], listed["error"]["others"]) == ("again", [])
    again = ada.post(f"jobs/{job.pk}/retry/", {"engine": "try-on-diffusion"}).json()
    assert (again["engine"], again["status"], again["error"]) == (
        "try-on-diffusion",
        "queued",
        None,
    )
