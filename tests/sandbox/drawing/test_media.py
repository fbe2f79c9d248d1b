from __future__ import annotations

import io

import pytest
from PIL import Image

from django_tryon.sandbox.drawing import media
from django_tryon.sandbox.drawing.media import (
    UnusableInput,
    fit_within,
    on_white,
    read_image,
    write_image,
)

from .. import art


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_three_formats_are_read_and_written(kind: str) -> None:
    image = read_image(write_image(art.person((60, 80)), kind), "x")
    assert (image.mode, image.size) == ("RGB", (60, 80))


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "AVIF"])
def test_other_formats_are_refused(kind: str) -> None:
    stream = io.BytesIO()
    art.person((60, 80)).save(stream, kind)
    with pytest.raises(UnusableInput, match="garm_img is not a readable JPEG, PNG or WebP image"):
        read_image(stream.getvalue(), "garm_img")


@pytest.mark.parametrize("content", [b"", b"text", art.encode(art.person())[:900]])
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(UnusableInput, match="x is not a readable"):
        read_image(content, "x")


def test_a_bomb_is_refused_by_its_header(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "MAX_PIXELS", 99)
    with pytest.raises(UnusableInput, match=r"x is too large \(10 x 10 pixels\)"):
        read_image(art.encode(Image.new("RGB", (10, 10))), "x")


def test_a_picture_that_lies_on_its_side_is_set_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    stream = io.BytesIO()
    art.person((60, 80)).save(stream, "JPEG", exif=exif)
    assert read_image(stream.getvalue(), "x").size == (80, 60)


def test_transparency_is_kept_until_it_is_laid_on_white() -> None:
    image = read_image(art.encode(art.garment(clear=True), "PNG"), "x")
    assert image.mode == "RGBA"
    assert on_white(image).getpixel((0, 0)) == (255, 255, 255)
    assert on_white(art.person()).mode == "RGB"


def test_other_colour_spaces_are_read() -> None:
    cmyk = art.encode(art.person((60, 80)).convert("CMYK"))
    palette = art.encode(art.person((60, 80)).convert("P"), "PNG")
    assert [read_image(content, "x").mode for content in (cmyk, palette)] == ["RGB", "RGB"]


@pytest.mark.parametrize(
    ("size", "wanted"), [((2000, 1000), (768, 384)), ((101, 51), (100, 50)), ((4000, 4), (768, 2))]
)
def test_pictures_are_made_smaller_but_never_larger(
    size: tuple[int, int], wanted: tuple[int, int]
) -> None:
    assert fit_within(Image.new("RGB", size), 768, 1024).size == wanted
    image = Image.new("RGB", (100, 100))
    assert fit_within(image, 768, 1024) is image
