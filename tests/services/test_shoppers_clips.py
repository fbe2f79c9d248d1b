"""A shopper's clip: sent, prepared by a worker, its frame dressed, and paid for after a yes."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.core.files.storage import FileSystemStorage
from django.db import OperationalError
from django.utils import timezone
from PIL import Image

from django_tryon import services, videos
from django_tryon.engines import get_engine
from django_tryon.exceptions import (
    AnswerLost,
    KeyReused,
    LaunchRefused,
    NotAccepted,
    NothingLeft,
    TokenRefused,
    UploadRefused,
    WrongState,
)
from django_tryon.models import (
    ClipUpload,
    Consent,
    Garment,
    Person,
    Shopper,
    Status,
    Tally,
    TryOnJob,
    WaitingClip,
)
from django_tryon.models.transitions import move
from django_tryon.services import outcome
from django_tryon.services.clips import prepare
from django_tryon.services.driving import advance, work
from django_tryon.services.shoppers import offer
from django_tryon.services.shoppers.ask import launched_before
from django_tryon.services.shoppers.ask_again import ask_again
from django_tryon.services.shoppers.clips import approve as approving
from django_tryon.services.shoppers.clips.approve import approve_clip
from django_tryon.services.shoppers.clips.ask import ask_clip
from django_tryon.services.shoppers.clips.decline import decline_clip
from django_tryon.services.shoppers.clips.opening import clip_of
from django_tryon.services.shoppers.clips.standing import Standing, clips_of, standing_of
from django_tryon.services.shoppers.clips.upload import take_clip
from django_tryon.services.shoppers.erase import erase
from django_tryon.services.shoppers.forget import forget_photo, forget_upload
from django_tryon.services.shoppers.other_ways import other_ways
from django_tryon.services.shoppers.purge import purge
from tests.clips import filmed, sent
from tests.videos.making import clip as film
from tests.videos.making import pictures, wide

pytestmark = pytest.mark.django_db
FRAME, CLIP = get_engine("idm-vton").estimate(), get_engine("video-tryon-v2").estimate()
ADDRESS = "203.0.113.7"
Files = Callable[[], int]


@functools.cache
def dark() -> bytes:
    """Return a clip of one colour."""
    return film(2, paint=lambda _number: Image.new("RGB", (480, 320), "black"))


@pytest.fixture(autouse=True)
def _on(settings: Any) -> None:
    settings.TRYON = settings.TRYON | {
        "STOREFRONT_CLIPS": True,
        "STOREFRONT_DAILY_BUDGET": 10,
        "DAILY_BUDGET": 20,
    }


@pytest.fixture
def change(settings: Any) -> Callable[..., None]:
    def go(**options: Any) -> None:
        settings.TRYON = settings.TRYON | options

    return go


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Any) -> Any:
    """Do in a test's transaction what follows a commit."""
    return django_capture_on_commit_callbacks


@pytest.fixture
def upload(ada: Shopper, sandbox: Any) -> ClipUpload:
    """Ada's clip, sent and not prepared yet."""
    return take_clip(ada, sent(), version="1", address=ADDRESS)


def after(upload: ClipUpload) -> ClipUpload:
    """Have the workers do what there is to do."""
    services.drive_until_idle()
    upload.refresh_from_db()
    return upload


@pytest.fixture
def moving(upload: ClipUpload, committed: Any) -> Person:
    """Ada, in her clip."""
    with committed(execute=True):
        person = after(upload).person
    assert person is not None
    return person


@pytest.fixture
def waiting(ada: Shopper, garment: Garment, moving: Person) -> WaitingClip:
    """Her clip, whose first frame is being dressed."""
    return asked(ada, garment, moving)[0]


def asked(ada: Shopper, garment: Garment, moving: Person, **more: Any) -> tuple[WaitingClip, bool]:
    wish = {"garments": [garment], "person": moving, "image_engine": "idm-vton"}
    return ask_clip(ada, **wish, address=ADDRESS, **more)


def dressed(waiting: WaitingClip) -> WaitingClip:
    services.drive_until_idle()
    return clips_of(waiting.shopper).get(pk=waiting.pk)  # type: ignore[arg-type]


