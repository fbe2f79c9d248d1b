"""The mark goes in without touching a pixel, and is read back by us and by others."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image

from django_tryon import photos
from django_tryon.exceptions import OutputRefused
from django_tryon.marks import SOURCE_TYPE, mark_file, mark_picture, read_mark
from tests.marks.files import OLD, PICTURES, SIZE, encoded, see_through

IPTC = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
KINDS = pytest.mark.parametrize("content", PICTURES.values(), ids=PICTURES)


def test_the_term_is_the_one_for_a_photo_of_which_a_part_was_made_by_a_model() -> None:
    assert SOURCE_TYPE == (
        "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
    )


@KINDS
def test_every_pixel_stays(content: bytes) -> None:
    marked = mark_picture(content)
    assert read_mark(marked) == SOURCE_TYPE
    with Image.open(BytesIO(content)) as before, Image.open(BytesIO(marked)) as after:
        assert (after.format, after.mode, after.size) == (before.format, before.mode, SIZE)
        assert after.convert("RGBA").tobytes() == before.convert("RGBA").tobytes()
        assert after.getexif() == before.getexif()
        assert after.info.get("icc_profile") == before.info.get("icc_profile")
    assert photos.verify_image(marked).width == SIZE[0]


@KINDS
def test_others_find_it_too(content: bytes) -> None:
    with Image.open(BytesIO(mark_picture(content))) as picture:
        packet = picture.info.get("xmp") or picture.info["XML:com.adobe.xmp"]
    found = ElementTree.fromstring(packet).find(f".//{{{IPTC}}}DigitalSourceType")
    assert found is not None
    assert found.text == SOURCE_TYPE


@KINDS
def test_it_takes_the_place_of_what_was_there(content: bytes) -> None:
    marked = mark_picture(content)
    assert b"private/photo.jpg" not in marked
    assert mark_picture(marked) == marked  # once more changes nothing


def test_what_others_wrote_is_read() -> None:
    assert read_mark(encoded("JPEG")) is None
    assert read_mark(encoded("PNG")) is None
    assert read_mark(encoded("WEBP")) is None
    assert read_mark(encoded("JPEG", xmp=OLD)) == (
        "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"
    )
    assert read_mark(encoded("WEBP", xmp=b"<x:xmpmeta/>")) is None


def test_a_picture_on_disk_is_marked_in_place(tmp_path: Path) -> None:
    path = tmp_path / "result"
    longer = encoded("JPEG", xmp=OLD * 20)
    path.write_bytes(longer)
    mark_file(path)
    assert path.read_bytes() == mark_picture(longer)


def test_bytes_after_the_end_of_a_picture_do_no_harm() -> None:
    for form in ("JPEG", "PNG", "WEBP"):
        assert read_mark(mark_picture(encoded(form) + b"rest")) == SOURCE_TYPE


def test_a_lossless_webp_says_whether_it_is_transparent() -> None:
    buffer = BytesIO()
    see_through().save(buffer, "WEBP", lossless=True)
    with Image.open(BytesIO(mark_picture(buffer.getvalue()))) as picture:
        assert picture.mode == "RGBA"
    with Image.open(BytesIO(mark_picture(PICTURES["webp, lossless"]))) as picture:
        assert picture.mode == "RGB"


def is_refused(step: Callable[[bytes], object], content: bytes) -> bool:
    """Tell whether this step refuses the content; any other exception is a fault."""
    try:
        step(content)
    except OutputRefused:
        return True
    return False


@KINDS
def test_damaged_files_are_refused_in_words(content: bytes) -> None:
    """Cut off anywhere, or with a byte changed: refused, or marked; never another exception."""
    refused = 0
    ends = [*range(0, min(len(content), 700), 7), len(content) - 20]
    for damaged in (
        *(content[:end] for end in ends),
        *(content[:at] + b"\xee" + content[at + 1 :] for at in range(0, min(len(content), 400))),
    ):
        refused += is_refused(mark_picture, damaged)
        is_refused(read_mark, damaged)
    assert refused > 20


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"words",
        b"%PDF-1.7",
        b"GIF89a\0\0",
        b"\xff\xd8\xff",
        b"\xff\xd8\xff\xd9",
        b"\xff\xd8\xff\xe0\0\1",
        b"\xff\xd8\xff\x00",
        b"\x89PNG\r\n\x1a\n",
        b"RIFF\x04\0\0\0WEBP",
        b"RIFF\xff\0\0\0WEBPVP8 ",
        b"RIFF\x10\0\0\0WEBPVP8 \xff\0\0\0\0\0\0\0",
        b"RIFF\x0c\0\0\0WEBPVP8X\0\0\0\0",
        b"RIFF\x0c\0\0\0WEBPXMP \0\0\0\0",
        b"\0\0\0\x18ftypisom\0\0\0\0",
        b"\0\0\0\x10wide\0\0\0\0\0\0\0\0",
    ],
)
def test_what_carries_no_mark_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(OutputRefused, match="could not be marked"):
        mark_file(path)
