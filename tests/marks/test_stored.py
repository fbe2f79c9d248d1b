"""Every stored result carries the mark, whichever engine made it, and keeps it when published."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.core.files.base import ContentFile
from PIL import Image, ImageChops

from django_tryon import services
from django_tryon.engines import all_engines
from django_tryon.marks import SOURCE_TYPE, read_mark
from django_tryon.models import Person, TryOnResult
from tests.conftest import picture
from tests.videos.making import clip

pytest.importorskip("av")
pytestmark = pytest.mark.django_db


def made_by(engine: str, garment: Any, person: Person) -> TryOnResult:
    """Return the result of a job of this engine."""
    more: dict[str, Any] = {}
    if all_engines()[engine].person_kind == "video":
        person = Person.objects.create(
            kind="video", video=ContentFile(clip(1), name="mia.mp4"), is_house_model=True
        )
        more = {"reference": ContentFile(picture(), name="frame.jpg")}
    job = services.launch(garments=[garment], person=person, engine=engine, **more)
    services.drive_until_idle()
    job.refresh_from_db()
    assert (job.status, job.error_message) == ("succeeded", "")
    return job.results.get()


@pytest.mark.parametrize("engine", all_engines())
def test_the_result_of_every_engine_is_marked(
    engine: str, garment: Any, person: Person, sandbox: Any, staff: Any
) -> None:
    result = made_by(engine, garment, person)
    files = [result.file, *filter(None, [result.poster])]
    services.publish(result, by=staff)
    files += [result.published_file, *filter(None, [result.published_poster])]
    assert len(files) == (4 if result.kind == "video" else 2)
    for file in files:
        with file.open() as opened:
            assert read_mark(opened.read()) == SOURCE_TYPE


def test_the_visible_mark_is_written_where_the_shop_wants_it(
    garment: Any, person: Person, sandbox: Any, settings: Any
) -> None:
    seen = []
    for wanted in (False, True):
        settings.TRYON = settings.TRYON | {"VISIBLE_MARK": wanted}
        with made_by("idm-vton", garment, person).file.open() as file:
            content = file.read()
        assert read_mark(content) == SOURCE_TYPE
        seen.append(Image.open(BytesIO(content)).convert("RGB"))
    box = ImageChops.difference(*seen).point(lambda value: 255 * (value > 90)).getbbox()
    assert box is not None
    assert box[1] > seen[0].height * 0.85
