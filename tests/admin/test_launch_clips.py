"""Clips: which first frames they may start from."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from django_tryon.models import Garment, Person, Tally, TryOnJob, WaitingClip
from tests.admin.conftest import page, said, wish
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
    data = wish([garment, trousers], [clip], engine="video-tryon-v2", previous=frame.key)
    texts = said(admin.post(url, data, follow=True))
    assert texts == [
        "1 try-on is launched.",
        "1 was left out: The chosen first frame does not show “Trousers”.",
    ]
    job = TryOnJob.objects.get(engine="video-tryon-v2")
    assert (job.previous, job.person) == (dressed, clip)


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


def test_very_many_frames_are_too_many(
    admin: Client, garment: Garment, clip: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("plan", "wishes"):
        monkeypatch.setattr(f"django_tryon.admin.launch.{module}.MOST_JOBS", 0)
    data = wish([garment], [clip], engine="video-tryon-v2", dresser="idm-vton")
    text = admin.post(page(garments=[garment]), data).content.decode()
    assert "of clips whose first frame is to be approved at most 0 can" in text
