"""What a look at one job shows: each garment and each result once, in their usual order."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile

from django_tryon.models import Garment, Person, TryOnJob, TryOnResult
from tests.rest.conftest import finish


def test_garments_and_results_do_not_multiply(
    ada: Any, job: TryOnJob, garment: Garment, product: Any
) -> None:
    skirt = Garment.objects.create(product=product, category="lower", name="Skirt")
    job.garments.set([skirt, garment])
    first = finish(job)
    second = TryOnResult.objects.create(
        job=job, position=1, kind="image", file=ContentFile(b"x", name="x.jpg")
    )
    TryOnResult.objects.filter(pk=second.pk).update(
        created_at=first.created_at - timedelta(seconds=1)
    )
    shown = ada.get(f"jobs/{job.pk}/").json()
    assert shown["garments"] == [garment.pk, skirt.pk]
    assert [result["id"] for result in shown["results"]] == [str(first.pk), str(second.pk)]


def test_without_its_garments_and_its_photo_a_job_is_shown_all_the_same(
    ada: Any, job: TryOnJob, garment: Garment
) -> None:
    finish(job)
    garment.delete()
    Person.objects.filter(pk=job.person_id).delete()
    shown = ada.get(f"jobs/{job.pk}/").json()
    assert (shown["garments"], shown["product"], shown["person"]) == ([], None, None)
    assert [result["before"] for result in shown["results"]] == [None]
