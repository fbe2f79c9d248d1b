"""Clips in two steps: a frame to look at, and nothing of the clip's price before a yes."""

from __future__ import annotations

import functools
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.utils import timezone
from PIL import Image

from django_tryon import services, videos
from django_tryon.engines import get_engine
from django_tryon.exceptions import LaunchRefused, MissingExtra, NothingLeft, WrongState
from django_tryon.models import (
    Garment,
    Person,
    Status,
    Tally,
    TryOnJob,
    TryOnResult,
    WaitingClip,
)
from django_tryon.models.transitions import move
from django_tryon.services import approve_frame, launch_clip, reject, reject_frame, reopen
from django_tryon.services.inputs import files_of
from django_tryon.services.outcome import fail, tell
from django_tryon.services.shoppers.orphans import FOLDERS
from django_tryon.services.shoppers.purge import purge
from tests.videos.making import clip as film
from tests.videos.making import wide

pytestmark = pytest.mark.django_db
FRAME, CLIP = get_engine("idm-vton").estimate(), get_engine("video-tryon-v2").estimate()


@functools.cache
def filmed(colour: str = "") -> bytes:
    """Return a short clip, of one colour if one is named."""
    paint = (lambda _number: Image.new("RGB", (480, 320), colour)) if colour else wide
    return film(1, paint=paint)


def in_film(content: bytes) -> Person:
    """Return a house model in a clip that is as it should be: it need not be normalised."""
    person = Person.objects.create(kind="video", is_house_model=True, name="Ana")
    name = person.video.storage.save("tryon/people/turn.mp4", ContentFile(content))
    Person.objects.filter(pk=person.pk).update(video=name, seconds=1, width=480, height=320)
    person.refresh_from_db()
    return person


@pytest.fixture
def mover(db: None) -> Person:
    """A house model who moves."""
    return in_film(filmed())


@pytest.fixture(autouse=True)
def _bounded(settings: Any) -> None:
    settings.TRYON = settings.TRYON | {"DAILY_BUDGET": 10}


def spent() -> Decimal:
    return sum(Tally.objects.filter(key__startswith="budget:").values_list("used", flat=True), 0)


@pytest.fixture
def waiting(garment: Garment, mover: Person) -> WaitingClip:
    return launch_clip(garments=[garment], person=mover, image_engine="idm-vton")


def dress(waiting: WaitingClip, **outcome: Any) -> WaitingClip:
    """Have the first frame come out."""
    job = waiting.frame
    assert move(job, Status.SUBMITTING)
    assert move(job, Status.FETCHING)
    if outcome:
        assert move(job, **outcome)
    else:
        TryOnResult.objects.create(job=job, kind="image", file="tryon/results/frame.png")
        assert move(job, Status.SUCCEEDED)
    tell(job)
    waiting.refresh_from_db()
    return waiting


@pytest.fixture
def dressed(waiting: WaitingClip) -> WaitingClip:
    return dress(waiting)


def test_from_a_clip_and_a_garment_to_the_clip(
    garment: Garment, mover: Person, staff: Any, sandbox: Any
) -> None:
    waiting = launch_clip(
        garments=[garment],
        person=mover,
        image_engine="idm-vton",
        params={"go_fast": False},
        image_params={"steps": 21},
        requested_by=staff,
    )
    assert (waiting.frame.engine, waiting.frame.person) == ("idm-vton", mover)
    assert waiting.frame.params["steps"] == 21
    assert str(waiting) == str(waiting.frame)
    services.drive_until_idle()
    assert [job.status for job in TryOnJob.objects.all()] == [Status.SUCCEEDED]  # and no clip
    clip = approve_frame(waiting, by=staff, params={"prompt": "A woman turns in a coral tee."})
    services.drive_until_idle()
    clip.refresh_from_db()
    assert (clip.status, clip.previous, clip.person) == (Status.SUCCEEDED, waiting.frame, mover)
    assert clip.results.get().kind == "video"
    assert clip.params["prompt"] == "A woman turns in a coral tee."
    assert clip.params["go_fast"] is False
    assert (waiting.state, waiting.decided_by, waiting.clip) == ("approved", staff, clip)