def used(prefix: str) -> Decimal:
    rows = Tally.objects.filter(key__startswith=prefix).values_list("used", flat=True)
    return sum(rows, Decimal(0))


def test_from_the_upload_to_the_clip(
    ada: Shopper, garment: Garment, upload: ClipUpload, private_files: Files, committed: Any
) -> None:
    assert (upload.state, private_files()) == ("waiting", 1)
    with committed(execute=True):
        person = after(upload).person
    assert upload.state == "ready"
    assert person is not None
    assert (person.kind, person.shopper, person.is_house_model) == ("video", ada, False)
    assert (person.width, person.height, person.seconds) == (480, 320, 2.0)
    assert person.consent is not None
    assert (person.consent.kind, person.consent.version) == ("clip", "1")
    assert private_files() == 2  # the clip and its first frame; what was sent is gone
    with person.video.open() as clip, person.frame.open() as frame:
        assert videos.first_frame(clip) == frame.read()
    waiting, is_new = asked(ada, garment, person)
    assert is_new
    assert standing_of(waiting) == Standing.FRAME_RUNNING
    waiting = dressed(waiting)
    assert standing_of(waiting) == Standing.WAITS_FOR_YOU
    clip = approve_clip(ada, waiting, address=ADDRESS)
    assert (clip.shopper, clip.previous, clip.engine) == (ada, waiting.frame, "video-tryon-v2")
    waiting.refresh_from_db()
    assert standing_of(waiting) == Standing.CLIP_RUNNING
    waiting = dressed(waiting)
    assert standing_of(waiting) == Standing.DONE
    result = waiting.clip.results.get()  # type: ignore[union-attr]
    assert result.kind == "video"
    assert result.delete_at is not None
    refused = offer.why_not(result)
    assert refused is not None
    assert refused.code == "clip"


def test_each_price_is_taken_at_its_step(ada: Shopper, waiting: WaitingClip) -> None:
    assert used("budget:all") == used("budget:2") == FRAME
    assert (used("launch:"), used("clip:")) == (2, 0)  # hers, and her address's
    waiting = dressed(waiting)
    approve_clip(ada, waiting, address=ADDRESS)
    assert used("budget:all") == used("budget:2") == FRAME + CLIP
    assert (used("launch:"), used("clip:")) == (2, 2)


def test_approved_twice_is_one_clip(ada: Shopper, waiting: WaitingClip) -> None:
    waiting = dressed(waiting)
    stale = WaitingClip.objects.get()
    clip = approve_clip(ada, waiting)
    assert approve_clip(ada, stale, notify="ada@shop.example") == clip
    assert TryOnJob.objects.count() == 2
    assert TryOnJob.objects.get(pk=clip.pk).notify == "ada@shop.example"
    assert used("clip:") == 1


def test_asked_for_twice_is_one_frame_and_one_clip(
    ada: Shopper, garment: Garment, moving: Person, waiting: WaitingClip
) -> None:
    assert asked(ada, garment, moving, notify="ada@shop.example") == (waiting, False)
    assert TryOnJob.objects.get().notify == "ada@shop.example"
    approve_clip(ada, dressed(waiting))
    assert asked(ada, garment, moving) == (waiting, False)  # though her clip of today is used
    assert asked(ada, garment, moving, key="k", body="b") == (waiting, False)
    with pytest.raises(KeyReused):
        asked(ada, garment, moving, key="k", body="other")
    assert asked(ada, garment, moving, key="k", body="b") == (waiting, False)
    assert WaitingClip.objects.count() == 1


def test_after_a_no_it_is_asked_anew_of_the_same_picture(
    ada: Shopper, garment: Garment, moving: Person, waiting: WaitingClip
) -> None:
    waiting = dressed(waiting)
    decline_clip(ada, waiting)
    decline_clip(ada, waiting)
    assert standing_of(waiting) == Standing.REJECTED
    with pytest.raises(WrongState, match="You said no"):
        approve_clip(ada, waiting)
    assert waiting.frame.results.get().review == "pending"  # it is hers, not staff's to judge
    another, is_new = asked(ada, garment, moving)
    assert (another.frame, is_new) == (waiting.frame, False)
    assert another != waiting
    approve_clip(ada, dressed(another))
    with pytest.raises(WrongState, match="being made"):
        decline_clip(ada, another)


