"""Clips: which first frames they may start from."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from django_tryon.models import Batch, Garment, Person, Tally, TryOnJob, TryOnResult, WaitingClip
from tests.admin.conftest import change, page, said, wish
from tests.conftest import picture


@pytest.fixture
def dressed(make_job: Any, make_result: Any) -> TryOnJob:
    """A finished try-on, whose picture can start a clip."""
    job: TryOnJob = make_result(make_job(status="succeeded")).job
    return job


def test_a_clip_starts_from_an_earlier_picture(
    admin: Client, garment: Garment, trousers: Garment, clip: Person, dressed: TryOnJob
) -> None:
    url = page(garments=[garment, trousers])
    [frame] = admin.get(url).context["frames"]
    assert (frame.key, frame.garments) == (str(dressed.pk), str(garment.pk))
    Person.objects.filter(pk=clip.pk).update(name="Ana")  # a row of its own, of the same person
    data = wish([garment, trousers], [clip], engine="video-tryon-v2", previous=frame.key)
    texts = said(admin.post(url, data, follow=True))
    assert texts == [
        "1 try-on is launched.",
        "1 was left out: The chosen first frame does not show “Trousers”.",
    ]
    job = TryOnJob.objects.get(engine="video-tryon-v2")
    assert (job.previous, job.person) == (dressed, clip)


def test_somebody_elses_frame_has_to_be_agreed_to(
    admin: Client, garment: Garment, clip: Person, mei: Person, dressed: TryOnJob
) -> None:
    Person.objects.filter(pk=clip.pk).update(name="Mia")
    url = page(garments=[garment])
    data = wish([garment], [clip], engine="video-tryon-v2", previous=str(dressed.pk))
    for button in ({"check": "1"}, {}):
        asked = admin.post(url, data | button)
        said = asked.context["form"].errors
        assert said == {"frame_agreed": ["This frame shows Ana, the clip Mia."]}
    assert not TryOnJob.objects.filter(engine="video-tryon-v2").exists()
    token = f"{dressed.pk}:{clip.pk}"
    assert f'name="frame_agreed" value="{token}">' in asked.content.decode()
    of_another = admin.post(url, data | {"frame_agreed": f"{dressed.pk}:{mei.pk}"})
    assert "frame_agreed" in of_another.context["form"].errors
    checked = admin.post(url, data | {"frame_agreed": token, "check": "1"})
    assert f'value="{token}" checked>' in checked.content.decode()
    admin.post(url, data | {"frame_agreed": token})
    assert TryOnJob.objects.get(engine="video-tryon-v2").previous == dressed


def test_the_same_persons_frames_come_first_and_each_names_whom_it_shows(
    admin: Client, garment: Garment, clip: Person, mei: Person, make_job: Any, make_result: Any
) -> None:
    other = clip.__class__.objects.create(
        kind="video", video=clip.video.name, name="Bo", is_house_model=True
    )
    Person.objects.filter(pk=clip.pk).update(name="Ana")
    own = make_result(make_job(status="succeeded", person=other)).job
    named = make_result(make_job(status="succeeded")).job
    make_result(make_job(status="succeeded", person=mei))
    url = page(garments=[garment])
    shown = admin.get(url)
    assert [frame.who for frame in shown.context["frames"]] == ["Ana", "Bo", "Mei"]
    assert "Shows Mei" in shown.content.decode()
    data = wish([garment], [other], engine="video-tryon-v2", check="1")
    frames = admin.post(url, data | {"previous": str(own.pk)}).context["frames"]
    assert [frame.key for frame in frames[:2]] == [str(own.pk), frames[1].key]
    assert frames[1].who == "Mei"
    assert str(named.pk) == frames[2].key


def test_what_lies_between_is_no_frame(
    admin: Client, garment: Garment, clip: Person, dressed: TryOnJob, make_job: Any
) -> None:
    TryOnJob.objects.filter(pk=dressed.pk).update(outfit=make_job())
    url = page(garments=[garment])
    assert admin.get(url).context["frames"] == []
    data = wish([garment], [clip], engine="video-tryon-v2", previous=str(dressed.pk))
    assert list(admin.post(url, data).context["form"].errors) == ["previous"]


def test_a_clip_starts_from_a_frame_that_is_uploaded(
    admin: Client, garment: Garment, trousers: Garment, clip: Person
) -> None:
    frame = SimpleUploadedFile("frame.jpg", picture(), "image/jpeg")
    data = wish([garment, trousers], [clip], engine="video-tryon-v2", reference=frame)
    admin.post(page(garments=[garment, trousers]), data)
    jobs = list(TryOnJob.objects.all())
    assert len(jobs) == 2
    assert all(job.reference.size for job in jobs)
    assert jobs[0].reference.name != jobs[1].reference.name


def test_a_clip_without_a_frame_is_refused(admin: Client, garment: Garment, clip: Person) -> None:
    data = wish([garment], [clip], engine="video-tryon-v2")
    response = admin.post(page(garments=[garment]), data)
    assert response.context["form"].errors == {
        "previous": [
            "Choose a first frame: upload one, pick a finished try-on picture, or have one dressed."
        ]
    }
    text = response.content.decode()
    assert text.index("data-frames") < text.index("Choose a first frame: upload")
    assert ">No try-ons yet: choose a first frame</p>" in text


def test_a_link_in_the_parameters_is_a_frame_too(
    admin: Client, garment: Garment, clip: Person
) -> None:
    link = {"params-video-tryon-v2-reference_img": "https://shop.example/frame.jpg"}
    admin.post(page(garments=[garment]), wish([garment], [clip], engine="video-tryon-v2", **link))
    assert TryOnJob.objects.get().params["reference_img"] == "https://shop.example/frame.jpg"


def test_a_check_says_that_the_file_is_to_be_chosen_again(
    admin: Client, garment: Garment, clip: Person
) -> None:
    frame = SimpleUploadedFile("frame.jpg", picture(), "image/jpeg")
    data = wish([garment], [clip], engine="video-tryon-v2", reference=frame, check="1")
    text = admin.post(page(garments=[garment]), data).content.decode()
    assert "Choose the file again" in text
    assert "Choose the file again" not in admin.get(page(garments=[garment])).content.decode()


def test_a_frame_that_is_no_picture_is_refused_on_its_field(
    admin: Client, garment: Garment, clip: Person
) -> None:
    frame = SimpleUploadedFile("frame.jpg", b"nothing", "image/jpeg")
    data = wish([garment], [clip], engine="video-tryon-v2", reference=frame)
    response = admin.post(page(garments=[garment]), data)
    assert list(response.context["form"].errors) == ["reference"]


def test_two_frames_are_one_too_many(
    admin: Client, garment: Garment, clip: Person, dressed: TryOnJob
) -> None:
    frame = SimpleUploadedFile("frame.jpg", picture(), "image/jpeg")
    data = wish(
        [garment], [clip], engine="video-tryon-v2", reference=frame, previous=str(dressed.pk)
    )
    response = admin.post(page(garments=[garment]), data)
    assert response.context["form"].errors["reference"] == [
        "Choose a picture or upload one, not both."
    ]


def test_a_frame_is_of_no_matter_to_a_picture(
    admin: Client, garment: Garment, person: Person, dressed: TryOnJob
) -> None:
    data = wish([garment], [person], previous=str(dressed.pk))
    admin.post(page(garments=[garment]), data)
    assert TryOnJob.objects.get(status="queued").previous is None


def test_a_shoppers_picture_is_no_frame(
    admin: Client, garment: Garment, make_job: Any, make_result: Any, shopper: Person
) -> None:
    make_result(make_job(status="succeeded", person=shopper))
    assert admin.get(page(garments=[garment])).context["frames"] == []
    assert admin.get(page(garments=[])).context["frames"] == []


@pytest.fixture
def _no_film(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the frame from what is no clip: how that is done is tested elsewhere."""
    monkeypatch.setattr("django_tryon.videos.first_frame", lambda _clip: picture())


