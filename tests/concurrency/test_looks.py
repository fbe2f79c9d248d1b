"""Who publishes, withdraws and changes a look in the same moment: it is shown as it is."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.core.files.base import ContentFile

from django_tryon.models import Garment, Look, TryOnJob, TryOnResult
from django_tryon.services.looks.build import build
from django_tryon.services.looks.publish_look import publish_look, withdraw_look
from django_tryon.services.looks.use_picture import use_picture
from tests.concurrency.racing import race
from tests.conftest import picture

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def look(garment: Garment, person: Any) -> Look:
    """Three garments on a house model."""
    others = [
        Garment.objects.create(product=garment.product, category=part, name=part)
        for part in ("lower", "outer")
    ]
    job = TryOnJob.objects.create(engine="p-image-try-on", person=person, status="succeeded")
    job.garments.set([garment, *others])
    result = TryOnResult.objects.create(
        job=job, kind="image", review="approved", file=ContentFile(picture(), name="r.jpg")
    )
    return use_picture(build("Three", [garment, *others]), result)


def before(many: int) -> list[Look]:
    """Return what several people have before them."""
    return [Look.objects.whole().get() for _ in range(many)]


@pytest.mark.parametrize("attempt", range(3))
def test_a_look_and_its_picture_are_shown_together_or_not_at_all(
    attempt: int, look: Look, staff: Any
) -> None:
    one, two, three, four = before(4)
    changed = look.garments[:2]
    race(
        partial(publish_look, one, by=staff),
        partial(publish_look, two, by=staff),
        partial(withdraw_look, three, by=staff),
        partial(build, "Two", changed, look=four),
    )
    stands = Look.objects.whole().get()
    result = TryOnResult.objects.get()
    assert (stands.published_at is None) == (result.published_at is None)
    if stands.published_at is not None:
        assert stands.picture == result
        assert len(stands.garments) == 3
    if stands.picture is None:
        assert len(stands.garments) == 2
