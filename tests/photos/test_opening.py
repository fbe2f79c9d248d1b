from __future__ import annotations

import logging
import random
import struct
import sys
from io import BytesIO
from unittest.mock import Mock

import pytest
from PIL import Image, ImageFile, features

from django_tryon.exceptions import MissingExtra, UploadRefused
from django_tryon.photos import PhotoLimits, normalise_photo
from django_tryon.photos.opening import webp_size
from tests.photos import making
from tests.photos.making import corners, encoded


def refused(content: bytes) -> UploadRefused:
    with pytest.raises(UploadRefused) as refusal:
        normalise_photo(content)
    return refusal.value


@pytest.fixture
def no_decoding(monkeypatch):
    """Fail as soon as anything asks for pixels."""
    load = Mock(side_effect=AssertionError("decoded"))
    monkeypatch.setattr(ImageFile.ImageFile, "load", load)
    monkeypatch.setattr(Image, "frombytes", load)
    yield
    load.assert_not_called()


def enlarged(content: bytes, at: int, new: bytes) -> bytes:
    return content[:at] + new + content[at + len(new) :]


def test_a_bomb_is_refused_by_its_header(no_decoding):
    refusal = refused(making.bomb())
    assert refusal.code == "too_many_pixels"
    assert "25000 by 25000" in refusal.message
    assert "625 megapixels" in refusal.message


@pytest.mark.usefixtures("no_decoding")
def test_every_format_is_measured_before_it_is_decoded():
    jpeg = encoded(corners())
    size = jpeg.index(b"\xff\xc0") + 5
    extended = encoded(corners().convert("RGBA"), "WEBP", exif=making.exif(1))
    lossy = encoded(corners(), "WEBP")
    heic, avif = making.heic(corners()), encoded(corners(), "AVIF")
    for content in (
        enlarged(jpeg, size, struct.pack(">HH", 50_000, 50_000)),
        enlarged(extended, 24, b"\xff\x3f\0\xff\x3f\0"),
        enlarged(lossy, 26, b"\xff\x3f\xff\x3f"),
        enlarged(heic, heic.index(b"ispe") + 8, struct.pack(">II", 20_000, 20_000)),
        enlarged(avif, avif.index(b"ispe") + 8, struct.pack(">II", 12_000, 12_000)),
    ):
        assert refused(content).code == "too_many_pixels"


def test_webp_sizes():
    for options in ({}, {"lossless": True}, {"exif": making.exif(1)}):
        assert webp_size(encoded(corners(301, 487), "WEBP", **options)) == (301, 487)


@pytest.mark.parametrize(
    ("name", "content", "code", "says"),
    [
        ("nothing", b"", "empty_file", "empty"),
        ("text", b"This is plain text, not a picture.\n" * 40, "not_an_image", "not a picture"),
        ("zeros", bytes(1000), "not_an_image", "not a picture"),
        ("PDF", b"%PDF-1.7\n%...", "not_an_image", "PDF"),
        ("SVG", b"<?xml version='1.0'?>\n<SVG onload='x()'/>", "unsupported_format", "SVG"),
        ("GIF", encoded(corners(), "GIF"), "unsupported_format", "GIF"),
        (
            "animated GIF",
            encoded(corners(), "GIF", save_all=True, append_images=[corners().rotate(9)]),
            "unsupported_format",
            "still photo",
        ),
        ("BMP", encoded(corners(), "BMP"), "unsupported_format", "BMP"),
        ("TIFF", encoded(corners(), "TIFF"), "unsupported_format", "TIFF"),
        ("big-endian TIFF", b"MM\0*" + bytes(40), "unsupported_format", "TIFF"),
        ("PSD", b"8BPS\0\1" + bytes(40), "unsupported_format", "Photoshop"),
        ("JPEG 2000", encoded(corners(), "JPEG2000"), "unsupported_format", "JP2"),
        ("JPEG XL", b"\0\0\0\x0cJXL \r\n\x87\n", "unsupported_format", "JXL"),
        ("MP4", b"\0\0\0\x18ftypisom\0\0\2\0isomiso2", "not_an_image", "video"),
        ("old QuickTime", b"\0\0\0\x08wide\0\0\0\0mdat", "not_an_image", "video"),
        ("WebM", b"\x1aE\xdf\xa3" + bytes(40), "not_an_image", "video"),
        ("AVI", b"RIFF\0\0\0\0AVI LIST", "not_an_image", "video"),
        ("sound", b"RIFF\0\0\0\0WAVEfmt ", "not_an_image", "not a picture"),
        ("PostScript", b"%!PS-Adobe-3.0 EPSF-3.0", "not_an_image", "not a picture"),
    ],
)
@pytest.mark.usefixtures("no_decoding")
def test_other_files_are_refused_by_their_content(name, content, code, says):
    refusal = refused(content)
    assert refusal.code == code
    assert says in refusal.message


