"""Outfits in the admin: their steps, and how they go on with another engine."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from django_tryon import services
from django_tryon.admin.going_on import other_engine
from django_tryon.models import Garment, Person, Shopper, Status, TryOnJob, TryOnResult
from django_tryon.models.transitions import move
from tests.admin.conftest import change, said


@pytest.fixture
def outfit(garment: Garment, trousers: Garment, person: Person) -> TryOnJob:
    """Trousers that were put on, and a shirt that could not be."""
    garments = [garment, trousers]
    job = services.launch(garments=garments, person=person, engine="idm-vton")
    step = job.steps[0]
    assert move(step, Status.SUBMITTING)
    assert move(step, Status.FETCHING)
    TryOnResult.objects.create(job=step, kind="image", file="a.png")
    assert move(step, Status.SUCCEEDED)
    assert move(job, Status.FAILED, error_code="invalid_input", error_message="No person.")
    return TryOnJob.objects.get(pk=job.pk)


def press(admin: Client, job: TryOnJob) -> Any:
    return admin.post(f"{change(job).removesuffix('change/')}do/go_on_jobs/", follow=True)


def test_one_press_goes_on_with_another_engine(admin: Client, outfit: TryOnJob) -> None:
    page = admin.get(change(outfit)).content.decode()
    assert "Go on with P-Image Try-On" in page
    assert change(outfit.steps[0]) in page
    response = press(admin, outfit)
    new = TryOnJob.objects.get(engine="p-image-try-on")
    assert said(response) == [f"“{outfit}” goes on with another engine, as a new try-on."]
    assert (new.previous, new.garments.count()) == (outfit.steps[0], 2)


def test_what_cannot_go_on_says_so(
    admin: Client, outfit: TryOnJob, settings: Any, make_job: Any
) -> None:
    plain = make_job()
    assert "Go on with" not in admin.get(change(plain)).content.decode()
    assert "Only an outfit that failed" in said(press(admin, plain))[0]
    step = TryOnJob(status=Status.FAILED, puts_on=[1], outfit=outfit)
    theirs = TryOnJob(status=Status.FAILED, puts_on=[1], shopper=Shopper())
    assert [other_engine(each) for each in (step, theirs)] == [None, None]
    TryOnResult.objects.all().delete()
    assert other_engine(outfit) is None


def test_its_steps_are_not_among_the_results(admin: Client, outfit: TryOnJob) -> None:
    listed = admin.get("/admin/django_tryon/tryonresult/").content.decode()
    assert "0 results" in listed