def test_a_clip_of_which_only_a_part_is_meant(ada: Shopper, sandbox: Any) -> None:
    def shade(number: int) -> Image.Image:
        picture = wide()
        picture.paste((20 * number, 20 * number, 20 * number), (200, 100, 280, 220))
        return picture

    part = videos.Part(0.4, 1.6)
    upload = take_clip(ada, sent(film(2, paint=shade)), version="1", part=part)
    person = after(upload).person
    assert person is not None
    with person.video.open() as clip:
        seen = [each.getpixel((240, 160))[0] for each in pictures(clip.read())]
    assert [round(each / 20) for each in seen] == [2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize(
    ("content", "part", "code"),
    [
        (b"GIF89a" + bytes(100), videos.WHOLE, "unsupported_container"),
        (b"no clip at all", videos.WHOLE, "not_a_video"),
        (filmed(), videos.Part(1.5, 2), "clip_too_short"),
        (filmed(), videos.Part(5, 9), "clip_too_short"),
        (filmed(), videos.Part(0, 0), "clip_too_short"),
    ],
)
def test_what_can_be_told_at_once_is(
    content: bytes, part: videos.Part, code: str, ada: Shopper, private_files: Files
) -> None:
    with pytest.raises(UploadRefused) as refused:
        take_clip(ada, sent(content), version="1", part=part)
    assert refused.value.code in {code, "not_a_video"}
    assert (ClipUpload.objects.count(), private_files(), Consent.objects.count()) == (0, 0, 0)
    assert used("upload:") == 1  # the attempt counts


def test_a_part_may_be_as_long_as_a_clip() -> None:
    short = videos.ClipLimits(max_seconds=1.5)
    with pytest.raises(UploadRefused, match=r"2\.0 seconds long"):
        videos.inspect_clip(filmed(), limits=short)
    assert videos.inspect_clip(filmed(), limits=short, part=videos.Part(0.5)).seconds == 2
    with pytest.raises(UploadRefused) as refused:
        videos.inspect_clip(filmed(), limits=short, part=videos.Part(0.1))
    assert refused.value.code == "clip_too_long"


def test_a_clip_that_begins_in_the_dark(ada: Shopper, private_files: Files, committed: Any) -> None:
    with committed(execute=True):
        upload = after(take_clip(ada, sent(dark()), version="1"))
    assert (upload.state, upload.error_code) == ("refused", "empty_frame")
    assert "one colour" in upload.error_message
    assert (private_files(), Person.objects.count()) == (0, 0)


def test_nobody_in_sight_is_told_and_no_refusal(upload: ClipUpload) -> None:
    pytest.importorskip("cv2")
    assert after(upload).notes == ["nobody"]
    assert upload.person is not None


def test_without_the_extra_nothing_is_said_of_who_is_seen(
    upload: ClipUpload, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepare, "find_spec", lambda _name: None)
    assert after(upload).notes == []


@pytest.mark.parametrize(
    ("version", "text_hash", "code"),
    [("", "", "consent_missing"), ("0", "", "consent_outdated"), ("1", "f", "consent_outdated")],
)
def test_nothing_is_kept_without_consent(
    version: str, text_hash: str, code: str, ada: Shopper, private_files: Files
) -> None:
    with pytest.raises(LaunchRefused) as refused:
        take_clip(ada, sent(), version=version, text_hash=text_hash)
    assert refused.value.code == code
    assert private_files() == 0


def test_a_photos_consent_does_not_do_for_a_clip(
    ada: Shopper, garment: Garment, moving: Person, change: Any
) -> None:
    change(CLIP_CONSENT_VERSION="2")
    with pytest.raises(LaunchRefused, match="send your photo or clip again"):
        asked(ada, garment, moving)
    change(CLIP_CONSENT_VERSION="1", CONSENT_VERSION="2")
    assert asked(ada, garment, moving)[1]


def test_the_words_name_what_is_sent(change: Any) -> None:
    from django_tryon.services.shoppers import consent

    usual = consent.text(Consent.Kind.CLIP)
    assert "Segmind" in usual
    assert "first frame" in usual
    change(CLIP_CONSENT_TEXT="To {provider}, gone in {photo_hours} h.", PROVIDER_NAME="Acme")
    assert consent.text(Consent.Kind.CLIP) == "To Acme, gone in 24 h."


def test_a_shop_that_makes_no_clips(
    ada: Shopper, garment: Garment, moving: Person, waiting: WaitingClip, change: Any
) -> None:
    waiting = dressed(waiting)
    change(STOREFRONT_CLIPS=False)
    assert clip_of(get_engine("idm-vton"), [garment]) is None
    for verb in (
        lambda: take_clip(ada, sent(), version="1"),
        lambda: asked(ada, garment, moving),
        lambda: approve_clip(ada, waiting),
    ):
        with pytest.raises(LaunchRefused, match="makes no clips"):
            verb()
    assert (prepare.claim(timezone.now(), 9), prepare.next_due_at()) == ([], None)


def test_what_is_open_to_everybody(garment: Garment, change: Any, settings: Any) -> None:
    dresser = get_engine("idm-vton")
    seen = clip_of(dresser, [garment])
    assert seen is not None
    assert seen.clip_minutes == 10
    assert clip_of(dresser, []) is None
    assert clip_of(get_engine("video-tryon-v2"), [garment]) is None
    change(STOREFRONT_DAILY_BUDGET=4)
    assert clip_of(dresser, [garment]) is None
    change(STOREFRONT_DAILY_BUDGET=10, STOREFRONT_CLIP_ENGINE="dall-e")
    assert clip_of(dresser, [garment]) is None
    garment.category = "hat"
    change(STOREFRONT_CLIP_ENGINE="video-tryon-v2")
    assert clip_of(dresser, [garment]) is None


def test_a_clip_is_not_offered_while_its_engine_is_shut(garment: Garment) -> None:
    from django_tryon.models import Gate

    Gate.objects.create(key="video-tryon-v2", reason="engine_retired")
    assert clip_of(get_engine("idm-vton"), [garment]) is None


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"SHOPPER_CLIPS_DAILY": 0}, "quota_used"),
        ({"ADDRESS_CLIPS_DAILY": 0}, "quota_used"),
        ({"STOREFRONT_DAILY_BUDGET": 4}, "budget_spent"),
        ({"DAILY_BUDGET": 4, "STOREFRONT_DAILY_BUDGET": None}, "budget_spent"),
    ],
)
def test_no_frame_is_paid_for_whose_clip_could_not_be(
    options: Any, code: str, ada: Shopper, garment: Garment, moving: Person, change: Any
) -> None:
    change(**options)
    with pytest.raises(NothingLeft) as refused:
        asked(ada, garment, moving)
    assert refused.value.code == code
    assert not TryOnJob.objects.exists()