@pytest.mark.usefixtures("_no_film")
def test_a_clip_has_its_own_frame_dressed_and_waits(
    admin: Client, garment: Garment, clip: Person, staff: Any
) -> None:
    data = wish([garment], [clip], engine="video-tryon-v2", dresser="idm-vton")
    checked = admin.post(page(garments=[garment]), data | {"check": "1"}).content.decode()
    assert "and about $4.75 once the first frames are approved" in checked
    clip.refresh_from_db()
    assert not clip.frame  # a check writes nothing
    texts = said(admin.post(page(garments=[garment]), data, follow=True))
    assert texts[0] == "1 try-on is launched."
    assert reverse("admin:django_tryon_waitingclip_changelist") in texts[1]
    waiting = WaitingClip.objects.get()
    assert (waiting.frame.engine, waiting.frame.person) == ("idm-vton", clip)
    assert (waiting.frame.batch.jobs.count(), waiting.requested_by) == (1, staff)
    again = admin.post(page(garments=[garment]), data | {"batch": str(uuid4())})
    assert "tried on already" in again.content.decode()
    assert (TryOnJob.objects.count(), WaitingClip.objects.count()) == (1, 1)


@pytest.mark.usefixtures("_no_film")
def test_only_the_frames_price_is_taken(
    admin: Client, garment: Garment, clip: Person, settings: Any
) -> None:
    settings.TRYON = settings.TRYON | {"DAILY_BUDGET": "0.1"}
    data = wish([garment], [clip], engine="video-tryon-v2", dresser="idm-vton")
    admin.post(page(garments=[garment]), data)
    used = Tally.objects.get(key__startswith="budget:").used
    assert used == TryOnJob.objects.get().estimated_cost


