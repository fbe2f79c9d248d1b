"""Reuse: staff need not pay again for what was tried on before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile

from django_tryon import services
from django_tryon.models import Garment, Person, Shopper, Status, TryOnJob, TryOnResult
from django_tryon.services.launch import hash_of_wish
from django_tryon.services.reuse import launched_before
from django_tryon.services.shoppers.ask import ask
from tests.conftest import picture

pytestmark = pytest.mark.django_db


def before(wish: dict[str, Any], **fields: Any) -> TryOnJob | None:
    """Return the job that a launch with reuse would give for one wish."""
    wished = hash_of_wish(**wish, **fields)
    return launched_before([wished]).get(wished)


@pytest.fixture
def wish(garment: Any, person: Any) -> dict[str, Any]:
    return {"garments": [garment], "person": person, "engine": "idm-vton", "params": {"seed": 1}}


@pytest.fixture
def done(wish: Any) -> Callable[..., TryOnJob]:
    """Have this wish fulfilled."""

    def go(**fields: Any) -> TryOnJob:
        job = services.launch(**wish)
        TryOnJob.objects.filter(pk=job.pk).update(**{"status": Status.SUCCEEDED} | fields)
        file = ContentFile(picture(), name="result.jpg")
        TryOnResult.objects.create(job=job, kind="image", file=file)
        job.refresh_from_db()
        return job

    return go


def test_a_launch_is_a_new_job_unless_one_asks_otherwise(wish: Any, done: Any) -> None:
    job = done()
    assert services.launch(**wish) != job
    assert services.launch(**wish | {"params": {"seed": 2}}, reuse=True) != job
    assert TryOnJob.objects.count() == 3


@pytest.mark.parametrize("status", ["queued", "submitting", "fetching"])
def test_one_that_goes_on_is_joined(status: str, wish: Any) -> None:
    job = services.launch(**wish)
    TryOnJob.objects.update(status=status)
    assert before(wish) == job
    assert services.launch(**wish, reuse=True) == job


@pytest.mark.parametrize("status", ["failed", "cancelled", "expired", "uncertain"])
def test_one_that_came_to_nothing_is_not(status: str, wish: Any, done: Any) -> None:
    job = done(status=status)
    assert services.launch(**wish, reuse=True) != job


def test_one_with_a_result_is_reused(wish: Any, done: Any) -> None:
    job = done()
    assert services.launch(**wish, reuse=True) == job
    TryOnResult.objects.update(review="rejected")
    assert services.launch(**wish, reuse=True) != job


def test_a_result_that_was_deleted_is_not_there(wish: Any, done: Any) -> None:
    job = done()
    TryOnResult.objects.all().delete()
    assert services.launch(**wish, reuse=True) != job


def test_another_picture_is_another_wish(wish: Any, done: Any) -> None:
    job = done()
    garment: Garment = wish["garments"][0]
    garment.image = ContentFile(picture(colour="navy"), name="tee.jpg")
    garment.save()
    assert services.launch(**wish, reuse=True) != job


def test_a_shoppers_job_is_theirs(wish: Any, person: Person) -> None:
    job, _is_new = ask(Shopper.objects.create(), **wish)
    assert services.launch(**wish, reuse=True) != job


def test_another_first_frame_is_another_wish(wish: Any, done: Any) -> None:
    job = done()
    assert before(wish, previous=job) is None
    assert before(wish, reference=ContentFile(picture(), name="frame.jpg")) is None
    second = services.launch(**wish, previous=job)
    assert before(wish, previous=job) == second
    third = services.launch(**wish, reference=ContentFile(picture(), name="frame.jpg"))
    assert before(wish, reference=ContentFile(picture(), name="frame.jpg")) == third


def test_of_several_the_newest_that_goes_on_counts(wish: Any, done: Any) -> None:
    services.launch(**wish)
    running = services.launch(**wish)
    done()
    assert services.launch(**wish, reuse=True) == running


def test_many_are_looked_for_at_once(wish: Any, done: Any, django_assert_num_queries: Any) -> None:
    job = done()
    hashes = [hash_of_wish(**wish | {"params": {"seed": seed}}) for seed in range(50)]
    with django_assert_num_queries(2):
        found = launched_before(hashes)
    assert found == {hashes[1]: job}
