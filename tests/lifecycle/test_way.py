"""The whole way of a job, for each engine, against the sandbox in this process."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image

from django_tryon import services, videos
from django_tryon.exceptions import LaunchRefused
from django_tryon.models import Batch, Garment, Person, Status, TryOnJob, TryOnResult
from django_tryon.models.files import open_signed
from tests.conftest import picture

pytestmark = pytest.mark.django_db
av = pytest.importorskip("av")

IMAGE_ENGINES = ["idm-vton", "try-on-diffusion", "p-image-try-on", "fashion-ai"]


def clip(seconds: int = 1, rate: int = 8) -> bytes:
    """Return an MP4 of a moving shape."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=rate)
        stream.width, stream.height, stream.pix_fmt = 288, 384, "yuv420p"
        for number in range(seconds * rate):
            image = Image.open(io.BytesIO(picture((288, 384), "peru"))).rotate(number % 5)
            container.mux(stream.encode(av.VideoFrame.from_image(image)))
        container.mux(stream.encode())
    return buffer.getvalue()


@pytest.fixture
def mover(db: None) -> Person:
    """A house model in a clip."""
    return Person.objects.create(
        kind="video", video=ContentFile(clip(), name="mia.mp4"), is_house_model=True, name="Mia"
    )


@pytest.mark.parametrize("engine", IMAGE_ENGINES)
def test_an_image_engine_dresses_a_person(
    engine: str, garment: Any, person: Any, sandbox: Any, staff: Any
) -> None:
    batch = Batch.objects.create(name="First", created_by=staff)
    job = services.launch(
        garments=[garment], person=person, engine=engine, requested_by=staff, batch=batch
    )
    assert job.status == Status.QUEUED
    assert job.estimated_cost is not None
    assert job.estimated_cost > 0
    services.drive_until_idle()
    job.refresh_from_db()
    assert (job.status, job.error_message) == (Status.SUCCEEDED, "")
    result = job.results.get()
    assert result.kind == TryOnResult.Kind.IMAGE
    with result.file.open() as file, Image.open(file) as image:
        image.load()
        assert (image.width, image.height) == (result.width, result.height)
    assert batch.counts() == {"succeeded": 1}
    assert job.cost is not None
    assert len(sandbox.ledger) == 1


def test_several_garments_at_once(garment: Any, product: Any, person: Any, sandbox: Any) -> None:
    jeans = Garment.objects.create(
        product=product, image=ContentFile(picture(colour="navy"), name="j.jpg"), category="lower"
    )
    job = services.launch(garments=[garment, jeans], person=person, engine="p-image-try-on")
    services.drive_until_idle()
    job.refresh_from_db()
    assert job.status == Status.SUCCEEDED


def test_a_clip_from_a_dressed_first_frame(
    garment: Any, person: Any, mover: Person, sandbox: Any
) -> None:
    dressed = services.launch(garments=[garment], person=person, engine="idm-vton")
    job = services.launch(
        garments=[garment], person=mover, engine="video-tryon-v2", previous=dressed
    )
    assert job.next_step_at is None  # it waits for the frame
    services.drive_until_idle()
    job.refresh_from_db()
    assert (job.status, job.error_message) == (Status.SUCCEEDED, "")
    result = job.results.get()
    assert result.kind == TryOnResult.Kind.VIDEO
    with result.file.open() as file:
        assert videos.inspect_clip(file).codec == "h264"
    assert result.poster
    assert result.bytes == result.file.size + result.poster.size
    assert result.poster_url.startswith("/tryon/files/view/")


def test_a_clip_from_a_frame_given_by_hand(garment: Any, mover: Person, sandbox: Any) -> None:
    job = services.launch(
        garments=[garment],
        person=mover,
        engine="video-tryon-v2",
        reference=ContentFile(picture((384, 512), "coral"), name="frame.png"),
    )
    services.drive_until_idle()
    job.refresh_from_db()
    assert (job.status, job.error_message) == (Status.SUCCEEDED, "")
    assert job.reference.name.endswith(".jpg")


def test_an_outfit_is_a_chain(garment: Any, product: Any, person: Any, sandbox: Any) -> None:
    jeans = Garment.objects.create(
        product=product, image=ContentFile(picture(colour="navy"), name="j.jpg"), category="lower"
    )
    first = services.launch(garments=[jeans], person=person, engine="idm-vton")
    second = services.launch(garments=[garment], person=person, engine="idm-vton", previous=first)
    services.drive_until_idle()
    second.refresh_from_db()
    assert second.status == Status.SUCCEEDED
    signed = [entry.body["human_img"].split("/")[-2] for entry in sandbox.ledger]
    assert [open_signed("input", link)[1] for link in signed] == [
        person.photo.name,
        first.results.get().file.name,
    ]


def test_a_follower_of_a_finished_job_begins_at_once(
    garment: Any, person: Any, sandbox: Any
) -> None:
    first = services.launch(garments=[garment], person=person, engine="idm-vton")
    services.drive_until_idle()
    first.refresh_from_db()
    second = services.launch(garments=[garment], person=person, engine="idm-vton", previous=first)
    assert second.next_step_at is not None
    services.drive_until_idle()
    second.refresh_from_db()
    assert second.status == Status.SUCCEEDED


def test_a_follower_waits_for_its_own_job_and_no_other(
    garment: Any, person: Any, sandbox: Any
) -> None:
    wish: dict[str, Any] = {"garments": [garment], "person": person, "engine": "idm-vton"}
    first, other = services.launch(**wish), services.launch(**wish)
    follower = services.launch(**wish, previous=first)
    TryOnJob.objects.filter(pk=first.pk).update(next_step_at=timezone.now() + timedelta(days=9))
    services.drive_until_idle()
    other.refresh_from_db()
    follower.refresh_from_db()
    assert (other.status, follower.status) == (Status.SUCCEEDED, Status.QUEUED)
    assert follower.next_step_at is None


def test_a_chain_fails_with_its_first_link(garment: Any, person: Any, sandbox: Any) -> None:
    first = services.launch(garments=[garment], person=person, engine="idm-vton")
    second = services.launch(garments=[garment], person=person, engine="idm-vton", previous=first)
    third = services.launch(garments=[garment], person=person, engine="idm-vton", previous=second)
    services.cancel(first)
    for job in (second, third):
        job.refresh_from_db()
        assert (job.status, job.error_code) == (Status.FAILED, "previous_failed")
    assert not sandbox.ledger
    with pytest.raises(LaunchRefused, match="gave no picture"):
        services.launch(garments=[garment], person=person, engine="idm-vton", previous=first)


def test_a_sweep_finds_followers_that_nobody_told(garment: Any, person: Any, sandbox: Any) -> None:
    first = services.launch(garments=[garment], person=person, engine="idm-vton")
    services.drive_until_idle()
    second = services.launch(garments=[garment], person=person, engine="idm-vton", previous=first)
    TryOnJob.objects.filter(pk=second.pk).update(next_step_at=None)
    services.sweep()
    second.refresh_from_db()
    assert second.status == Status.RUNNING


def test_the_same_on_the_blocking_api(
    garment: Any, person: Any, sandbox: Any, monkeypatch: Any
) -> None:
    from django_tryon.engines.idm_vton import IdmVton

    monkeypatch.setattr(IdmVton, "api", "v1")
    job = services.launch(garments=[garment], person=person, engine="idm-vton")
    services.drive_until_idle()
    job.refresh_from_db()
    assert (job.status, job.error_message) == (Status.SUCCEEDED, "")
    assert job.provider_request_id
    assert job.cost is not None