def test_heic_without_its_extra_tells_the_shopper_and_the_developer(monkeypatch, caplog):
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    with caplog.at_level(logging.WARNING, "django_tryon"):
        refusal = refused(making_heic_before())
    assert refusal.code == "unsupported_format"
    assert "HEIC" in refusal.message
    assert "JPEG" in refusal.message
    assert "pip" not in refusal.message
    assert isinstance(refusal.__cause__, MissingExtra)
    assert "django-tryon[heic]" in caplog.text


def making_heic_before() -> bytes:
    return b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic" + bytes(64)


def test_avif_that_this_pillow_cannot_read(monkeypatch):
    monkeypatch.setattr(features, "check", lambda feature: feature != "avif")
    refusal = refused(encoded(corners(), "AVIF"))
    assert (refusal.code, "AVIF" in refusal.message) == ("unsupported_format", True)


@pytest.mark.parametrize("brand", [b"mif1", b"msf1", b"miaf"])
def test_a_picture_brand_alone_is_tried_as_heic_and_others_as_video(brand):
    content = struct.pack(">I", 20) + b"ftyp" + brand + bytes(4) + brand + bytes(64)
    assert refused(content).code == ("not_an_image" if brand == b"miaf" else "broken_image")


def test_avif_under_a_general_brand():
    avif = encoded(corners(), "AVIF")
    assert normalise_photo(enlarged(avif, 8, b"mif1")).format == "jpeg"


def test_a_jpeg_of_endless_scans_is_refused_before_it_is_decoded(no_decoding):
    content = encoded(corners(), progressive=True)
    scan = content.index(b"\xff\xda")
    assert refused(content[:scan] + content[scan : scan + 20] * 100 + content[scan:]).code == (
        "broken_image"
    )


@pytest.mark.parametrize("error", [MemoryError, RecursionError, OSError, ValueError, struct.error])
def test_no_decoders_error_gets_out(monkeypatch, error):
    monkeypatch.setattr(ImageFile.ImageFile, "load", Mock(side_effect=error))
    assert refused(encoded(corners())).code == "broken_image"


@pytest.mark.parametrize(
    "content",
    [
        encoded(corners(60, 60), exif=making.exif(6), icc_profile=making.profile()),
        encoded(corners(60, 60), progressive=True),
        encoded(corners(60, 60), "PNG", exif=making.exif(3)),
        encoded(corners(60, 60).convert("P"), "PNG"),
        encoded(corners(60, 60), "WEBP", exif=making.exif(8)),
        encoded(corners(60, 60), "AVIF"),
        making.heic(corners(64, 64)),
    ],
    ids=["jpeg", "progressive", "png", "palette", "webp", "avif", "heic"],
)
def test_damage_is_either_survived_or_refused(content):
    limits = PhotoLimits(min_side=1, max_aspect=100, max_pixels=100_000)
    dice = random.Random(20_240_117)
    codes = set()
    for _ in range(150):
        damaged = bytearray(content[: dice.randint(1, len(content))])
        for _ in range(dice.choice([0, 1, 1, 5, 20])):
            damaged[dice.randrange(min(len(damaged), dice.choice([64, 600, 10**9])))] = (
                dice.randrange(256)
            )
        try:
            normalise_photo(bytes(damaged), limits=limits)
        except UploadRefused as refusal:
            codes.add(refusal.code)
    assert "broken_image" in codes


def test_pillow_stays_as_it_was():
    before = (Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES, set(Image.OPEN))
    normalise_photo(making.heic(corners()))
    refused(making.bomb())
    assert before == (Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES, set(Image.OPEN))
    with pytest.raises(Image.UnidentifiedImageError):
        Image.open(BytesIO(making.heic(corners())))
