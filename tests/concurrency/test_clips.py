"""A shopper's clip, asked for, approved and refused at once: one frame, one clip, one price."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from django_tryon.models import ClipUpload, Garment, Person, Shopper, Tally, TryOnJob, WaitingClip
from django_tryon.services.clips import prepare
from django_tryon.services.shoppers.clips.approve import approve_clip
from django_tryon.services.shoppers.clips.ask import ask_clip
from django_tryon.services.shoppers.clips.decline import decline_clip
from django_tryon.services.shoppers.clips.upload import take_clip
from django_tryon.services.shoppers.erase import erase
from tests.clips import in_clip, sent, waiting
from tests.concurrency.racing import race, refused
from tests.rest.conftest import finish

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = 3


@pytest.fixture(autouse=True)
def _on(settings: Any) -> None:
    settings.TRYON = settings.TRYON | {
        "STOREFRONT_CLIPS": True,
        "STOREFRONT_DAILY_BUDGET": Decimal(100),
        "SHOPPER_CLIPS_DAILY": 9,
    }


@pytest.fixture
def dressed(ada: Shopper, garment: Garment) -> WaitingClip:
    """A clip whose first frame waits for a yes."""
    found = waiting(ada, garment, in_clip(ada))
    finish(found.frame)
    return found


def used(prefix: str) -> Decimal:
    rows = Tally.objects.filter(key__startswith=prefix).values_list("used", flat=True)
    return sum(rows, Decimal(0))


@pytest.mark.parametrize("attempt", range(TIMES))
def test_four_yeses_are_one_clip(attempt: int, ada: Shopper, dressed: WaitingClip) -> None:
    before = used("budget:")
    copies = [WaitingClip.objects.get() for _each in range(4)]
    got = race(*[lambda copy=copy: approve_clip(ada, copy) for copy in copies])
    assert len({job.pk for job in got}) == 1
    clips = TryOnJob.objects.filter(engine="video-tryon-v2")
    assert clips.count() == used("clip:") == 1
    assert used("budget:") - before == clips.get().estimated_cost


@pytest.mark.parametrize("attempt", range(TIMES))
def test_a_yes_and_a_no(attempt: int, ada: Shopper, dressed: WaitingClip) -> None:
    copy = WaitingClip.objects.get()
    got = race(lambda: approve_clip(ada, dressed), lambda: decline_clip(ada, copy))
    assert refused(got) == ["already_decided"]
    state = WaitingClip.objects.get().state
    made = TryOnJob.objects.filter(engine="video-tryon-v2").count()
    assert (state, made, used("clip:")) in {("approved", 1, 1), ("rejected", 0, 0)}


@pytest.mark.parametrize("attempt", range(TIMES))
def test_asked_for_four_times_it_is_one_frame(attempt: int, ada: Shopper, garment: Garment) -> None:
    person = in_clip(ada).person
    assert person is not None
    wish: Any = {"garments": [garment], "person": person, "image_engine": "idm-vton"}
    got = race(*[lambda: ask_clip(ada, **wish)] * 4)
    assert len({clip.pk for clip, _is_new in got}) == 1
    assert sum(is_new for _clip, is_new in got) == 1
    assert TryOnJob.objects.count() == WaitingClip.objects.count() == 1


@pytest.mark.parametrize("attempt", range(TIMES))
def test_whoever_erases_everything_leaves_nothing(
    attempt: int, ada: Shopper, garment: Garment, dressed: WaitingClip, tmp_path: Any
) -> None:
    upload = take_clip(ada, sent(), version="1")
    said = prepare.prepared(upload)
    (step,) = prepare.claim(timezone.now(), 9)
    race(
        lambda: prepare.record(step.subject, said),
        lambda: approve_clip(ada, dressed),
        lambda: erase(Shopper.objects.get(pk=ada.pk)),
    )
    erase(ada)
    assert not Person.objects.filter(shopper=ada).exists()
    assert not ClipUpload.objects.exists()
    assert not WaitingClip.objects.exists()
    assert not TryOnJob.objects.filter(shopper=ada).exists()
    left = [path for path in (tmp_path / "tryon_private").rglob("*") if path.is_file()]
    assert left == []


def test_of_two_workers_each_upload_has_one(ada: Shopper) -> None:
    for _each in range(2):
        take_clip(ada, sent(), version="1")
    now = timezone.now()
    got = race(lambda: prepare.claim(now, 9), lambda: prepare.claim(now, 9))
    taken = [step.subject.pk for steps in got for step in steps]
    assert len(taken) == len(set(taken)) == 2