def test_the_frame_is_the_clips_first_to_the_byte(waiting: WaitingClip, mover: Person) -> None:
    with mover.video.open() as file:
        exact = videos.first_frame(file)
    mover.refresh_from_db()
    with mover.frame.open() as frame:
        assert frame.read() == exact
    assert files_of(waiting.frame, get_engine("idm-vton")).person == mover.frame
    assert (mover.width, mover.height) == (480, 320)
    model, fields = FOLDERS["tryon/people"]
    assert (model, set(fields)) == (Person, {"photo", "video", "frame"})


def test_the_frame_is_taken_once_and_anew_from_another_clip(
    waiting: WaitingClip, garment: Garment, mover: Person
) -> None:
    first = mover.frame.name
    again = {"garments": [garment], "person": mover, "image_engine": "try-on-diffusion"}
    launch_clip(**again)
    assert mover.frame.name == first
    mover.video = ContentFile(film(2), "other.mp4")
    mover.save()
    assert launch_clip(**again).video == mover.video.name
    assert mover.frame.name != first
    with pytest.raises(WrongState) as refused:
        approve_frame(dress(waiting))
    assert refused.value.code == "clip_replaced"


def test_nothing_of_the_clip_is_taken_before_the_yes(waiting: WaitingClip) -> None:
    assert waiting.estimated_cost == CLIP
    assert spent() == FRAME
    approve_frame(dress(waiting))
    assert spent() == FRAME + CLIP


def test_the_estimate_names_both(garment: Garment) -> None:
    seen = services.estimate_clip([garment], image_engine="idm-vton")
    assert (seen.frame, seen.clip, seen.price) == (FRAME, CLIP, FRAME + CLIP)
    assert seen.frame_seconds < 60
    assert seen.clip_minutes == 10


def test_approved_twice_is_one_clip(dressed: WaitingClip) -> None:
    clip = approve_frame(WaitingClip.objects.get())
    assert approve_frame(dressed) == clip
    assert spent() == FRAME + CLIP
    assert TryOnJob.objects.count() == 2


