"""Watching a try-on: asked often, for little, and never out of date."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.middleware.gzip import GZipMiddleware
from django.utils import timezone

from django_tryon import services
from django_tryon.models import Garment, TryOnJob
from django_tryon.services import outcome
from django_tryon.services.shoppers.forget import forget_photo
from tests.rest.conftest import finish


def test_asking_often_costs_a_304(ada: Any, job: TryOnJob, django_assert_num_queries: Any) -> None:
    first = ada.get(f"jobs/{job.pk}/")
    etag = first.headers["ETag"]
    with django_assert_num_queries(1):
        same = ada.get(f"jobs/{job.pk}/", HTTP_IF_NONE_MATCH=f'"other", {etag}')
    assert (same.status_code, same.content) == (304, b"")
    assert same.headers["ETag"] == etag
    assert int(same.headers["Retry-After"]) >= 1
    finish(job)
    changed = ada.get(f"jobs/{job.pk}/", HTTP_IF_NONE_MATCH=etag)
    assert changed.status_code == 200
    assert changed.json()["status"] == "succeeded"


def test_an_etag_that_somebody_weakened_on_its_way_still_holds(
    ada: Any, job: TryOnJob, settings: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(GZipMiddleware, "max_random_bytes", 0)  # else it may not pay to compress
    settings.MIDDLEWARE = ["django.middleware.gzip.GZipMiddleware", *settings.MIDDLEWARE]
    first = ada.get(f"jobs/{job.pk}/", HTTP_ACCEPT_ENCODING="gzip")
    etag = first.headers["ETag"]
    assert etag.startswith("W/")
    assert first.headers["Content-Encoding"] == "gzip"
    same = ada.get(f"jobs/{job.pk}/", HTTP_IF_NONE_MATCH=etag, HTTP_ACCEPT_ENCODING="gzip")
    assert same.status_code == 304


def test_the_etag_changes_with_all_that_is_shown(
    ada: Any, job: TryOnJob, photo: Any, settings: Any
) -> None:
    result, etags = finish(job), []

    def look() -> None:
        etags.append(ada.get(f"jobs/{job.pk}/").headers["ETag"])

    look()
    ada.patch(f"results/{result.pk}/", {"liked": False})
    look()
    forget_photo(photo)
    look()
    photo.pk = None
    photo.is_house_model = True
    photo.save()
    TryOnJob.objects.filter(pk=job.pk).update(person=photo)
    look()
    services.publish(result)
    look()
    services.unpublish(result)
    look()
    ada.delete(f"results/{result.pk}/")
    look()
    assert len(set(etags)) == 7
    look()
    assert etags[-1] == etags[-2]


def test_an_etag_of_old_gets_a_whole_answer(ada: Any, job: TryOnJob) -> None:
    for known in ('"old"', "nonsense", f'"x", "{job.pk}"'):
        assert ada.get(f"jobs/{job.pk}/", HTTP_IF_NONE_MATCH=known).status_code == 200
    assert ada.get(f"jobs/{ada.shopper.pk}/", HTTP_IF_NONE_MATCH='"x"').status_code == 404


def test_links_are_renewed_before_they_expire(
    ada: Any, result: Any, settings: Any, monkeypatch: Any
) -> None:
    etag = ada.get(f"jobs/{result.job_id}/").headers["ETag"]
    later = timezone.now() + timedelta(minutes=8)
    monkeypatch.setattr("django_tryon.rest.views.jobs.timezone.now", lambda: later)
    renewed = ada.get(f"jobs/{result.job_id}/", HTTP_IF_NONE_MATCH=etag)
    assert renewed.status_code == 200


def test_a_failure_is_told_in_plain_words(ada: Any, job: TryOnJob) -> None:
    outcome.fail(job, "failed_at_provider", "CUDA out of memory at 0x7f")
    error = ada.get(f"jobs/{job.pk}/").json()["error"]
    assert error["code"] == "failed_at_provider"
    assert "CUDA" not in error["message"]
    assert "photo" in error["message"]


def test_a_job_whose_garment_is_gone(ada: Any, job: TryOnJob, garment: Garment) -> None:
    garment.delete()
    body = ada.get(f"jobs/{job.pk}/").json()
    assert (body["garments"], body["product"]) == ([], None)


@pytest.mark.parametrize("error", ["bad_key", "output_host", "made_up"])
def test_what_is_meant_for_staff_is_shown_to_staff(
    ada: Any, job: TryOnJob, admin_client: Any, error: str
) -> None:
    outcome.fail(job, error, "Top up the account of the shop.")
    told = ada.get(f"jobs/{job.pk}/", HTTP_ACCEPT_LANGUAGE="de").json()["error"]
    assert told["code"] == error
    assert "Bitte" in told["message"]
    for path in ("jobs/", f"jobs/{job.pk}/"):
        assert "Top up" not in ada.get(path).content.decode()
    page = admin_client.get(f"/admin/django_tryon/tryonjob/{job.pk}/change/")
    assert "Top up the account" in page.content.decode()
