"""The whole way of a job, for each engine, against the sandbox in this process."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from django_tryon import services
from django_tryon.models import Status, TryOnJob, TryOnResult
from tests.conftest import picture

IMAGE_ENGINES = ["idm-vton", "try-on-diffusion", "p-image-try-on", "fashion-ai"]


@pytest.mark.parametrize("engine", IMAGE_ENGINES)
def test_an_image_engine_dresses_a_person(
    engine: str, garment: Any, person: Any, sandbox: Any
) -> None:
    job = services.launch(garments=[garment], person=person, engine=engine)
    assert job.status == Status.QUEUED
    services.drive_until_idle()
    job.refresh_from_db()
    assert (job.status, job.error_message) == (Status.SUCCEEDED, "")
    result = job.results.get()
    assert result.kind == TryOnResult.Kind.IMAGE
    with result.file.open() as file, Image.open(file) as image:
        image.load()
        assert (image.width, image.height) == (result.width, result.height)
