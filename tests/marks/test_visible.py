"""The visible mark: words in one corner, and nothing else changes."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.utils import translation
from PIL import Image, ImageChops

from django_tryon.exceptions import UploadRefused
from django_tryon.marks import visible, write_visibly
from tests.marks.files import PICTURES, SIZE


@pytest.mark.parametrize("content", PICTURES.values(), ids=PICTURES)
def test_words_are_written_into_one_corner(content: bytes) -> None:
    written = write_visibly(content)
    with Image.open(BytesIO(content)) as before, Image.open(BytesIO(written)) as after:
        assert (after.format, after.size) == (before.format, before.size)
        assert after.has_transparency_data == before.has_transparency_data
        old, new = before.convert("RGB"), after.convert("RGB")
        changed = ImageChops.difference(old, new).convert("L").point(lambda v: 255 * (v > 60))
    box = changed.getbbox()
    assert box is not None
    assert box[0] > SIZE[0] * 0.6
    assert box[1] > SIZE[1] * 0.85
    corner = new.crop(box)
    assert corner.convert("L").getextrema()[1] > 180  # light letters
    assert corner.convert("L").getextrema()[0] < 110  # on a dark ground


def test_the_words_are_in_the_sites_language_where_the_font_can_write_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plain = write_visibly(PICTURES["png"])
    monkeypatch.setattr(visible, "_", lambda words: "KI-generiert")
    assert write_visibly(PICTURES["png"]) != plain
    monkeypatch.setattr(visible, "_", lambda words: "人工知能")
    with translation.override("ja"):
        assert write_visibly(PICTURES["png"]) == plain


def test_what_is_no_picture_is_refused() -> None:
    for content in (b"", b"words", PICTURES["jpeg"][:900]):
        with pytest.raises(UploadRefused):
            write_visibly(content)