def test_a_frame_that_cannot_be_dressed_is_left_out(
    admin: Client, garment: Garment, clip: Person
) -> None:
    link = {"params-video-tryon-v2-reference_img": "https://shop.example/frame.jpg"}
    data = wish([garment], [clip], engine="video-tryon-v2", dresser="idm-vton", check="1")
    response = admin.post(page(garments=[garment]), data | link)
    assert "names a first frame that is dressed already" in response.content.decode()


def test_a_frame_is_dressed_or_given(
    admin: Client, garment: Garment, clip: Person, dressed: TryOnJob
) -> None:
    data = wish([garment], [clip], engine="video-tryon-v2", dresser="idm-vton")
    response = admin.post(page(garments=[garment]), data | {"previous": str(dressed.pk)})
    assert list(response.context["form"].errors) == ["dresser"]


@pytest.mark.usefixtures("_no_film")
def test_the_frames_engine_has_parameters_of_its_own(
    admin: Client, garment: Garment, clip: Person
) -> None:
    data = wish([garment], [clip], engine="video-tryon-v2", dresser="idm-vton")
    data |= {"params-idm-vton-steps": "20", "frame-idm-vton-steps": "35"}
    wrong = admin.post(page(garments=[garment]), data | {"frame-idm-vton-steps": "99"})
    assert list(wrong.context["dressers"][0][2].errors) == ["steps"]
    assert not TryOnJob.objects.exists()
    admin.post(page(garments=[garment]), data)
    assert TryOnJob.objects.get().params["steps"] == 35


@pytest.mark.usefixtures("_no_film")
def test_what_speaks_of_one_garment_is_refused_for_a_frame_of_several(
    admin: Client, garment: Garment, trousers: Garment, clip: Person
) -> None:
    garments = [garment, trousers]
    data = wish(garments, [clip], engine="video-tryon-v2", dresser="idm-vton", together="on")
    data |= {"frame-idm-vton-garment_des": "a tee", "check": "1"}
    text = admin.post(page(garments=garments), data).content.decode()
    assert "speaks of one garment" in text


@pytest.mark.usefixtures("_no_film")
def test_the_batch_leads_to_its_waiting_clips(
    admin: Client, as_staff: Any, garment: Garment, trousers: Garment, clip: Person
) -> None:
    garments = [garment, trousers]
    data = wish(garments, [clip], engine="video-tryon-v2", dresser="idm-vton")
    admin.post(page(garments=garments), data)
    batch = Batch.objects.get()
    shown = admin.get(change(batch))
    assert shown.context["waiting"].words == ("2 clips wait until their first frames are approved.")
    assert shown.context["compare_url"] == ""
    listed = admin.get(shown.context["waiting_url"])
    assert listed.status_code == 200
    assert listed.context["cl"].result_count == 2
    assert (
        admin.get(shown.context["waiting_url"].replace(str(batch.pk), str(uuid4())))
        .context["cl"]
        .result_count
        == 0
    )
    TryOnJob.objects.filter(batch=batch).update(status="succeeded")
    told = admin.get(change(batch)).content.decode()
    assert "2 frames are ready to be looked at." in told
    assert "Look and approve" in told
    WaitingClip.objects.earliest("pk").delete()
    shown = admin.get(change(batch))
    assert "1 clip waits" in shown.content.decode()
    assert shown.context["waiting_url"] == change(WaitingClip.objects.get())
    assert as_staff("view_batch").get(change(batch)).context["waiting_url"] == ""
    left = WaitingClip.objects.get().frame
    TryOnResult.objects.create(job=left, kind="image", file="f.png", review="rejected")
    assert admin.get(change(batch)).context["waiting"].words == ""
    left.results.all().delete()
    WaitingClip.objects.update(state="approved")
    assert admin.get(change(batch)).context["waiting"].words == ""


def test_very_many_frames_are_too_many(
    admin: Client, garment: Garment, clip: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("plan", "wishes"):
        monkeypatch.setattr(f"django_tryon.admin.launch.{module}.MOST_JOBS", 0)
    data = wish([garment], [clip], engine="video-tryon-v2", dresser="idm-vton")
    text = admin.post(page(garments=[garment]), data).content.decode()
    assert "of clips whose first frame is to be approved at most 0 can" in text
