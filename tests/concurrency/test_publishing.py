"""Whoever publishes the same result in the same moment: it stands in the shop once."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from django_tryon import services
from django_tryon.models import Appointment, DoomedFile, Placement, TryOnJob, TryOnResult
from django_tryon.services.publishing.keep import keep_appointments
from tests.concurrency.racing import race
from tests.conftest import picture
from tests.shop.models import Shot

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def result(garment: Any, person: Any) -> TryOnResult:
    """A result that nobody has reviewed."""
    job = TryOnJob.objects.create(engine="idm-vton", person=person, status="succeeded")
    job.garments.add(garment)
    return TryOnResult.objects.create(
        job=job, kind="image", file=ContentFile(picture(), name="r.jpg")
    )


def copies(many: int) -> list[Any]:
    """Return what several people have before them."""
    return [TryOnResult.objects.select_related("job__person").get() for _ in range(many)]


def files(tmp_path: Path) -> int:
    """Count what is public."""
    folders = (tmp_path / "media" / "shots", tmp_path / "media" / "tryon" / "published")
    return sum(len(list(folder.glob("*"))) for folder in folders)


def test_publishers_and_workers_at_once(result: TryOnResult, staff: Any, tmp_path: Path) -> None:
    services.publish(result, by=staff, to="both", at=timezone.now() + timedelta(hours=1))
    due = timezone.now() + timedelta(hours=2)
    race(
        *(partial(services.publish, copy, by=staff, to="both") for copy in copies(4)),
        *[partial(keep_appointments, due)] * 4,
    )
    assert (Shot.objects.count(), Placement.objects.count(), files(tmp_path)) == (1, 1, 2)
    assert not Appointment.objects.exists()
    assert not DoomedFile.objects.exists()
    assert list(TryOnResult.objects.published()) == [result]
    race(*(partial(services.unpublish, copy, by=staff) for copy in copies(4)))
    assert (Shot.objects.count(), Placement.objects.count(), files(tmp_path)) == (0, 0, 0)
    assert not TryOnResult.objects.published()


@pytest.mark.parametrize("attempt", range(2))
def test_publish_against_unpublish(
    attempt: int, result: TryOnResult, staff: Any, tmp_path: Path
) -> None:
    services.publish(result, by=staff, to="both")
    one, other = copies(2)
    one.published_at = None  # as somebody has it before them who looked a while ago
    race(
        partial(services.publish, one, by=staff, to="both"),
        partial(services.unpublish, other, by=staff),
    )
    stands = TryOnResult.objects.published().count()
    assert (Shot.objects.count(), Placement.objects.count()) == (stands, stands)
    assert files(tmp_path) == 2 * stands
