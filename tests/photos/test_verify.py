from __future__ import annotations

import pytest

from django_tryon.exceptions import OutputRefused, UploadRefused
from django_tryon.photos import verify_image
from tests.photos import making
from tests.photos.making import corners, encoded


@pytest.mark.parametrize(("form", "extension"), [("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp")])
def test_says_what_the_picture_is(form, extension, tmp_path):
    path = tmp_path / "wrong.bin"
    path.write_bytes(encoded(corners(), form))
    for output in (path, path.read_bytes()):
        facts = verify_image(output)
        assert (facts.format, facts.width, facts.height) == (form.lower(), 400, 600)
        assert (facts.mime, facts.extension) == (f"image/{form.lower()}", extension)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not_an_image"),
        (b"<html>Bad gateway</html>", "not_an_image"),
        (b'{"status": "FAILED"}', "not_an_image"),
        (encoded(corners())[:-900], "not_an_image"),
        (encoded(corners(), "PNG")[:-200], "not_an_image"),
        (encoded(corners(), "GIF"), "not_an_image"),
        (making.heic(corners()), "not_an_image"),
        (making.bomb(), "too_many_pixels"),
    ],
)
def test_refuses_what_is_not_one(content, code):
    with pytest.raises(OutputRefused) as refusal:
        verify_image(content)
    assert refusal.value.code == code
    assert isinstance(refusal.value.__cause__, UploadRefused)


def test_bounds():
    content = encoded(corners())
    for bounds, code in (
        ({"max_bytes": len(content) - 1}, "too_many_bytes"),
        ({"max_pixels": 239_999}, "too_many_pixels"),
    ):
        with pytest.raises(OutputRefused) as refusal:
            verify_image(content, **bounds)
        assert refusal.value.code == code
    assert verify_image(content, max_bytes=len(content), max_pixels=240_000)