def test_what_is_used_up_meanwhile_leaves_it_waiting(
    ada: Shopper, waiting: WaitingClip, change: Any
) -> None:
    waiting = dressed(waiting)
    change(STOREFRONT_DAILY_BUDGET=4)
    with pytest.raises(NothingLeft, match="taking a break"):
        approve_clip(ada, waiting)
    assert standing_of(waiting) == Standing.WAITS_FOR_YOU
    change(STOREFRONT_DAILY_BUDGET=10)
    assert approve_clip(ada, waiting).status == Status.QUEUED


def test_only_ones_own_clip(
    garment: Garment, moving: Person, ada: Shopper, photo: Person, person: Person
) -> None:
    for who, whom in ((Shopper.objects.create(), moving), (ada, photo), (ada, person)):
        with pytest.raises(LaunchRefused, match="clip of yourself"):
            asked(who, garment, whom)


def test_it_lapses_with_the_clip(ada: Shopper, waiting: WaitingClip) -> None:
    waiting = dressed(waiting)
    assert waiting.lapses_at == waiting.person.delete_at
    Person.objects.update(delete_at=timezone.now())
    waiting = dressed(waiting)
    assert standing_of(waiting) == Standing.LAPSED
    with pytest.raises(WrongState, match="deleted meanwhile, as promised"):
        approve_clip(ada, waiting)


def test_everything_of_it_is_erased(
    ada: Shopper,
    waiting: WaitingClip,
    private_files: Files,
    committed: Any,
) -> None:
    approve_clip(ada, dressed(waiting))
    with committed(execute=True):
        services.drive_until_idle()
        take_clip(ada, sent(), version="1")
        erase(ada)
    assert private_files() == 0
    assert not WaitingClip.objects.exists()
    assert not ClipUpload.objects.exists()
    assert used("clip:") == 0