@pytest.mark.parametrize("state", ["approved", "rejected"])
def test_of_two_at_once_the_first_counts(
    state: str, dressed: WaitingClip, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = TryOnJob.objects.create(engine="video-tryon-v2") if state == "approved" else None

    def first(_waiting: WaitingClip) -> None:
        WaitingClip.objects.update(state=state, clip=other)

    # Somebody else decides once this one has found nothing that speaks against it.
    monkeypatch.setitem(approve_frame.__globals__, "check_frame", first)
    if other is None:
        with pytest.raises(WrongState, match="rejected"):
            approve_frame(dressed)
    else:
        assert approve_frame(dressed) == other
    assert spent() == FRAME
    assert TryOnJob.objects.exclude(pk=dressed.frame.pk).count() == (other is not None)


def test_asked_twice_is_one_frame_and_one_waiting_clip(
    waiting: WaitingClip, garment: Garment, mover: Person
) -> None:
    again = launch_clip(garments=[garment], person=mover, image_engine="idm-vton")
    assert again == waiting
    assert TryOnJob.objects.count() == 1


def test_several_garments_are_one_frame(garment: Garment, mover: Person) -> None:
    trousers = Garment.objects.create(
        product=garment.product, category="lower", name="Trousers", description="grey trousers"
    )
    waiting = launch_clip(garments=[garment, trousers], person=mover, image_engine="idm-vton")
    assert len(waiting.frame.steps) == 1
    assert spent() == 2 * FRAME
    trousers.delete()
    with pytest.raises(WrongState) as refused:
        approve_frame(dress(waiting))
    assert refused.value.code == "garment_gone"


def test_rejected_it_costs_nothing_more_and_the_next_is_another(
    dressed: WaitingClip, garment: Garment, mover: Person, staff: Any
) -> None:
    reject_frame(dressed, by=staff)
    assert spent() == FRAME
    assert TryOnResult.objects.get().review == "rejected"
    for verb in (approve_frame, reject_frame):
        with pytest.raises(WrongState, match="was rejected, and nothing was paid"):
            verb(WaitingClip.objects.get())
    again = launch_clip(garments=[garment], person=mover, image_engine="idm-vton")
    assert again != dressed
    assert again.frame != dressed.frame


def test_with_another_seed_the_clip_waits_for_that_frame(dressed: WaitingClip, staff: Any) -> None:
    again = services.redraw(TryOnResult.objects.get(), by=staff)
    with pytest.raises(WrongState, match="was rejected"):
        approve_frame(dressed)
    new = WaitingClip.objects.get(state="waiting")
    assert (new.frame, new.person, new.params) == (again, dressed.person, dressed.params)
    assert new.requested_by == staff
    assert again.params["seed"] != dressed.frame.params["seed"]
    assert files_of(again, get_engine("idm-vton")).person == new.person.frame
    dress(new)
    approve_frame(new)
    assert spent() == 2 * FRAME + CLIP


def test_another_engine_goes_on_with_a_frame_and_the_clip_waits_for_that(
    garment: Garment, mover: Person, staff: Any
) -> None:
    trousers = Garment.objects.create(
        product=garment.product, image=garment.image.name, category="lower", name="Trousers"
    )
    worn = [garment, trousers]
    waiting = launch_clip(garments=worn, person=mover, image_engine="idm-vton")
    fail(waiting.frame.steps[0], "invalid_input", "No.")
    new = services.go_on(waiting.frame, engine="p-image-try-on", requested_by=staff)
    waits = WaitingClip.objects.get(state="waiting")
    assert (waits.frame, waits.garments) == (new, waiting.garments)
    services.go_on(waiting.frame, engine="p-image-try-on", requested_by=staff)
    assert WaitingClip.objects.get(state="waiting") == waits


def test_a_clip_of_a_person_whose_clip_was_replaced_waits_for_no_other_frame(
    garment: Garment, mover: Person, staff: Any
) -> None:
    trousers = Garment.objects.create(
        product=garment.product, image=garment.image.name, category="lower", name="Trousers"
    )
    waiting = launch_clip(garments=[garment, trousers], person=mover, image_engine="idm-vton")
    fail(waiting.frame.steps[0], "invalid_input", "No.")
    Person.objects.update(video="tryon/people/another.mp4")
    services.go_on(waiting.frame, engine="p-image-try-on", requested_by=staff)
    assert WaitingClip.objects.get(state="waiting") == waiting


def test_no_clip_is_made_of_a_picture_that_was_rejected_on_review(
    dressed: WaitingClip, staff: Any
) -> None:
    picture = TryOnResult.objects.get()
    reject(picture, by=staff)
    with pytest.raises(WrongState, match="was rejected, and nothing was paid"):
        approve_frame(WaitingClip.objects.get())
    assert spent() == FRAME
    reopen(picture)
    assert approve_frame(WaitingClip.objects.get())


def test_what_was_approved_is_not_rejected(dressed: WaitingClip) -> None:
    clip = approve_frame(dressed)
    with pytest.raises(WrongState, match="decided on already"):
        reject_frame(dressed)
    assert TryOnResult.objects.get().review == "pending"
    clip.delete()
    with pytest.raises(WrongState, match="deleted since"):
        approve_frame(dressed)


def test_a_frame_that_is_not_there_is_not_approved(waiting: WaitingClip) -> None:
    with pytest.raises(WrongState) as refused:
        approve_frame(waiting)
    assert refused.value.code == "frame_not_ready"
    with pytest.raises(WrongState, match=r"could not be dressed: No face\. Try") as refused:
        approve_frame(dress(waiting, target=Status.FAILED, error_message="No face."))
    assert refused.value.code == "frame_failed"
    gone = WaitingClip.objects.get()
    waiting.delete()
    with pytest.raises(WrongState, match="not there any more"):
        approve_frame(gone)


def test_a_frame_that_nobody_approves_lapses(
    dressed: WaitingClip, garment: Garment, mover: Person, capsys: Any
) -> None:
    now = timezone.now()
    WaitingClip.objects.update(created_at=now - timedelta(days=7))
    with pytest.raises(WrongState, match=r"within 7 days.*Nothing was paid") as refused:
        approve_frame(dressed)
    assert refused.value.code == "frame_lapsed"
    assert spent() == FRAME
    assert purge(now=now).frames == 0  # who asks is still told why
    again = launch_clip(garments=[garment], person=mover, image_engine="idm-vton")
    assert (again, again.has_lapsed) == (dressed, False)  # wished for again: the week begins anew
    WaitingClip.objects.update(created_at=now - timedelta(days=14))
    assert purge(now=now, dry_run=True).frames == 1
    call_command("tryon_purge")
    assert "And 1 clip whose frame nobody approved." in capsys.readouterr().out
    assert not WaitingClip.objects.exists()


def test_an_approved_one_is_not_purged(dressed: WaitingClip) -> None:
    approve_frame(dressed)
    assert purge(now=timezone.now() + timedelta(days=30)).frames == 0


def test_without_money_it_waits_on(dressed: WaitingClip, settings: Any) -> None:
    settings.TRYON = settings.TRYON | {"DAILY_BUDGET": 1}
    with pytest.raises(NothingLeft):
        approve_frame(dressed)
    dressed.refresh_from_db()
    assert (dressed.state, spent()) == ("waiting", FRAME)
    settings.TRYON = settings.TRYON | {"DAILY_BUDGET": 10}
    assert approve_frame(dressed)


@pytest.mark.parametrize(
    ("asked", "field", "code"),
    [
        ({"image_engine": "video-tryon-v2"}, "image_engine", "no_image_engine"),
        ({"engine": "idm-vton"}, "engine", "needs_no_frame"),
        ({"params": {"prompt": 7}}, "params.prompt", "invalid_parameter"),
        (
            {"params": {"reference_img": "https://shop.example/frame.jpg"}},
            "params.reference_img",
            "two_frames",
        ),
        ({"image_params": {"steps": -1}}, "params.steps", "invalid_parameter"),
        ({"garments": []}, "garments", "no_garment"),
    ],
)
def test_what_is_refused(
    asked: dict[str, Any], field: str, code: str, garment: Garment, mover: Person
) -> None:
    wish = {"garments": [garment], "person": mover, "image_engine": "idm-vton"} | asked
    with pytest.raises(LaunchRefused) as refused:
        launch_clip(**wish)
    assert (refused.value.field, refused.value.code) == (field, code)
    assert not TryOnJob.objects.exists()
    assert spent() == 0


def test_who_does_not_move_is_refused(garment: Garment, person: Person, mover: Person) -> None:
    with pytest.raises(LaunchRefused, match="needs a clip"):
        launch_clip(garments=[garment], person=person, image_engine="idm-vton")
    with pytest.raises(LaunchRefused, match="needs a photo"):  # as ever, without the two steps
        services.launch(garments=[garment], person=mover, engine="idm-vton")


def test_a_clip_that_begins_with_nothing_is_refused(garment: Garment) -> None:
    dark = in_film(filmed("black"))
    with pytest.raises(LaunchRefused, match="Cut off its beginning") as refused:
        launch_clip(garments=[garment], person=dark, image_engine="idm-vton")
    assert refused.value.code == "empty_frame"


def test_a_clip_that_cannot_be_read_is_refused(
    garment: Garment, mover: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    wish = {"garments": [garment], "person": mover, "image_engine": "idm-vton"}
    stored = mover.video.storage.save("tryon/people/bad.mp4", ContentFile(b"no clip at all"))
    Person.objects.update(video=stored)
    mover.refresh_from_db()
    with pytest.raises(LaunchRefused) as refused:
        launch_clip(**wish)
    assert (refused.value.code, refused.value.field) == ("not_a_video", "person")
    monkeypatch.setattr(
        "django_tryon.videos.first_frame", lambda _clip: _raise(MissingExtra("reading", "video"))
    )
    with pytest.raises(LaunchRefused, match="video"):
        launch_clip(**wish)


def _raise(error: Exception) -> None:
    raise error