def test_whoever_is_erased_in_the_middle_of_it_leaves_nothing(
    ada: Shopper, upload: ClipUpload, private_files: Files
) -> None:
    said = prepare.prepared(upload)
    stale = ClipUpload.objects.get()
    Shopper.objects.update(erased_at=timezone.now())
    prepare.record(stale, said)
    assert not Person.objects.exists()
    with pytest.raises(TokenRefused):
        take_clip(ada, sent(), version="1")
    assert private_files() == 1  # what was sent goes with the row


def test_a_shopper_with_nothing_but_an_upload_is_erased_with_the_row(
    ada: Shopper, upload: ClipUpload, private_files: Files, committed: Any
) -> None:
    with committed(execute=True):
        ada.delete()
    assert private_files() == 0


@pytest.mark.parametrize("is_ready", [True, False])
def test_a_clip_is_forgotten_at_once(
    is_ready: bool,
    upload: ClipUpload,
    private_files: Files,
    committed: Any,
) -> None:
    with committed(execute=True):
        if is_ready:
            after(upload)
        forget_upload(upload)
    assert private_files() == 0
    assert not ClipUpload.objects.exists()


def test_a_clip_that_is_ready_in_that_very_moment_is_forgotten_too(
    upload: ClipUpload, private_files: Files, committed: Any
) -> None:
    seen = ClipUpload.objects.select_related("person").get()
    with committed(execute=True):
        after(upload)
        forget_upload(seen)
        forget_upload(seen)
    assert private_files() == 0
    assert not Person.objects.exists()


def test_with_the_person_goes_what_waits(waiting: WaitingClip) -> None:
    forget_photo(waiting.person)
    assert not WaitingClip.objects.exists()
    assert not ClipUpload.objects.exists()


def test_an_upload_that_nobody_prepares_is_purged(upload: ClipUpload) -> None:
    purge(now=timezone.now() + timedelta(hours=23))
    assert ClipUpload.objects.exists()
    purge(now=timezone.now() + timedelta(hours=25))
    assert not ClipUpload.objects.exists()


def test_of_two_workers_one_keeps_what_came(upload: ClipUpload, private_files: Files) -> None:
    (step,) = prepare.claim(timezone.now(), 9)
    said = prepare.prepared(step.subject)
    assert prepare.claim(timezone.now(), 9) == []
    (other,) = prepare.claim(timezone.now() + timedelta(hours=1), 9)
    prepare.record(other.subject, prepare.prepared(step.subject))
    assert private_files() == 5
    prepare.record(step.subject, said)
    assert Person.objects.count() == 1
    assert private_files() == 3  # of what was sent it is left to the commit
    assert work.name_of(step.subject) == "prepare"


def test_no_more_than_a_few_are_prepared_at_once(ada: Shopper) -> None:
    for _each in range(3):
        take_clip(ada, sent(), version="1")
    now = timezone.now()
    assert len(prepare.claim(now, 9)) == 2
    assert prepare.claim(now, 9) == []
    assert advance.next_due_at() is not None


def test_what_workers_die_of_is_given_up(upload: ClipUpload) -> None:
    ClipUpload.objects.update(attempts=prepare.TRIES)
    assert (after(upload).state, upload.error_code) == ("refused", "broken_clip")


def test_a_storage_that_is_away_is_asked_again(
    upload: ClipUpload, monkeypatch: pytest.MonkeyPatch
) -> None:
    (step,) = prepare.claim(timezone.now(), 9)
    prepare.record(step.subject, OSError("gone for a moment"))
    upload.refresh_from_db()
    assert upload.state == "waiting"
    assert upload.due_at is not None


def test_a_storage_that_is_away_for_long_refuses_no_clip_and_holds_none_up(
    ada: Shopper, upload: ClipUpload
) -> None:
    take_clip(ada, sent(), version="1")
    now = timezone.now()
    for number in range(prepare.TRIES + 1):
        both = prepare.claim(now + 2 * number * prepare.PAUSE, 9)
        assert len(both) == prepare.AT_ONCE
        for step in both:
            assert step.call.func is prepare._prepare
            prepare.record(step.subject, OSError("gone"))
        assert prepare.claim(now, 9) == []
    take_clip(ada, sent(), version="1")
    assert len(prepare.claim(timezone.now(), 9)) == 1
    assert after(upload).state == "ready"


@pytest.mark.parametrize("said", [AnswerLost("stopped"), NotAccepted("no client")])
def test_a_worker_that_stops_refuses_no_clip(said: Exception, upload: ClipUpload) -> None:
    (step,) = prepare.claim(timezone.now(), 9)
    prepare.record(step.subject, said)
    assert after(upload).state == "ready"


def test_files_are_stored_before_anything_is_held(
    upload: ClipUpload, private_files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    (step,) = prepare.claim(timezone.now(), 9)
    said = prepare.prepared(step.subject)
    assert private_files() == 3
    monkeypatch.setattr(FileSystemStorage, "_save", lambda *_given: 1 / 0)
    prepare.record(step.subject, said)
    person = Person.objects.get()
    assert (person.video.name, person.frame.name) == (said.video, said.frame)
    assert person.frame_of == said.video


def test_a_database_that_fails_costs_no_file(
    upload: ClipUpload, private_files: Files, monkeypatch: pytest.MonkeyPatch, committed: Any
) -> None:
    (step,) = prepare.claim(timezone.now(), 9)
    said = prepare.prepared(step.subject)
    with monkeypatch.context() as patched:
        patched.setattr(prepare, "hold", lambda _shopper: _raise(OperationalError()))
        with pytest.raises(OperationalError):
            prepare.record(step.subject, said)
    with committed(execute=True):
        prepare.record(step.subject, said)
        prepare.record(step.subject, said)  # the commit went through, and nobody heard of it
    assert private_files() == 2


def _raise(error: Exception) -> None:
    raise error


@pytest.mark.parametrize("fault", [ValueError("odd"), prepare.MissingExtra("reading", "video")])
def test_a_fault_of_ours_is_a_refusal_too(fault: Exception, upload: ClipUpload) -> None:
    (step,) = prepare.claim(timezone.now(), 9)
    prepare.record(step.subject, fault)
    upload.refresh_from_db()
    assert (upload.state, upload.error_code) == ("refused", "not_prepared")
    assert upload.error_message
    prepare.record(step.subject, fault)  # somebody was first


def test_a_row_that_is_not_written_keeps_no_file(
    upload: ClipUpload, private_files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = prepare.prepared(upload)

    def fail(*_args: Any, **_more: Any) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr(prepare.DoomedFile, "doom", fail)
    ClipUpload.objects.update(claim="c")
    with pytest.raises(RuntimeError):
        prepare.record(ClipUpload.objects.get(), said)
    assert private_files() == 1


def fail_frame(waiting: WaitingClip, status: str = Status.FAILED) -> TryOnJob:
    job = waiting.frame
    assert move(job, Status.SUBMITTING)
    assert move(job, Status(status), error_code="provider_error", error_message="no")
    return job


def test_a_frame_that_failed_is_tried_again(ada: Shopper, waiting: WaitingClip) -> None:
    fail_frame(waiting)
    assert standing_of(dressed(waiting)) == Standing.FRAME_FAILED
    assert ask_again(ada, waiting.frame) == waiting.frame
    assert standing_of(dressed(waiting)) == Standing.WAITS_FOR_YOU


def test_a_frame_of_which_nobody_knows_is_made_anew(ada: Shopper, waiting: WaitingClip) -> None:
    fail_frame(waiting, Status.UNCERTAIN)
    again = ask_again(ada, waiting.frame)
    assert again != waiting.frame
    assert WaitingClip.objects.filter(frame=again, shopper=ada).exists()


def test_another_engine_may_dress_the_frame(ada: Shopper, waiting: WaitingClip) -> None:
    fail_frame(waiting)
    offered = [way.engine.slug for way in other_ways(TryOnJob.objects.get(pk=waiting.frame_id))]
    assert offered == ["try-on-diffusion", "p-image-try-on"]
    again = ask_again(ada, waiting.frame, engine=offered[0])
    assert again.engine == "try-on-diffusion"
    assert standing_of(clips_of(ada).get(frame=again)) == Standing.FRAME_RUNNING


def end_clip(ada: Shopper, waiting: WaitingClip, status: str) -> TryOnJob:
    clip = approve_clip(ada, dressed(waiting))
    assert move(clip, Status.SUBMITTING)
    assert move(clip, Status(status), error_code="provider_error", error_message="no")
    services.drive_until_idle()
    clip.refresh_from_db()
    return clip


def test_a_clip_that_failed_counts_again_when_it_is_tried_again(
    ada: Shopper, waiting: WaitingClip, change: Any
) -> None:
    clip = end_clip(ada, waiting, Status.FAILED)
    assert standing_of(dressed(waiting)) == Standing.CLIP_FAILED
    assert used("clip:") == 0  # it cost nothing
    change(SHOPPER_CLIPS_DAILY=0)
    with pytest.raises(NothingLeft, match="today's clips"):
        ask_again(ada, clip)
    change(SHOPPER_CLIPS_DAILY=1)
    assert ask_again(ada, clip) == clip
    assert used("clip:") == 1
    assert standing_of(dressed(waiting)) == Standing.DONE


def test_a_clip_that_is_paid_for_is_only_fetched_whatever_engine_is_named(
    ada: Shopper, waiting: WaitingClip
) -> None:
    clip = approve_clip(ada, dressed(waiting))
    for status in (Status.SUBMITTING, Status.FETCHING):
        assert move(clip, status, outputs=["http://127.0.0.1/clip.mp4"])
    outcome.fail(clip, "download_failed", "no")
    before = used("budget:")
    assert used("clip:") == 1
    assert ask_again(ada, clip, engine="idm-vton").status == Status.FETCHING
    assert (used("clip:"), used("budget:")) == (1, before)


def test_an_uncertain_clip_is_never_paid_for_twice(ada: Shopper, waiting: WaitingClip) -> None:
    clip = end_clip(ada, waiting, Status.UNCERTAIN)
    with pytest.raises(WrongState, match="may still come"):
        ask_again(ada, clip)
    assert TryOnJob.objects.count() == 2


def test_a_clip_whose_frame_is_gone(ada: Shopper, waiting: WaitingClip) -> None:
    clip = end_clip(ada, waiting, Status.FAILED)
    TryOnJob.objects.filter(pk=clip.pk).update(previous=None)
    clip.refresh_from_db()
    with pytest.raises(WrongState, match="first frame"):
        ask_again(ada, clip)
    TryOnJob.objects.filter(pk=waiting.frame_id).delete()
    assert not WaitingClip.objects.exists()


def test_a_clip_whose_job_was_deleted_is_over(
    ada: Shopper, garment: Garment, moving: Person, waiting: WaitingClip, change: Any
) -> None:
    change(SHOPPER_CLIPS_DAILY=2)
    approve_clip(ada, dressed(waiting)).delete()
    assert standing_of(dressed(waiting)) == Standing.LAPSED
    assert asked(ada, garment, moving)[0] != waiting


def test_both_mails(ada: Shopper, garment: Garment, moving: Person) -> None:
    waiting = dressed(asked(ada, garment, moving, notify="ada@shop.example")[0])
    approve_clip(ada, waiting, notify="ada@shop.example")
    services.drive_until_idle()
    look, clip = mail.outbox
    assert look.subject == "Your look is ready: shall we make the clip?"
    assert f"http://testserver/tryon/clip/{waiting.pk}/" in look.body
    assert "about 10 minutes" in look.body
    assert clip.subject == "Your clip is ready"
    assert "/tryon/share/" in clip.body
    assert all("deleted your e-mail address" in each.body for each in mail.outbox)
    assert not TryOnJob.objects.exclude(notify="").exists()


def test_a_look_that_waits_for_nothing_any_more_is_a_try_on_like_any_other(
    ada: Shopper, garment: Garment, moving: Person
) -> None:
    waiting = asked(ada, garment, moving, notify="ada@shop.example")[0]
    decline_clip(ada, waiting)
    services.drive_until_idle()
    assert [each.subject for each in mail.outbox] == ["Your try-on is ready"]


def test_the_same_clip_on_its_way_already(
    ada: Shopper, waiting: WaitingClip, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = end_clip(ada, waiting, Status.FAILED)
    TryOnJob.objects.create(engine="idm-vton", open_wish=f"{ada.pk}:{clip.wish}")
    with pytest.raises(WrongState, match="on its way already"):
        ask_again(ada, clip)
    assert used("clip:") == 0


@pytest.mark.parametrize("ended", [False, True])
def test_a_clip_tried_again_elsewhere_is_not_paid_for_twice(
    ended: bool,
    ada: Shopper,
    garment: Garment,
    moving: Person,
    waiting: WaitingClip,
    change: Any,
) -> None:
    change(SHOPPER_CLIPS_DAILY=5)
    clip = end_clip(ada, waiting, Status.FAILED)
    another = dressed(asked(ada, garment, moving)[0])
    assert (another.frame, standing_of(another)) == (waiting.frame, Standing.WAITS_FOR_YOU)
    ask_again(ada, clip)  # on the clip's own page, in another tab
    if ended:
        services.drive_until_idle()
    assert approve_clip(ada, another) == clip
    assert (used("clip:"), TryOnJob.objects.count()) == (1, 2)


def test_a_clip_tried_again_in_the_same_moment_is_joined(
    ada: Shopper,
    garment: Garment,
    moving: Person,
    waiting: WaitingClip,
    change: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    change(SHOPPER_CLIPS_DAILY=5)
    clip = end_clip(ada, waiting, Status.FAILED)
    another = dressed(asked(ada, garment, moving)[0])
    ask_again(ada, clip)
    sees = iter([False])  # the first look came before the other tab's press

    def look(shopper: Shopper, wish: str) -> TryOnJob | None:
        return launched_before(shopper, wish) if next(sees, True) else None

    monkeypatch.setattr(approving, "launched_before", look)
    assert approve_clip(ada, another) == clip
    assert (used("clip:"), TryOnJob.objects.count()) == (1, 2)


def test_an_outfit_in_a_clip_goes_on_or_begins_anew(
    ada: Shopper, garment: Garment, moving: Person
) -> None:
    trousers = Garment.objects.create(
        product=garment.product, category="lower", name="Trousers", description="grey trousers"
    )
    wish = {"garments": [garment, trousers], "person": moving, "image_engine": "idm-vton"}
    waiting = ask_clip(ada, **wish)[0]
    assert len(waiting.frame.steps) == 1
    services.drive_until_idle()
    waiting = dressed(waiting)
    assert standing_of(waiting) == Standing.WAITS_FOR_YOU
    TryOnJob.objects.filter(pk=waiting.frame_id).update(status=Status.FAILED, outputs=[])
    for step in waiting.frame.steps:
        step.results.all().delete()
    waiting.frame.refresh_from_db()
    again = ask_again(ada, waiting.frame)
    assert again != waiting.frame
    assert standing_of(clips_of(ada).get(frame=again)) == Standing.FRAME_RUNNING


def test_an_upload_names_itself(upload: ClipUpload) -> None:
    assert str(upload) == f"upload of a clip {str(upload.pk)[:8]}"


def test_a_clip_goes_when_it_was_agreed_to_however_late_it_was_prepared(
    upload: ClipUpload,
) -> None:
    upload.created_at = timezone.now() - timedelta(hours=20)
    upload.save()
    person = after(upload).person
    assert person is not None
    assert person.delete_at == upload.created_at + timedelta(hours=24)


def test_a_shopper_who_was_erased_by_half_has_no_upload_after_a_purge(upload: ClipUpload) -> None:
    Shopper.objects.update(erased_at=timezone.now())
    purge(now=timezone.now())
    assert not ClipUpload.objects.exists()


def test_a_shopper_whose_row_went_in_the_middle_of_it_leaves_nothing(
    ada: Shopper, upload: ClipUpload, private_files: Files, committed: Any
) -> None:
    said = prepare.prepared(upload)
    stale = ClipUpload.objects.get()
    with committed(execute=True):
        ada.delete()
    prepare.record(stale, said)
    assert private_files() == 0
    assert not Person.objects.exists()


def test_a_clip_that_went_while_it_was_asked_about(ada: Shopper, waiting: WaitingClip) -> None:
    dressed(waiting)
    WaitingClip.objects.all().delete()
    with pytest.raises(WrongState, match="This clip was deleted"):
        approve_clip(ada, waiting)
